"""Both sides of the market as curves over the price, and their difference, kink by kink."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from oracle.games._fields import FloatArray


class BuyerTable(Protocol):
    """What demand is made of, an entry an agent."""

    @property
    def target(self) -> FloatArray: ...
    @property
    def curvature(self) -> FloatArray: ...
    @property
    def capacity(self) -> FloatArray: ...


class SellerTable(BuyerTable, Protocol):
    """What supply is made of, an entry an agent."""

    @property
    def cost_linear(self) -> FloatArray: ...
    @property
    def cost_quadratic(self) -> FloatArray: ...


class Buyers:
    """Demand, with saturation decided by comparison so that flat stretches are exactly flat."""

    def __init__(
        self, capacity: FloatArray, per_price: FloatArray, full_below: FloatArray, none: FloatArray
    ) -> None:
        self.capacity, self.per_price = capacity, per_price
        self.full_below, self.none_from = full_below, none

    @classmethod
    def of(cls, table: BuyerTable) -> Self:
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

    def sides(self, price: float) -> tuple[float, float]:
        """Total demand; it does not jump."""
        total = self.total(price)
        return total, total

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


class Sellers:
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
    def of(cls, table: SellerTable) -> Self:
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

    def own(self, paid: float | FloatArray) -> FloatArray:
        """Own use [P] of those who share."""
        kept = (self.own_none_from - paid) * self.per_price
        np.minimum(kept, self.capacity, out=kept)
        return np.maximum(kept, 0.0, out=kept)

    def at(self, paid: float | FloatArray) -> FloatArray:
        """Supply [P] before the jumps at this very price, or at a price [P] of each one's own."""
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


def _alone(table: SellerTable) -> FloatArray:
    """Own use [P] of a prosumer who shares nothing."""
    twice = 2 * table.curvature
    wanted = (twice * table.target - table.cost_linear) / (twice + table.cost_quadratic)
    return np.minimum(np.maximum(wanted, 0.0), table.capacity)


class Excess:
    """Demand less supply; on an interval, those without a kink in it are one line."""

    def __init__(
        self,
        buyers: Buyers,
        sellers: Sellers,
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


class Owed:
    """At a floor: what consumers pay less what sellers would be owed at the paid price q."""

    def __init__(self, sellers: Sellers, paid_in: float) -> None:
        self.sellers, self.paid_in = sellers, paid_in

    def sides(self, at: float) -> tuple[float, float]:
        before, after = self.sellers.sides(at)
        return self.paid_in - at * before, self.paid_in - at * after

    def kinks(self) -> FloatArray:
        return self.sellers.kinks()

    def within(self, left: float, right: float, after_left: float, before_right: float) -> Self:
        return self
