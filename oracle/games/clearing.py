"""The prosumer-consumer market of a period: one price that clears it (spec §2, the consensus poster).

Consumers buy ``y(p) = clip(y# − p/(2h), 0, κ)``. A prosumer paid q = pμ for a kWh generates
``min((q − a)/b, κ)``, keeps ``x# − q/(2h)`` and shares the rest once that is positive; below, she
generates for herself alone. Both are piecewise linear in the price, so the price is the exact root
of one piece; the piece is found by bracketing kinks. At a floor the matching probability μ solves
``p_e Σs(p_e) = p Σy(p)`` with p_e = pμ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import (
    Diagnostics,
    Problem,
    Solution,
    Table,
    check_length,
    check_order,
    read_only,
    timed,
)
from oracle.games._clearing_certificate import certify
from oracle.games._fields import FloatArray, NonNegatives, Numbers, Positives
from oracle.games._root import Bracket, bracket

__all__ = [
    "ClearingProblem",
    "ClearingSolution",
    "Consumers",
    "Prosumers",
    "solve",
    "supply_and_demand",
    "welfare",
]

_EPS = float(np.finfo(np.float64).eps)


class Consumers(Table):
    """Consumers' target y# and capacity κ [C] in kWh, curvature h [C] in utility per kWh²."""

    target: NonNegatives
    curvature: Positives
    capacity: NonNegatives

    @model_validator(mode="after")
    def _equally_long(self) -> Self:
        for name in type(self).model_fields:
            check_length(name, getattr(self, name), "target", len(self.target))
        return self


class Prosumers(Consumers):
    """Prosumers' own use as for consumers, and their cost ``a g + ½ b g²`` of generating g kWh."""

    cost_linear: NonNegatives
    cost_quadratic: NonNegatives


class ClearingProblem(Problem):
    """A period's consumers and prosumers and the bounds [2] of the price per kWh."""

    game: ClassVar[str] = "clearing"

    consumers: Consumers
    prosumers: Prosumers
    price_bounds: Annotated[FloatArray, Numbers(1, ge=0, length=2)]
    method: Literal["exact"] = "exact"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_order("price_bounds", *self.price_bounds)
        return self


@dataclass(frozen=True)
class ClearingSolution(Solution):
    """The price, how both sides are rationed, and everybody's kWh.

    `consumption` [C] is what is served; `shared` [P] is what is offered, of which the part
    `matching_probability` is delivered; `own_consumption` [P].
    """

    price: float
    matching_probability: float
    served_fraction: float
    consumption: FloatArray
    own_consumption: FloatArray
    shared: FloatArray
    welfare: float


class _Buyers:
    """Demand, with saturation decided by comparison so that flat stretches are exactly flat."""

    def __init__(self, table: Consumers) -> None:
        self.capacity = table.capacity
        self.per_price = 0.5 / table.curvature
        self.full_below = 2 * table.curvature * (table.target - table.capacity)
        self.none_from = 2 * table.curvature * table.target

    def at(self, price: float) -> FloatArray:
        wanted = np.clip((self.none_from - price) * self.per_price, 0.0, self.capacity)
        return np.asarray(np.where(price <= self.full_below, self.capacity, wanted))

    def kinks(self) -> FloatArray:
        return np.concatenate([self.full_below, self.none_from])


