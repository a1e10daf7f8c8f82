"""Dispatch: which stations supply how much, so that cost and mismatch together cost least.

A mismatch z = D − S between demand and supply costs ``½ w z²``, w = `shortage` for z > 0, `surplus`
for z < 0. Static: merit order, exact. With `stock`, energy is kept from period to period: one
sparse quadratic program over all periods. With `risk`, one station in continuous time whose stock
is uncertain, for an exponential utility: a Riccati equation with a closed form.

Sources: "Mean-field-type games in blockchain-based distributed power networks", (1)-(2);
"A mean-field-type game perspective" (slides), demand-supply matching.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Diagnostics, Problem, Solution, Table, certified, read_only, timed
from oracle.games._base import check_length as same_length
from oracle.games._dispatch_certificate import Storage, certify
from oracle.games._dispatch_risk import Risk, path
from oracle.games._dispatch_stock import operate
from oracle.games._fields import (
    BoolArray,
    Flags,
    FloatArray,
    NonNegatives,
    Numbers,
    Positive,
    Words,
    about,
    invalid,
)

__all__ = ["DispatchProblem", "DispatchSolution", "Loss", "Risk", "Stations", "Stock", "solve"]


class Stations(Table):
    """Cost per kWh, capacity in kWh per period, and whether the station runs, each [K]."""

    cost: NonNegatives = about("of energy from each station", "currency/kWh", "[K]")
    capacity: NonNegatives = about("the most a station supplies in a period", "kWh", "[K]")
    active: Annotated[BoolArray, Flags(1)] | None = about(
        "whether the station runs; all if left out", "", "[K]", default=None
    )

    @model_validator(mode="after")
    def _equally_long(self) -> Self:
        for name in ("capacity", "active"):
            if getattr(self, name) is not None:
                same_length(name, getattr(self, name), "cost", len(self.cost))
        return self

    @property
    def available(self) -> FloatArray:
        """What each can supply in a period [K]."""
        return self.capacity if self.active is None else self.capacity * self.active


class Loss(Table):
    """What a kWh² of mismatch costs, twice: shortage where demand exceeds supply, or surplus."""

    shortage: Positive = about("w of ½ w z² where demand exceeds supply by z", "currency/kWh²")
    surplus: Positive = about("w where supply exceeds demand", "currency/kWh²")


class Stock(Table):
    """Stored energy: initial and limit [K] in kWh, inflow per period (number, [K] or [K][T]).

    terminal_value [K]: what a kWh left at the end is worth.
    """

    initial: NonNegatives = about("what each station has in stock at first", "kWh", "[K]")
    inflow: Annotated[float | FloatArray, Numbers((0, 1, 2), ge=0)] = about(
        "what arrives in a period", "kWh", "[K][T]"
    )
    limit: NonNegatives = about("the most that a station can hold", "kWh", "[K]")
    terminal_value: NonNegatives = about("of what is left at the end", "currency/kWh", "[K]")


class DispatchProblem(Problem):
    """Stations, demand per period (number or [T]), loss; optionally stock, or risk instead."""

    game: ClassVar[str] = "dispatch"

    stations: Stations | None = about(
        "the K stations, column by column; may be left out with risk", default=None
    )
    demand: Annotated[float | FloatArray, Numbers((0, 1), ge=0)] = about(
        "of each of T periods; with risk one number, per unit of time", "kWh", "[T]"
    )
    loss: Loss = about("what a mismatch costs; with risk both factors are equal")
    stock: Stock | None = about("energy kept from period to period", default=None)
    risk: Risk | None = about(
        "one station in continuous time with an uncertain stock; instead of stock", default=None
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.risk is not None:
            self._consistent_risk()
            return self
        if self.stations is None:
            raise invalid("stations", Words("missing"), "cost and capacity of the stations")
        if self.stock is None:
            return self
        count = len(self.stations.cost)
        for name in ("initial", "limit", "terminal_value"):
            same_length(f"stock.{name}", getattr(self.stock, name), "stations.cost", count)
        for k in np.flatnonzero(self.stock.initial > self.stock.limit)[:1]:
            raise invalid(f"stock.initial[{k}]", float(self.stock.initial[k]), "at most the limit")
        shape = np.shape(self.stock.inflow)
        if shape not in {(), (count,), (count, len(self.demands))}:
            said = Words("×".join(map(str, shape)) + " numbers")
            allowed = f"a number, {count} (stations), or {count}×{len(self.demands)} (by period)"
            raise invalid("stock.inflow", said, allowed)
        return self

    def _consistent_risk(self) -> None:
        if self.stock is not None:
            raise invalid("stock", Words("given"), "absent with risk, which has its own")
        if np.ndim(self.demand):
            raise invalid("demand", self.demand, "one number with risk")
        if self.stations is not None and len(self.stations.cost) != 1:
            said = Words(f"{len(self.stations.cost)} stations")
            raise invalid("stations", said, "one with risk")
        if self.loss.shortage != self.loss.surplus:
            raise invalid("loss.surplus", self.loss.surplus, "equal to shortage with risk")

    @property
    def demands(self) -> FloatArray:
        """Demand of each period [T]."""
        return np.atleast_1d(np.asarray(self.demand, dtype=np.float64))

    @property
    def inflows(self) -> FloatArray:
        """Inflow of each station in each period [T][K]."""
        assert self.stock is not None
        assert self.stations is not None
        inflow = np.asarray(self.stock.inflow, dtype=np.float64)
        shape = (len(self.demands), len(self.stations.cost))
        return np.broadcast_to(inflow.T if inflow.ndim == 2 else inflow, shape)


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
