"""The equilibrium of clearing, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from oracle.games._base import Diagnostics, Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.clearing.admm import Agreement, negotiate
from oracle.games.clearing.agents import ConsumerAgents, ProsumerAgents
from oracle.games.clearing.certificate import certify, certify_preferred
from oracle.games.clearing.curves import Buyers, Sellers
from oracle.games.clearing.exact import Outcome, clear
from oracle.games.clearing.pair_agents import PairBuyers, PairSellers
from oracle.games.clearing.pairs import PairAgreement, negotiate_pairs
from oracle.games.clearing.problem import ClearingProblem

if TYPE_CHECKING:  # scipy's sparse matrices and the QP solver come when they are used
    from oracle.games.clearing.preferences import Preferred


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
    from oracle.games.clearing.preferences import Preferred

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
    from oracle.games.clearing.preferences import clear_preferred

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
