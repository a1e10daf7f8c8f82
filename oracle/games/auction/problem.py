"""The problem of auction: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Table
from oracle.games._fields import FloatArray, Numbers, Tables, Whole, Words, about, invalid
from oracle.games.auction.collocation import Values

_PARAMETERS = {"uniform": (), "power": ("exponent",), "beta": ("alpha", "beta")}

Shape = Annotated[float, Numbers(ge=0.05, le=50)]


class Bidder(Table):
    """How one bidder's cost is distributed over the support.

    uniform; power: ``G = ((top − c)/(top − bottom))^exponent``; beta: Beta(alpha, beta), scaled.
    """

    distribution: Literal["uniform", "power", "beta"] = about("of her cost over the support")
    exponent: Shape | None = about(
        "power: survival G = ((top − c)/(top − bottom))^exponent; high is cheap", "–", default=None
    )
    alpha: Shape | None = about("beta: Beta(alpha, beta), scaled to the support", "–", default=None)
    beta: Shape | None = about("beta: its second number", "–", default=None)

    @model_validator(mode="after")
    def _own_parameters(self) -> Self:
        own: tuple[str, ...] = _PARAMETERS[self.distribution]
        for name in ("exponent", "alpha", "beta"):
            given = getattr(self, name)
            if name in own and given is None:
                allowed = f"a number: distribution is {self.distribution}"
                raise invalid(name, Words("missing"), allowed)
            if name not in own and given is not None:
                raise invalid(name, given, f"absent: distribution is {self.distribution}")
        return self

    @property
    def value_shape(self) -> tuple[float, float]:
        """The value top − c is distributed as I(v; shape, bend): (shape, bend)."""
        return self.exponent or self.beta or 1.0, self.alpha or 1.0


class AuctionProblem(Problem):
    """K ≥ 2 bidders, the support [2] of their costs, and how many costs to tabulate."""

    game: ClassVar[str] = "auction"

    bidders: Annotated[tuple[Bidder, ...], Tables(most=200)] = about("the K bidders, at least 2")
    support: Annotated[FloatArray, Numbers(1, ge=0, length=2)] = about(
        "bottom and top of everybody's cost", "money/kWh", "[2]"
    )
    grid: Annotated[int, Whole(ge=2, le=100_001)] = about(
        "at how many costs bids are tabulated", "–", default=101
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.bidders) < 2:
            raise invalid("bidders", Words("a list of 1"), "2 bidders or more")
        low, high = (float(bound) for bound in self.support)
        if not high - low > 1e-9 * high:
            raise invalid("support", [low, high], "the lower end first, and some room between")
        return self

    @property
    def values(self) -> Values:
        """The bidders' values on [0, 1]: how far below the top their costs are."""
        shape, bend = np.array([bidder.value_shape for bidder in self.bidders]).T
        return Values(shape, bend, np.ones(len(shape)))
