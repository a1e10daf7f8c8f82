"""The prosumers' auction: who covers the mismatch of demand and supply, and at what bid?

A first-price procurement: K bidders with private costs on a common support, the lowest bid wins and
is paid. With G_i the survival function of i's cost, the inverse bids λ_i solve

``λ_i' = (G_i/G_i')(λ_i) [1/(x − λ_i) − (1/(K − 1)) Σ_k 1/(x − λ_k)]``,

all meeting at the top of the support and at the unknown lowest bid. In values v = top − c this is
the ordinary first-price auction, solved by collocation (`_auction_collocation`).

Source: "A mean-field-type game perspective" (slides), prosumers' market auction. Equations: Lebrun
(1999); the oracle with a closed form: Griesmer, Levitan and Shubik (1967).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._auction_certificate import exploitability
from oracle.games._auction_collocation import Values, solve_values
from oracle.games._auction_outcome import bids_at, outcome
from oracle.games._base import Diagnostics, Problem, Solution, Table, certified, read_only, timed
from oracle.games._fields import FloatArray, Numbers, Tables, Whole, Words, about, invalid

__all__ = ["AuctionProblem", "AuctionSolution", "Bidder", "solve"]

_TOLERANCE = 1e-11
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


@dataclass(frozen=True)
class AuctionSolution(Solution):
    """costs [grid], bottom to top, and the bids at them [K][grid]; the lowest bid of all.

    win_probabilities [K]; expected_payment: the mean of the winning bid.
    """

    costs: FloatArray
    bids: FloatArray
    lowest_bid: float
    win_probabilities: FloatArray
    expected_payment: float


@timed
def solve(problem: AuctionProblem) -> AuctionSolution:
    """The equilibrium in increasing bids; unique, since all costs share one support (Lebrun).

    Newton's method on spectral collocation, by continuation from equal bidders. Not converged where
    that stops on its way, or the finest grid leaves a large residual.
    """
    low, top = (float(bound) for bound in problem.support)
    width, count = top - low, len(problem.bidders)
    costs = np.linspace(low, top, problem.grid)
    bids, trouble = solve_values(problem.values, _TOLERANCE)
    if trouble:
        unknown = np.full((count, problem.grid), np.nan)
        nan = float("nan")
        diagnostics = Diagnostics(False, None, None, iterations=bids.iterations, message=trouble)
        return AuctionSolution(
            diagnostics=diagnostics,
            costs=read_only(costs),
            bids=read_only(unknown),
            lowest_bid=nan,
            win_probabilities=read_only(unknown[:, 0].copy()),
            expected_payment=nan,
        )
    worth = np.linspace(1.0, 0.0, problem.grid)
    chances, highest = outcome(bids)
    gain = exploitability(bids) * width
    return AuctionSolution(
        diagnostics=certified(bids.residual, gain, iterations=bids.iterations),
        costs=read_only(costs),
        bids=read_only(top - width * bids_at(bids, worth)),
        lowest_bid=top - width * bids.highest,
        win_probabilities=read_only(chances),
        expected_payment=top - width * highest,
    )
