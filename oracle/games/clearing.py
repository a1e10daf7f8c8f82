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
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from oracle.games._base import (
    Problem,
    Solution,
    Table,
    certified,
    check_length,
    check_order,
    read_only,
    timed,
)
from oracle.games._clearing_certificate import certify
from oracle.games._fields import FloatArray, NonNegatives, Numbers, Positives
from oracle.games._root import bracket

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

    def __init__(
        self, capacity: FloatArray, per_price: FloatArray, full_below: FloatArray, none: FloatArray
    ) -> None:
        self.capacity, self.per_price = capacity, per_price
        self.full_below, self.none_from = full_below, none

    @classmethod
    def of(cls, table: Consumers) -> Self:
        twice = 2 * table.curvature
        full_below = twice * (table.target - table.capacity)
        return cls(table.capacity, 1 / twice, full_below, twice * table.target)

    def at(self, price: float) -> FloatArray:
        wanted = (self.none_from - price) * self.per_price
        np.minimum(wanted, self.capacity, out=wanted)
        np.maximum(wanted, 0.0, out=wanted)
        np.copyto(wanted, self.capacity, where=self.full_below >= price)
        return wanted

    def total(self, price: float) -> float:
        return float(self.at(price).sum())

    def kinks(self) -> FloatArray:
        return np.concatenate([self.full_below, self.none_from])

    def last_kink(self) -> float:
        return float(self.none_from.max())

    def within(self, left: float, right: float) -> Self:
        """Those who bend inside."""
        who = np.flatnonzero(
            _between(self.full_below, left, right) | _between(self.none_from, left, right)
        )
        return type(self)(
            self.capacity[who], self.per_price[who], self.full_below[who], self.none_from[who]
        )


class _Sellers:
    """Supply at the paid price q: a rising part, and jumps at `cost_linear` where b = 0."""

    def __init__(self, arrays: dict[str, FloatArray], jump: FloatArray | None) -> None:
        self.capacity = arrays["capacity"]
        self.cost, self.slope = arrays["cost"], arrays["slope"]
        self.full_from, self.start = arrays["full_from"], arrays["start"]
        self.per_price, self.own_none_from = arrays["per_price"], arrays["own_none_from"]
        self.alone = arrays["alone"]
        self.jump = jump
        self._arrays = arrays

    @classmethod
    def of(cls, table: Prosumers) -> Self:
        a, b, capacity = table.cost_linear, table.cost_quadratic, table.capacity
        twice = 2 * table.curvature
        flat = b == 0
        alone = _alone(table)
        # The paid price from which she shares: her marginal value when she serves herself alone.
        start = a + b * alone
        full = alone >= capacity
        if full.any():
            start = np.where(full, np.maximum(twice * (table.target - capacity), start), start)
        arrays = {
            "capacity": capacity,
            "cost": a,
            "slope": 1 / np.where(flat, 1.0, b),
            "full_from": a + b * capacity,
            "per_price": 1 / twice,
            "own_none_from": twice * table.target,
            "start": start,
            "alone": alone,
        }
        # Free capacity when the price is exactly the cost of a linear generator.
        jump = np.where(flat & ~full, capacity - alone, 0.0) if flat.any() else None
        return cls(arrays, jump)

    def own(self, paid: float) -> FloatArray:
        """Own use [P] of those who share."""
        kept = (self.own_none_from - paid) * self.per_price
        np.minimum(kept, self.capacity, out=kept)
        return np.maximum(kept, 0.0, out=kept)

    def at(self, paid: float) -> FloatArray:
        """Supply [P] before the jumps at this very price."""
        made = (paid - self.cost) * self.slope
        np.minimum(made, self.capacity, out=made)
        np.copyto(made, self.capacity, where=self.full_from <= paid)
        made -= self.own(paid)
        np.maximum(made, 0.0, out=made)
        made *= self.start < paid
        return made

    def jumps(self, paid: float) -> FloatArray:
        """What may be offered besides [P] at this very price."""
        if self.jump is None:
            return np.zeros(len(self.cost))
        return np.asarray(np.where(self.cost == paid, self.jump, 0.0))

    def sides(self, paid: float) -> tuple[float, float]:
        """Total supply before and after the jumps."""
        before = float(self.at(paid).sum())
        if self.jump is None:
            return before, before
        return before, before + float(self.jump[self.cost == paid].sum())

    def kinks(self) -> FloatArray:
        return np.concatenate([self.start, self.full_from, self.own_none_from])

    def last_kink(self) -> float:
        ends = (self.start, self.full_from, self.own_none_from)
        return max(float(array.max()) for array in ends)

    def within(self, left: float, right: float) -> Self:
        """Those who bend or jump inside."""
        who = np.flatnonzero(
            _between(self.start, left, right)
            | _between(self.full_from, left, right)
            | _between(self.own_none_from, left, right)
        )
        arrays = {name: array[who] for name, array in self._arrays.items()}
        return type(self)(arrays, None if self.jump is None else self.jump[who])