class _Sellers:
    """Supply at the paid price q: a rising part, and jumps at `cost_linear` where b = 0."""

    def __init__(self, table: Prosumers) -> None:
        a, b, self.capacity = table.cost_linear, table.cost_quadratic, table.capacity
        h, target = table.curvature, table.target
        self.cost = a
        self.per_price = 0.5 / h
        self.own_none_from = 2 * h * target
        alone = (2 * h * target - a) / (2 * h + b)
        self.alone = np.clip(alone, 0.0, self.capacity)
        # The paid price from which she shares: her marginal value when she serves herself alone.
        self.start = np.where(
            alone <= 0,
            a,
            np.where(alone >= self.capacity, 2 * h * (target - self.capacity), a + b * self.alone),
        )
        self.start = np.maximum(self.start, a)
        self.flat = b == 0
        self.slope = 1 / np.where(self.flat, 1.0, b)
        self.full_from = np.where(self.flat, a, a + b * self.capacity)
        # Free capacity when the price is exactly the cost of a linear generator.
        self.jump = np.where(self.flat & (self.start == a), self.capacity - self.own(a), 0.0)
        self.any_jump = bool(np.any(self.jump > 0))

    def own(self, paid: float | FloatArray) -> FloatArray:
        """Own use [P] while she shares."""
        return np.clip((self.own_none_from - paid) * self.per_price, 0.0, self.capacity)

    def at(self, paid: float) -> FloatArray:
        """Supply [P] before the jumps at this very price."""
        made = np.where(
            paid >= self.full_from,
            self.capacity,
            np.minimum((paid - self.cost) * self.slope, self.capacity),
        )
        return np.asarray(np.where(paid > self.start, np.maximum(made - self.own(paid), 0), 0))

    def jumps(self, paid: float) -> FloatArray:
        """What may be offered besides [P] at this very price."""
        return np.asarray(np.where(self.cost == paid, self.jump, 0.0))

    def sides(self, paid: float) -> tuple[float, float]:
        """Total supply before and after the jumps."""
        before = float(self.at(paid).sum())
        return before, before + float(self.jumps(paid).sum()) if self.any_jump else before

    def own_use(self, paid: float) -> FloatArray:
        """Own use [P], whether she shares or serves herself alone."""
        return np.asarray(np.where(paid > self.start, self.own(paid), self.alone))

    def kinks(self) -> FloatArray:
        return np.concatenate([self.start, self.full_from, self.own_none_from])


@dataclass(frozen=True)
class _Outcome:
    """Price, matching probability, served fraction, offers [P] and the price paid per kWh."""

    price: float
    matched: float
    served: float
    shared: FloatArray
    paid: float
    evaluations: int


@timed
def solve(problem: ClearingProblem) -> ClearingSolution:
    """The least price at which demand is at most supply, within the bounds. Always converges.

    Time grows as N log N at worst; a few dozen passes over the agents usually.
    """
    buyers, sellers = _Buyers(problem.consumers), _Sellers(problem.prosumers)
    low, high = (float(bound) for bound in problem.price_bounds)
    outcome = _clear(buyers, sellers, low, high)
    demand = buyers.at(outcome.price)
    consumption = demand * outcome.served
    own = sellers.own_use(outcome.paid)
    residual, exploitability = certify(
        problem,
        price=outcome.price,
        matched=outcome.matched,
        served=outcome.served,
        consumption=consumption,
        own=own,
        shared=outcome.shared,
    )
    return ClearingSolution(
        diagnostics=Diagnostics(
            converged=True,
            evaluations=outcome.evaluations,
            residual=residual,
            exploitability=exploitability,
        ),
        price=outcome.price,
        matching_probability=outcome.matched,
        served_fraction=outcome.served,
        consumption=read_only(consumption),
        own_consumption=read_only(own),
        shared=read_only(outcome.shared),
        welfare=welfare(problem, consumption, own, outcome.shared),
    )


def supply_and_demand(problem: ClearingProblem, price: float) -> tuple[float, float]:
    """Total supply (jumps at this price included) and demand at a price, with μ = 1."""
    supply = _Sellers(problem.prosumers).sides(price)[1]
    return supply, float(_Buyers(problem.consumers).at(price).sum())


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


