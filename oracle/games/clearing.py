"""The prosumer-consumer market of a period: one price that clears it.

Consumers buy ``y(p) = clip(y# − p/(2h), 0, κ)``. A prosumer paid q = pμ for a kWh generates
``min((q − a)/b, κ)``, keeps ``x# − q/(2h)`` and shares the rest once that is positive; below, she
generates for herself alone. Both are piecewise linear in the price, so the price is the exact root
of one piece; the piece is found by bracketing kinks. At a floor the matching probability μ solves
``p_e Σs(p_e) = p Σy(p)`` with p_e = pμ.

Source: Le Cadre, Höschle, Enrique Rivero Puente, "Blockchain, user preferences, and consensus
reaching" (poster), consumer and prosumer models; μ as defined there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import (
    Diagnostics,
    Problem,
    Solution,
    Table,
    certified,
    check_length,
    check_order,
    read_only,
    timed,
)
from oracle.games._clearing_admm import Agreement, negotiate
from oracle.games._clearing_agents import ConsumerAgents, ProsumerAgents
from oracle.games._clearing_certificate import certify, certify_preferred
from oracle.games._clearing_curves import Buyers, Sellers
from oracle.games._clearing_exact import Outcome, clear
from oracle.games._clearing_pair_agents import PairBuyers, PairSellers
from oracle.games._clearing_pairs import PairAgreement, negotiate_pairs
from oracle.games._fields import (
    LARGEST,
    FloatArray,
    NonNegatives,
    Numbers,
    Positives,
    Words,
    about,
    invalid,
)

if TYPE_CHECKING:
    from oracle.games._clearing_preferences import Preferred

__all__ = [
    "AdmmDiagnostics",
    "ClearingProblem",
    "ClearingSolution",
    "Consumers",
    "Prosumers",
    "solve",
    "supply_and_demand",
    "welfare",
]


class Consumers(Table):
    """Consumers' target y# and capacity κ [C] in kWh, curvature h [C] in utility per kWh²."""

    target: NonNegatives = about("y#, what one would use at a price of 0", "kWh", "[agents]")
    curvature: Positives = about(
        "h, how fast utility falls away from the target", "ELE/kWh²", "[agents]"
    )
    capacity: NonNegatives = about(
        "κ, the most that one can use, or for prosumers generate", "kWh", "[agents]"
    )

    @model_validator(mode="after")
    def _equally_long(self) -> Self:
        for name in type(self).model_fields:
            check_length(name, getattr(self, name), "target", len(self.target))
        return self


class Prosumers(Consumers):
    """Prosumers' own use as for consumers, and their cost ``a g + ½ b g²`` of generating g kWh."""

    cost_linear: NonNegatives = about(
        "a of the cost a g + ½ b g² of generating g", "ELE/kWh", "[agents]"
    )
    cost_quadratic: NonNegatives = about("b of that cost", "ELE/kWh²", "[agents]")


