"""The problem of response: what it takes, in which units, within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Table
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    Numbers,
    Positive,
    Tables,
    Words,
    about,
    invalid,
)

_PARAMETERS = {
    "quadratic": ("intercept", "slope"),
    "logarithmic": ("scale", "offset"),
    "cara": ("scale", "risk_aversion"),
}


class Generation(Table):
    """A prosumer's own generator: cost ``c1 g + ½ c2 g²`` of g kWh, 0 ≤ g ≤ capacity."""

    cost_linear: NonNegative = about("c1 of the cost c1 g + ½ c2 g² of generating g", "money/kWh")
    cost_quadratic: NonNegative = about("c2 of that cost", "money/kWh²")
    capacity: NonNegative = about("the most that can be generated", "kWh")


class Agent(Table):
    """One consumer, or with `generation` one prosumer.

    utility of d kWh: quadratic ``b d − ½ a d²`` {intercept b, slope a}; logarithmic
    ``b log(1 + d/s)`` {scale b, offset s}; cara ``(b/a)(1 − e^{−a d})`` {scale b, risk_aversion a}.
    """

    utility: Literal["quadratic", "logarithmic", "cara"] = about("the form of the utility of d kWh")
    intercept: Positive | None = about("quadratic: b of b d − ½ a d²", "money/kWh", default=None)
    slope: Positive | None = about("quadratic: a", "money/kWh²", default=None)
    scale: Positive | None = about(
        "logarithmic: b of b log(1 + d/s); cara: b of (b/a)(1 − e^{−a d})",
        "money or money/kWh",
        default=None,
    )
    offset: Positive | None = about("logarithmic: s", "kWh", default=None)
    risk_aversion: Positive | None = about("cara: a", "1/kWh", default=None)
    generation: Generation | None = about("a prosumer's own generator", default=None)

    @model_validator(mode="after")
    def _own_parameters(self) -> Self:
        own = _PARAMETERS[self.utility]
        for name in ("intercept", "slope", "scale", "offset", "risk_aversion"):
            given = getattr(self, name)
            if name in own and given is None:
                raise invalid(name, Words("missing"), f"a number: utility is {self.utility}")
            if name not in own and given is not None:
                raise invalid(name, given, f"absent: utility is {self.utility}")
        return self

    @property
    def parameters(self) -> tuple[float, float]:
        """The utility's two numbers: what scales it, and what bends it."""
        first, second = (getattr(self, name) for name in _PARAMETERS[self.utility])
        return first, second


class ResponseProblem(Problem):
    """Prices per kWh, a number or [P], and the agents [N] who face them.

    sell_price: what a kWh sold is paid, of the same shape and at most `price` (default: as much).
    """

    game: ClassVar[str] = "response"

    price: Annotated[float | FloatArray, Numbers((0, 1), ge=0)] = about(
        "of a kWh bought; above 0 unless all utilities are quadratic", "money/kWh", "[P]"
    )
    sell_price: Annotated[float | FloatArray, Numbers((0, 1), ge=0)] | None = about(
        "of a kWh sold, at most price; equal to it if left out", "money/kWh", "[P]", default=None
    )
    agents: Annotated[tuple[Agent, ...], Tables()] = about("the N consumers and prosumers")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.sell_price is not None and np.shape(self.sell_price) != np.shape(self.price):
            shape = np.shape(self.sell_price)
            said = Words(f"a list of {shape[0]}" if shape else "a number")
            raise invalid("sell_price", said, "the same shape as price")
        buy, sell = self.prices
        at = "" if np.ndim(self.price) == 0 else "[{}]"
        for i in np.flatnonzero(sell > buy)[:1]:
            raise invalid("sell_price" + at.format(i), float(sell[i]), "at most price")
        if any(agent.utility != "quadratic" for agent in self.agents):
            for i in np.flatnonzero(buy == 0)[:1]:
                allowed = "above 0 where an agent's utility never ends to rise"
                raise invalid("price" + at.format(i), 0.0, allowed)
        return self

    @property
    def prices(self) -> tuple[FloatArray, FloatArray]:
        """What is paid for a kWh bought and for a kWh sold, [P] each."""
        buy = np.atleast_1d(np.asarray(self.price, dtype=np.float64))
        sell = buy if self.sell_price is None else np.atleast_1d(np.asarray(self.sell_price))
        return buy, sell


@dataclass(frozen=True)
class Crowd:
    """The agents as arrays [N]: kind of utility, its numbers, costs and capacity (0: none)."""

    kind: FloatArray
    first: FloatArray
    second: FloatArray
    linear: FloatArray
    quadratic: FloatArray
    capacity: FloatArray


def utility(people: Crowd, demand: FloatArray) -> FloatArray:
    """w(d), [P][N], as `Agent` has it."""
    first, second = people.first, people.second
    with np.errstate(over="ignore", invalid="ignore"):
        kinds = (
            first * demand - second * demand**2 / 2,
            first * np.log1p(demand / second),
            -first / second * np.expm1(-second * demand),
        )
    return np.asarray(np.choose(people.kind.astype(int), kinds))
