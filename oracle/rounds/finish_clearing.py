"""The exact-integer finish of a period's price: the mirror of what the contract can check.

Demand of a buyer who declares d Wh at value v (ticks) over the floor f is the line from d at f to
nothing at v. Its slope, σ = floor(d 2^40 / (v − f)), is an integer, so that excess demand
z(p) 2^-40 = Σ σ (v − p)⁺ − Σ_{a ≤ p} g is exact. The price is the least tick at or above the floor
with z ≤ 0. No float is involved but the start, and the result does not depend on the start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oracle.rounds.words import PostedValue, Target
from oracle.units import NEVER_SELLS, WAD

SLOPE_BITS = 40


@dataclass(frozen=True)
class Market:
    """A period in integers: buyers (v, σ), sellers (a, g 2^40), floor and highest v in ticks."""

    floor_ticks: int
    highest_ticks: int
    buyers: tuple[tuple[int, int], ...]
    sellers: tuple[tuple[int, int], ...]

    def demand(self, ticks: int) -> int:
        """Σ σ (v − p)⁺, in Wh 2^40."""
        return sum(slope * (value - ticks) for value, slope in self.buyers if value > ticks)

    def supply(self, ticks: int) -> int:
        """Offers whose cost is at most p, in Wh 2^40."""
        return sum(offer for cost, offer in self.sellers if cost <= ticks)

    def excess(self, ticks: int) -> int:
        """z(p): falls in p."""
        return self.demand(ticks) - self.supply(ticks)


def slope_down(deficit_wh: int, premium_ticks: int) -> int:
    """σ = floor(d 2^40 / (v − f)): rounded down, so nobody is assigned more than she declared."""
    return (deficit_wh << SLOPE_BITS) // premium_ticks


def market(targets: Iterable[Target], floor_ticks: int) -> Market | None:
    """The period's market; None where nobody would pay more than the floor (it is unpriced)."""
    words = tuple(targets)
    buyers = tuple(
        (t.price_ticks, slope_down(-t.net_wh, t.price_ticks - floor_ticks))
        for t in words
        if t.net_wh < 0 and t.price_ticks > floor_ticks
    )
    if not buyers:
        return None
    sellers = tuple(
        (t.price_ticks, t.net_wh << SLOPE_BITS)
        for t in words
        if t.net_wh > 0 and t.price_ticks != NEVER_SELLS
    )
    return Market(floor_ticks, max(value for value, _ in buyers), buyers, sellers)


def finish_clearing(period: Market, start_ticks: int) -> PostedValue:
    """The least tick in [floor, highest value] with z ≤ 0, with μ and the served fraction.

    `start_ticks`, the float solution, only says where to look first: the search gallops from there
    and halves, so O(N log |error|), and finds the same tick from anywhere.
    """
    low, high = period.floor_ticks, period.highest_ticks
    ticks = min(max(start_ticks, low), high)
    stride = 1
    if period.excess(ticks) <= 0:
        high = ticks
        while high > low and period.excess(max(low, high - stride)) <= 0:
            high = max(low, high - stride)
            stride *= 2
        low = max(low, high - stride)
    else:
        low = ticks
        while period.excess(min(high, low + stride)) > 0:
            low = min(high, low + stride)
            stride *= 2
        high = min(high, low + stride)
    while low < high:
        middle = (low + high) // 2
        if period.excess(middle) <= 0:
            high = middle
        else:
            low = middle + 1
    return PostedValue(high, _matching_down(period, high), WAD)


def _matching_down(period: Market, ticks: int) -> int:
    """μ: 1 above the floor, where the marginal sellers share the jump; at it, demand over supply.

    At the least tick with z ≤ 0 all demand is served, so the served fraction is 1.
    """
    supply = period.supply(ticks)
    if ticks > period.floor_ticks or supply == 0:
        return WAD
    return min(WAD, period.demand(ticks) * WAD // supply)
