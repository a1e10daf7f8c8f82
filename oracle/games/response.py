"""Consumers and prosumers against a price: how much each uses, generates, buys and sells.

A consumer takes ``d = max(0, (w')⁻¹(p))``. A prosumer chooses d and g at once; what she keeps is
worth to her a price m between what she is paid and what she pays, and her net sale
``n(m) = g(m) − d(m)`` never falls in m. So she buys at m = p if n(p) < 0, sells at m = sell if
n(sell) > 0, and otherwise stands alone with g = d, where ``w'(d) = c'(d)``. All of it is closed
but for one Newton iteration (exponential utility, standing alone).

Source: "A mean-field-type game perspective" (slides), consumer response and prosumers' strategy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Solution, Table, certified, read_only, timed
from oracle.games._fields import (
    BoolArray,
    FloatArray,
    NonNegative,
    Numbers,
    Positive,
    Tables,
    Words,
    about,
    invalid,
)
from oracle.games._response_certificate import certify

__all__ = ["Agent", "Generation", "ResponseProblem", "ResponseSolution", "solve"]

_PARAMETERS = {
    "quadratic": ("intercept", "slope"),
    "logarithmic": ("scale", "offset"),
    "cara": ("scale", "risk_aversion"),
}
KINDS = tuple(_PARAMETERS)
_MOST_STEPS = 200


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
class ResponseSolution(Solution):
    """kWh used, generated and sold (net; below 0 bought), and the surplus, each [P][N]."""

    demand: FloatArray
    generation: FloatArray
    net_sale: FloatArray
    surplus: FloatArray


@dataclass(frozen=True)
class Crowd:
    """The agents as arrays [N]: kind of utility, its numbers, costs and capacity (0: none)."""

    kind: FloatArray
    first: FloatArray
    second: FloatArray
    linear: FloatArray
    quadratic: FloatArray
    capacity: FloatArray


def crowd(problem: ResponseProblem) -> Crowd:
    """The agents' numbers, agent by agent in the order given."""
    rows = np.array(
        [
            (
                KINDS.index(agent.utility),
                *agent.parameters,
                *(
                    (own.cost_linear, own.cost_quadratic, own.capacity)
                    if (own := agent.generation)
                    else (0.0, 0.0, 0.0)
                ),
            )
            for agent in problem.agents
        ]
    )
    return Crowd(*rows.T)


@timed
def solve(problem: ResponseProblem) -> ResponseSolution:
    """Everybody's best response, all prices and agents at once: O(PN), no iteration over agents."""
    people = crowd(problem)
    buy, sell = (prices[:, None] for prices in problem.prices)
    cheap, _ = _generation(people, sell)
    _, dear = _generation(people, buy)
    wanted_cheap, wanted_dear = _demand(people, sell), _demand(people, buy)
    # At a tie of costs she generates what keeps her trade least.
    buys, sells = dear < wanted_dear, cheap > wanted_cheap
    alone, steps = _alone(people, sell, buy, ~(buys | sells))
    demand = np.where(buys, wanted_dear, np.where(sells, wanted_cheap, alone))
    generation = np.where(buys, dear, np.where(sells, cheap, alone))
    net = generation - demand
    cost = people.linear * generation + people.quadratic * generation**2 / 2
    traded = sell * np.maximum(net, 0) - buy * np.maximum(-net, 0)
    surplus = utility(people, demand) - cost + traded
    residual, gain = certify(problem, people, demand, generation, surplus)
    return ResponseSolution(
        diagnostics=certified(residual, gain, iterations=steps),
        demand=read_only(demand),
        generation=read_only(generation),
        net_sale=read_only(net),
        surplus=read_only(surplus),
    )


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


def _demand(people: Crowd, price: FloatArray) -> FloatArray:
    """max(0, (w')⁻¹(price)); at a price of 0 infinite where w never ends to rise."""
    first, second = people.first, people.second
    with np.errstate(divide="ignore"):
        kinds = (
            (first - price) / second,
            first / price - second,
            (np.log(first) - np.log(price)) / second,
        )
    return np.maximum(np.choose(people.kind.astype(int), kinds), 0.0)


def _generation(people: Crowd, price: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least and the most generation that is best at a price; they differ at a tie alone."""
    gap = price - people.linear
    flat = people.quadratic == 0
    rising = gap / np.where(flat, 1.0, people.quadratic)
    low = np.where(flat, np.where(gap > 0, people.capacity, 0.0), rising)
    high = np.where(flat, np.where(gap >= 0, people.capacity, 0.0), rising)
    return np.clip(low, 0.0, people.capacity), np.clip(high, 0.0, people.capacity)


def _alone(
    people: Crowd, sell: FloatArray, buy: FloatArray, who: BoolArray
) -> tuple[FloatArray, int]:
    """The d = g of those who trade nothing: w'(d) = c1 + c2 d, within 0 and the capacity."""
    first, second, c1, c2 = people.first, people.second, people.linear, people.quadratic
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = (first - c1) / (second + c2)
        # b = (c1 + c2 d)(s + d): the root that loses no digits.
        spare = first - c1 * second
        middle = c1 + c2 * second
        curved = 2 * spare / (middle + np.sqrt(middle**2 + 4 * c2 * np.maximum(spare, 0)))
    kinds = np.broadcast_arrays(straight, curved, np.zeros(np.shape(sell + c1)))
    found = np.choose(people.kind.astype(int), kinds)
    steps = 1
    row, column = np.nonzero(who & (people.kind == 2) & (people.capacity > 0))
    if len(row):
        log_worth, steps = _exponential_alone(
            first[column], second[column], c1[column], c2[column], buy[row, 0]
        )
        found = np.array(found)
        found[row, column] = (np.log(first[column]) - log_worth) / second[column]
    return np.clip(np.nan_to_num(found, posinf=np.inf), 0.0, people.capacity), steps


def _exponential_alone(
    b: FloatArray, a: FloatArray, c1: FloatArray, c2: FloatArray, top: FloatArray
) -> tuple[FloatArray, int]:
    """log m with ``m = c1 + (c2/a) log(b/m)``: rising and convex in log m, so Newton descends."""
    log_worth = np.log(np.minimum(b, np.maximum(top, c1 + 1e-300)))
    ratio = c2 / a
    steps = 0
    while steps < _MOST_STEPS:
        steps += 1
        with np.errstate(over="ignore"):
            worth = np.exp(log_worth)
        error = worth - c1 - ratio * (np.log(b) - log_worth)
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.nan_to_num(error / (worth + ratio))
        log_worth = log_worth - change
        if np.all(np.abs(change) <= 4e-15 * (1 + np.abs(log_worth))):
            break
    return log_worth, steps
