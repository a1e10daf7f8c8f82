"""What a member allows her agent: the bounds of her standing order."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from oracle.community.model import Community, Member
from oracle.community.tariff import highest_price
from oracle.units import (
    TICKS_PER_ELE,
    WH_PER_KWH,
    Ticks,
    ceil_div,
    exact,
    price_to_ticks_down,
    ticks_to_wei,
)

LARGEST = 2**96 - 1
"""What the contract's field holds."""


@dataclass(frozen=True)
class OrderBounds:
    """Wei of ELE: the most per kWh (a whole number of ticks), and the most in a day."""

    max_price: int
    daily_budget: int

    @property
    def max_ticks(self) -> Ticks:
        return Ticks(self.max_price // ticks_to_wei(1))


def order_bounds(community: Community, member: Member, periods_a_day: int) -> OrderBounds:
    """The file's `[orders]`; else the grid's price at the lowest elecoin price, and a day of it.

    A day of it is what her rating lets her meter in `periods_a_day` periods, tolerance added.
    """
    given, market = community.orders, community.market
    if given.max_price is not None:
        ticks = int(price_to_ticks_down(exact(given.max_price)))
    else:
        grid = max(Fraction(0), highest_price(community.retail[member.retail]))
        ticks = ceil_div(grid / exact(market.lowest_price) * TICKS_PER_ELE)
    price = ticks_to_wei(ticks)
    if given.daily_budget is not None:
        budget = int(exact(given.daily_budget) * 10**18)
    else:
        rated_wh = ceil_div(exact(member.rated_kw) * WH_PER_KWH * community.step / 3600) + 1
        declared_wh = ceil_div(rated_wh * (1 + exact(market.tolerance)))
        budget = ceil_div(Fraction(declared_wh * periods_a_day * price, WH_PER_KWH))
    return OrderBounds(min(price, LARGEST), min(budget, LARGEST))
