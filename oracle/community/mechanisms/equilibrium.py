"""Our own market: the clearing of the declared words, then the market's rules for the trades.

The price is the least tick at which the excess demand of the period's integers is at most 0, the
very rule of the oracle's finish (docs/rounds.md); trades are those of `pairing`. Money is counted
at the epoch's elecoin price; what elecoins cost above their worth is the purse's (`elecoins`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.community.mechanisms.periods import Floats, Flows, Ints, Periods
from oracle.community.mechanisms.settlement import settle
from oracle.units import NEVER_SELLS, TICKS_PER_ELE, WH_PER_KWH

SLOPE_BITS = 40
UNPRICED = -1


@dataclass(frozen=True)
class _Curves:
    """Buyers' values and slopes, sellers' costs and offers, [T, N]; offers in Wh 2^bits."""

    value: Ints
    slope: Ints
    cost: Ints
    offer: Ints

    def rows(self, which: Ints) -> _Curves:
        return _Curves(self.value[which], self.slope[which], self.cost, self.offer[which])

    def excess(self, price: Ints) -> Ints:
        at = price[:, None]
        demand = (self.slope * np.maximum(self.value - at, 0)).sum(axis=1)
        return np.asarray(demand - np.where(self.cost <= at, self.offer, 0).sum(axis=1))


def price_ticks(declared: Ints, ask: Ints, value: Ints, floor: int) -> Ints:
    """The posted prices [T] in ticks; UNPRICED where nobody would pay more than the floor.

    declared [T, N] Wh; ask [N] and value [T, N] in ticks. Slopes have 40 bits below the Wh, as on
    chain; fewer where the sums of a period would not fit 64 bits (above some 4 MWh), and the price
    may then differ by its last tick.
    """
    buying = (declared < 0) & (value > floor)
    need, offer = np.where(buying, -declared, 0), np.where(declared > 0, declared, 0)
    offer = np.where(ask == NEVER_SELLS, 0, offer)
    most = int(max(need.sum(axis=1).max(initial=1), offer.sum(axis=1).max(initial=1), 1))
    bits = min(SLOPE_BITS, 61 - most.bit_length())
    premium = np.where(buying, value - floor, 1)
    curves = _Curves(np.where(buying, value, floor), (need << bits) // premium, ask, offer << bits)
    high = curves.value.max(axis=1)
    prices = np.where(buying.any(axis=1), high, UNPRICED)
    # Without an offer the highest value is the price, by rule.
    open_rows = np.flatnonzero((prices != UNPRICED) & offer.any(axis=1))
    prices[open_rows] = _halve(curves.rows(open_rows), floor, high[open_rows])
    return prices


def _halve(curves: _Curves, floor: int, high: Ints) -> Ints:
    low = np.full(len(high), floor, dtype=np.int64)
    while (low < high).any():
        middle = (low + high) // 2
        enough = curves.excess(middle) <= 0
        high = np.where(enough, middle, high)
        low = np.where(enough, low, middle + 1)
    return high


def eligible(periods: Periods, price: Ints) -> tuple[Ints, Ints]:
    """What each may sell and buy at the posted price, in Wh [T, N]."""
    words, energy, at = periods.words, periods.tradeable(), price[:, None]
    priced = at != UNPRICED
    sell = np.where(priced & (energy > 0) & (words.ask <= at), energy, 0)
    buy = np.where(priced & (energy < 0) & (words.value >= at), -energy, 0)
    return sell, buy


def fee_arrays(periods: Periods) -> tuple[Floats, Floats]:
    """The fees [T, Z, Z] in ticks rounded up, as a limit is checked, and in currency as paid."""
    fee = periods.members.fee
    ticks = np.ceil(fee[None] * TICKS_PER_ELE**2 / periods.words.elecoin[:, None, None] - 1e-9)
    return ticks, np.broadcast_to(fee[None], ticks.shape)


def equilibrium(periods: Periods) -> Flows:
    """The market's trades at the posted prices, in currency at the epoch's elecoin price."""
    words = periods.words
    price = price_ticks(periods.declared, words.ask, words.value, words.floor)
    sell, buy = eligible(periods, price)
    needed, charged = fee_arrays(periods)
    room = (words.limit - price[:, None]).astype(np.float64)
    done = settle(periods.members, sell, buy, room, needed=needed, charged=charged)
    currency = price / TICKS_PER_ELE * (words.elecoin / TICKS_PER_ELE)
    traded = done.sold.any(axis=1)
    paid = (done.bought - done.sold) * np.where(traded, currency, 0.0)[:, None] / WH_PER_KWH
    return Flows(
        np.where(traded, currency, np.nan),
        done.bought.astype(np.float64),
        done.sold.astype(np.float64),
        paid,
        done.fees,
    )