def _clear(buyers: _Buyers, sellers: _Sellers, low: float, high: float) -> _Outcome:
    demand_low = float(buyers.at(low).sum())
    supply_low = sellers.sides(low)
    if demand_low <= supply_low[1] + _slack(demand_low, supply_low[1]):
        return _at_floor(sellers, low, demand_low)
    demand_high = float(buyers.at(high).sum())
    before, after = sellers.sides(high)
    if demand_high > after + _slack(demand_high, after):
        offered = sellers.at(high) + sellers.jumps(high)
        return _Outcome(high, 1.0, after / demand_high, offered, high, 2)

    def excess(price: float) -> tuple[float, float]:
        demand = float(buyers.at(price).sum())
        supply = sellers.sides(price)
        return demand - supply[0], demand - supply[1]

    kinks = np.concatenate([buyers.kinks(), sellers.kinks()])
    top = float(kinks.max())
    # Beyond the last kink nothing changes, so a far upper bound need not be searched.
    piece = bracket(
        excess, low, min(high, top) if top > low else high, kinks, _slack(demand_low, 0.0)
    )
    evaluations = piece.evaluations + 3
    if piece.right_value >= 0:
        price = piece.right
        return _jumped(sellers, price, price, piece.right_value, evaluations)
    price = _on_line(piece)
    for _ in range(2):
        error = excess(price)[0]
        steep = (piece.left_value - piece.right_value) / (piece.right - piece.left)
        price = float(np.clip(price + error / steep, piece.left, piece.right))
    return _Outcome(price, 1.0, 1.0, sellers.at(price), price, evaluations + 2)


def _at_floor(sellers: _Sellers, price: float, demand: float) -> _Outcome:
    """The floor's matching probability: p_e Σs(p_e) = p Σy(p), p_e = pμ."""
    before, after = sellers.sides(price)
    if price == 0:
        matched = min(demand / after, 1.0) if after > 0 else 1.0
        return _Outcome(price, matched, 1.0, sellers.at(0.0) + sellers.jumps(0.0), 0.0, 2)
    if demand >= before - _slack(demand, before):
        return _jumped(sellers, price, price, demand - before, 2)
    if demand == 0:
        return _Outcome(price, 0.0, 1.0, sellers.at(0.0) + sellers.jumps(0.0), 0.0, 2)
    paid_in = price * demand

    def missing(paid: float) -> tuple[float, float]:
        supply = sellers.sides(paid)
        return paid_in - paid * supply[0], paid_in - paid * supply[1]

    piece = bracket(missing, 0.0, price, sellers.kinks(), _EPS * paid_in)
    if piece.right_value >= 0:
        paid = piece.right
        return _jumped(sellers, price, paid, piece.right_value / paid, piece.evaluations)
    # One piece: with supply s0 + β d at left + d, (left + d)(s0 + β d) = paid_in.
    start = sellers.sides(piece.left)[1]
    end = sellers.sides(piece.right)[0]
    slope = (end - start) / (piece.right - piece.left)
    linear = start + slope * piece.left
    short = paid_in - piece.left * start
    paid = piece.left + 2 * short / (linear + np.sqrt(linear**2 + 4 * slope * short))
    paid = float(np.clip(paid, piece.left, piece.right))
    return _Outcome(price, paid / price, 1.0, sellers.at(paid), paid, piece.evaluations + 2)


def _jumped(
    sellers: _Sellers, price: float, paid: float, lacking: float, evaluations: int
) -> _Outcome:
    """Where supply jumps: what is lacking is shared in proportion to free capacity."""
    jumps = sellers.jumps(paid)
    free = float(jumps.sum())
    part = min(max(lacking / free, 0.0), 1.0) if free > 0 else 0.0
    return _Outcome(price, paid / price, 1.0, sellers.at(paid) + part * jumps, paid, evaluations)


def _on_line(piece: Bracket) -> float:
    """The root of a linear piece."""
    width = piece.right - piece.left
    return piece.left + width * piece.left_value / (piece.left_value - piece.right_value)


def _slack(demand: float, supply: float) -> float:
    """What rounding makes of two equal sums."""
    return 8 * _EPS * (demand + supply)