class ClearingProblem(Problem):
    """A period's consumers and prosumers.

    Either price_bounds [2] of the one price per kWh, or preferences [C][P], the bonus per kWh that
    a consumer gives to each prosumer's energy; then each has her own price.
    """

    game: ClassVar[str] = "clearing"

    consumers: Consumers = about("the C consumers, column by column")
    prosumers: Prosumers = about("the P prosumers, column by column")
    price_bounds: Annotated[FloatArray, Numbers(1, ge=0, length=2)] | None = about(
        "floor and cap of the one price; absent with preferences", "ELE/kWh", "[2]", default=None
    )
    preferences: Annotated[FloatArray, Numbers(2)] | None = about(
        "each consumer's bonus for each prosumer's energy; each prosumer then has her own price",
        "ELE/kWh",
        "[C][P]",
        default=None,
    )
    method: Literal["exact", "admm"] = about(
        "exact, or by messages that keep agents' data private",
        default="exact",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.preferences is None:
            if self.price_bounds is None:
                raise invalid(
                    "price_bounds", Words("missing"), "floor and cap, without preferences"
                )
            check_order("price_bounds", *self.price_bounds)
            return self
        if self.price_bounds is not None:
            raise invalid("price_bounds", self.price_bounds, "none, with preferences")
        check_length("preferences", self.preferences, "consumers", len(self.consumers.target))
        for row in self.preferences:
            check_length("preferences[0]", row, "prosumers", len(self.prosumers.target))
        return self

    @property
    def bounds(self) -> tuple[float, float]:
        """Floor and cap; without any where there are preferences."""
        if self.price_bounds is None:
            return 0.0, LARGEST
        return float(self.price_bounds[0]), float(self.price_bounds[1])


@dataclass(frozen=True)
class ClearingSolution(Solution):
    """The price, how both sides are rationed, and everybody's kWh.

    `consumption` [C] is what is served; `shared` [P] is what is offered, of which the part
    `matching_probability` is delivered; `own_consumption` [P]. With preferences there is a `price`
    [P] for each prosumer, and `trades` [C, P] say who sells to whom.
    """

    price: float | FloatArray
    matching_probability: float
    served_fraction: float
    consumption: FloatArray
    own_consumption: FloatArray
    shared: FloatArray
    welfare: float
    trades: FloatArray | None = None

    def document(self) -> dict[str, Any]:
        """As for all solutions; without `trades` where there are no preferences."""
        fields = super().document()
        if self.trades is None:
            del fields["trades"]
        return fields


@dataclass(frozen=True)
class AdmmDiagnostics(Diagnostics):
    """Besides: the imbalance |Σy − Σs| and the moves ρ‖z⁺ − z‖ of every round."""

    primal_residuals: tuple[float, ...] = ()
    dual_residuals: tuple[float, ...] = ()


@timed
def solve(problem: ClearingProblem) -> ClearingSolution:
    """The least price at which demand is at most supply, within the bounds. Always converges.

    Time grows as N log N at worst; a few dozen passes over the agents usually.
    """
    if problem.preferences is not None:
        return _with_preferences(problem)
    if problem.method == "admm":
        return _private(problem)
    buyers, sellers = Buyers.of(problem.consumers), Sellers.of(problem.prosumers)
    outcome = clear(buyers, sellers, *problem.bounds)
    sharing = sellers.start < outcome.paid
    return _uniform(
        problem,
        outcome,
        consumption=buyers.at(outcome.price) * outcome.served,
        own=np.where(sharing, sellers.own(outcome.paid), sellers.alone),
        rounds=None,
    )


def _private(problem: ClearingProblem) -> ClearingSolution:
    """The private form with all agents in this process; the platform gets their answers alone."""
    buyers, sellers = ConsumerAgents(problem.consumers), ProsumerAgents(problem.prosumers)
    found = negotiate([buyers, sellers], *problem.bounds)
    count = len(found.primal)
    shared = sellers.quantity
    outcome = Outcome(found.price, found.matched, found.served, shared, found.paid, count)
    return _uniform(problem, outcome, consumption=buyers.quantity, own=sellers.own, rounds=found)


def _uniform(
    problem: ClearingProblem,
    outcome: Outcome,
    *,
    consumption: FloatArray,
    own: FloatArray,
    rounds: Agreement | None,
) -> ClearingSolution:
    """The solution and its certificate where one price holds for all."""
    residual, exploitability = certify(
        problem,
        price=outcome.price,
        matched=outcome.matched,
        served=outcome.served,
        consumption=consumption,
        own=own,
        shared=outcome.shared,
    )
    diagnostics = certified(residual, exploitability, evaluations=outcome.evaluations)
    if rounds is not None:
        diagnostics = _judged(residual, exploitability, rounds)
    return ClearingSolution(
        diagnostics=diagnostics,
        price=outcome.price,
        matching_probability=outcome.matched,
        served_fraction=outcome.served,
        consumption=read_only(consumption),
        own_consumption=read_only(own),
        shared=read_only(outcome.shared),
        welfare=welfare(problem, consumption, own, outcome.shared),
    )


def _judged(
    residual: float, exploitability: float, rounds: Agreement | PairAgreement
) -> AdmmDiagnostics:
    judged = certified(residual, exploitability, trouble=rounds.trouble)
    return AdmmDiagnostics(
        converged=judged.converged,
        residual=residual,
        exploitability=exploitability,
        iterations=len(rounds.primal),
        message=judged.message,
        primal_residuals=rounds.primal,
        dual_residuals=rounds.dual,
    )


@np.errstate(all="ignore")
def _private_pairs(problem: ClearingProblem) -> tuple[Preferred, PairAgreement]:
    """One price per prosumer in the private form, with all agents in this process."""
    from oracle.games._clearing_preferences import Preferred

    assert problem.preferences is not None
    count = len(problem.prosumers.target)
    buyers = PairBuyers(problem.consumers, problem.preferences)
    sellers = PairSellers(problem.prosumers, list(range(count)), count)
    found = negotiate_pairs([buyers, sellers], count)
    trades = buyers.quantity
    demand, rounds = trades.sum(axis=1), len(found.primal)
    return (
        Preferred(found.price, trades, demand, sellers.own, found.sold, rounds, found.trouble),
        found,
    )


def _with_preferences(problem: ClearingProblem) -> ClearingSolution:
    """The welfare maximum with one price per prosumer."""
    # Here: it loads scipy's sparse matrices, which a period's one price does without.
    from oracle.games._clearing_preferences import clear_preferred

    rounds = None
    if problem.method == "admm":
        found, rounds = _private_pairs(problem)
    else:
        found = clear_preferred(problem)
    residual, exploitability = certify_preferred(
        problem, price=found.price, trades=found.trades, own=found.own
    )
    consumption, shared = found.trades.sum(axis=1), found.trades.sum(axis=0)
    assert problem.preferences is not None
    bonus = float(np.sum(problem.preferences * found.trades))
    return ClearingSolution(
        diagnostics=certified(
            residual, exploitability, iterations=found.iterations, trouble=found.trouble
        )
        if rounds is None
        else _judged(residual, exploitability, rounds),
        price=read_only(found.price),
        matching_probability=1.0,
        served_fraction=1.0,
        consumption=read_only(consumption),
        own_consumption=read_only(found.own),
        shared=read_only(shared),
        welfare=welfare(problem, consumption, found.own, shared) + bonus,
        trades=read_only(found.trades),
    )


def supply_and_demand(problem: ClearingProblem, price: float) -> tuple[float, float]:
    """Total supply (jumps at this price included) and demand at a price, with μ = 1."""
    supply = Sellers.of(problem.prosumers).sides(price)[1]
    return supply, Buyers.of(problem.consumers).total(price)


def welfare(
    problem: ClearingProblem, consumption: FloatArray, own: FloatArray, shared: FloatArray
) -> float:
    """``Σ −h(y − y#)² + Σ −h(x − x#)² − Σ c(x + s)``; what is offered has been generated."""
    c, p = problem.consumers, problem.prosumers
    made = own + shared
    return float(
        -np.sum(c.curvature * (consumption - c.target) ** 2)
        - np.sum(p.curvature * (own - p.target) ** 2)
        - np.sum(p.cost_linear * made + 0.5 * p.cost_quadratic * made**2)
    )