def _between(array: FloatArray, left: float, right: float) -> NDArray[np.bool_]:
    return (array > left) & (array < right)


def _alone(table: Prosumers) -> FloatArray:
    """Own use [P] of a prosumer who shares nothing."""
    twice = 2 * table.curvature
    wanted = (twice * table.target - table.cost_linear) / (twice + table.cost_quadratic)
    return np.minimum(np.maximum(wanted, 0.0), table.capacity)


class _Excess:
    """Demand less supply; on an interval, those without a kink in it are one line."""

    def __init__(
        self,
        buyers: _Buyers,
        sellers: _Sellers,
        left: float = 0.0,
        width: float = 1.0,
        others: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.buyers, self.sellers = buyers, sellers
        self.left, self.width, self.others = left, width, others

    def sides(self, at: float) -> tuple[float, float]:
        before, after = self.sellers.sides(at)
        start, end = self.others
        demand = self.buyers.total(at) + start + (end - start) * ((at - self.left) / self.width)
        return demand - before, demand - after

    def kinks(self) -> FloatArray:
        return np.concatenate([self.buyers.kinks(), self.sellers.kinks()])

    def within(self, left: float, right: float, after_left: float, before_right: float) -> Self:
        buyers, sellers = self.buyers.within(left, right), self.sellers.within(left, right)
        few = type(self)(buyers, sellers)
        others = (after_left - few.sides(left)[1], before_right - few.sides(right)[0])
        return type(self)(buyers, sellers, left, right - left, others)


class _Owed:
    """At a floor: what consumers pay less what sellers would be owed at the paid price q."""

    def __init__(self, sellers: _Sellers, paid_in: float) -> None:
        self.sellers, self.paid_in = sellers, paid_in

    def sides(self, at: float) -> tuple[float, float]:
        before, after = self.sellers.sides(at)
        return self.paid_in - at * before, self.paid_in - at * after

    def kinks(self) -> FloatArray:
        return self.sellers.kinks()

    def within(self, left: float, right: float, after_left: float, before_right: float) -> Self:
        return self


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
    buyers, sellers = _Buyers.of(problem.consumers), _Sellers.of(problem.prosumers)
    low, high = (float(bound) for bound in problem.price_bounds)
    outcome = _clear(buyers, sellers, low, high)
    demand = buyers.at(outcome.price)
    consumption = demand * outcome.served
    sharing = sellers.start < outcome.paid
    own = np.where(sharing, sellers.own(outcome.paid), sellers.alone)
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
        diagnostics=certified(residual, exploitability, evaluations=outcome.evaluations),
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
    supply = _Sellers.of(problem.prosumers).sides(price)[1]
    return supply, _Buyers.of(problem.consumers).total(price)


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
    demand_low = buyers.total(low)
    supply_low = sellers.sides(low)
    if demand_low <= supply_low[1] + _slack(demand_low, supply_low[1]):
        return _at_floor(sellers, low, demand_low)
    demand_high = buyers.total(high)
    after = sellers.sides(high)[1]
    if demand_high > after + _slack(demand_high, after):
        offered = sellers.at(high) + sellers.jumps(high)
        return _Outcome(high, 1.0, after / demand_high, offered, high, 2)

    excess = _Excess(buyers, sellers)
    # Beyond the last kink nothing changes, so a far upper bound need not be searched.
    top = max(buyers.last_kink(), sellers.last_kink())
    slack = _slack(demand_low, 0.0)
    end = min(high, top) if top > low else high
    piece = bracket(excess, low, end, slack, after_low=demand_low - supply_low[1])
    evaluations = piece.evaluations + 3
    if piece.right_value >= -slack and (lacking := excess.sides(piece.right)[0]) >= 0:
        return _jumped(sellers, piece.right, piece.right, lacking, evaluations + 1)
    width = piece.right - piece.left
    steepness = (piece.left_value - piece.right_value) / width
    price = piece.left + piece.left_value / steepness
    # The bracket's sums are partly interpolated; one step with the sum itself removes that.
    price = float(np.clip(price, piece.left, piece.right))
    price += excess.sides(price)[0] / steepness
    price = float(np.clip(price, piece.left, piece.right))
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
    piece = bracket(_Owed(sellers, paid_in), 0.0, price, _EPS * paid_in, after_low=paid_in)
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


def _slack(demand: float, supply: float) -> float:
    """What rounding makes of two equal sums."""
    return 32 * _EPS * (demand + supply)
