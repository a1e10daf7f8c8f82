"""The equilibrium of dispatch, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from oracle.games._base import Diagnostics, Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.dispatch.certificate import Storage, certify
from oracle.games.dispatch.problem import DispatchProblem, Loss, Stations, Stock
from oracle.games.dispatch.risk import Risk, path
from oracle.games.dispatch.stock import operate


@dataclass(frozen=True)
class DispatchSolution(Solution):
    """supply [T][K] in kWh, shortfall D − S and its marginal_cost [T], period_cost [T], total_cost.

    With stock also the stock [T+1][K] and what is spilled [T][K]; the total is less the stock's
    terminal value. With risk all but the total are [steps+1] along the mean path, the cost a rate
    and the total the certainty equivalent; riccati [steps+1]; longest_horizon: None is unbounded.
    """

    supply: FloatArray
    shortfall: FloatArray
    marginal_cost: FloatArray
    period_cost: FloatArray
    total_cost: float
    stock: FloatArray | None = None
    spilled: FloatArray | None = None
    riccati: FloatArray | None = None
    longest_horizon: float | None = None

    def document(self) -> dict[str, Any]:
        """As for every game; the fields of another form of the problem are left out."""
        fields = super().document()
        absent = {name for name in ("stock", "spilled", "riccati") if fields[name] is None}
        if "riccati" in absent:
            absent.add("longest_horizon")
        return {name: value for name, value in fields.items() if name not in absent}


@timed
def solve(problem: DispatchProblem) -> DispatchSolution:
    """Static: O(TK) after a sort. Stock: an interior point method. Risk: closed form.

    Not converged where the risk is too great for any plan to have a finite cost.
    """
    if problem.risk is not None:
        return _uncertain(problem, problem.risk)
    assert problem.stations is not None
    if problem.stock is not None:
        return _stored(problem, problem.stations, problem.stock)
    supply = _merit_order(problem)
    shortfall, marginal, costs = _books(problem, problem.stations, supply)
    total = float(costs.sum())
    residual, gain = certify(problem, supply, total)
    return DispatchSolution(
        diagnostics=certified(residual, gain, iterations=1),
        supply=read_only(supply),
        shortfall=read_only(shortfall),
        marginal_cost=read_only(marginal),
        period_cost=read_only(costs),
        total_cost=total,
    )


def _books(
    problem: DispatchProblem, stations: Stations, supply: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The shortfall, what a kWh more would save of its loss, and all costs, of each period [T]."""
    shortfall = problem.demands - supply.sum(axis=1)
    marginal = mismatch_slope(problem.loss, shortfall)
    return shortfall, marginal, supply @ stations.cost + marginal * shortfall / 2


def _stored(problem: DispatchProblem, stations: Stations, held: Stock) -> DispatchSolution:
    """All periods at once."""
    inflows = problem.inflows
    supply, spilled, values, iterations = operate(
        problem.demands, stations, problem.loss, held, inflows
    )
    shortfall, marginal, costs = _books(problem, stations, supply)
    change = (inflows - supply - spilled).cumsum(axis=0)
    # Sums of differences leave the bounds by rounding alone.
    stock = np.vstack([held.initial, np.clip(held.initial + change, 0.0, held.limit)])
    total = float(costs.sum()) - float(held.terminal_value @ stock[-1])
    residual, gain = certify(problem, supply, total, Storage(stock, spilled, values))
    return DispatchSolution(
        diagnostics=certified(residual, gain, iterations=iterations),
        supply=read_only(supply),
        shortfall=read_only(shortfall),
        marginal_cost=read_only(marginal),
        period_cost=read_only(costs),
        total_cost=total,
        stock=read_only(stock),
        spilled=read_only(spilled),
    )


def mismatch_slope(loss: Loss, shortfall: FloatArray) -> FloatArray:
    """l'(z) = w z."""
    return np.where(shortfall > 0, loss.shortage, loss.surplus) * shortfall


def _merit_order(problem: DispatchProblem) -> FloatArray:
    """The cheapest first, each as far as its cost stays below what a shortfall costs [T][K].

    Total supply is the largest of ``min(W_n, D − p_n/w)``, W_n what the n cheapest can supply.
    """
    assert problem.stations is not None
    cost, capacity = problem.stations.cost, problem.stations.available
    order = np.argsort(cost, kind="stable")
    steps = np.cumsum(capacity[order])
    wanted = problem.demands[:, None] - cost[order] / problem.loss.shortage
    total = np.maximum(np.minimum(wanted, steps).max(axis=1, keepdims=True), 0.0)
    supply = np.empty((len(wanted), len(cost)))
    supply[:, order] = np.clip(total - np.append(0.0, steps[:-1]), 0.0, capacity[order])
    return supply


def _uncertain(problem: DispatchProblem, risk: Risk) -> DispatchSolution:
    """The risk-sensitive station along its mean path."""
    demand, weight = float(np.asarray(problem.demand)), problem.loss.shortage
    found = path(risk, demand, weight)
    ignored = ""
    if problem.stations is not None:
        ignored = "with risk the station's cost and capacity play no part"
    if found.trouble:
        diagnostics = Diagnostics(False, None, None, iterations=1, message=found.trouble)
    else:
        diagnostics = certified(found.residual, found.gain, iterations=1)
        if ignored and diagnostics.converged:
            diagnostics = Diagnostics(
                True, found.residual, found.gain, iterations=1, message=ignored
            )
    shortfall = demand - found.supply
    return DispatchSolution(
        diagnostics=diagnostics,
        supply=read_only(found.supply),
        shortfall=read_only(shortfall),
        marginal_cost=read_only(weight * shortfall),
        period_cost=read_only(weight * shortfall**2 / 2),
        total_cost=found.cost,
        stock=read_only(found.stock),
        riccati=read_only(found.riccati),
        longest_horizon=found.longest,
    )
