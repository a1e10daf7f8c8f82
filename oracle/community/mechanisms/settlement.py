"""Who gets whose energy at one price, for many periods at once: `pairing.pair` on arrays.

The rules are those of the market: only who has somebody to trade with takes part; both sides are
rationed in proportion to the shorter one, to the Wh; then the same zone comes first, the least fee
next, then the name. A pair whose price and fee exceed the buyer's grid price is not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from oracle.community.mechanisms.periods import Floats, Ints, Members
from oracle.units import WH_PER_KWH


@dataclass(frozen=True)
class Settled:
    """Wh bought and sold, and the buyer's fees in currency, each [T, N]."""

    bought: Ints
    sold: Ints
    fees: Floats


def ration(amounts: Ints, total: Ints, order: Ints) -> Ints:
    """`total` [T] shared in proportion to `amounts` [T, N], to the unit, row by row.

    Largest remainder; ties in the columns' `order` [N]. Where `total` is all there is or more,
    the amounts themselves.
    """
    whole = amounts.sum(axis=1)
    short = total < whole
    if not short.any():
        return amounts
    taken, want = amounts[short][:, order], total[short, None]
    by = whole[short, None]
    shares, rest = np.divmod(taken * want, by)
    left = want[:, 0] - shares.sum(axis=1)
    rank = np.argsort(np.argsort(-rest, axis=1, kind="stable"), axis=1, kind="stable")
    shares += rank < left[:, None]
    result = amounts.copy()
    back = np.empty_like(shares)
    back[:, order] = shares
    result[short] = back
    return result


def settle(
    members: Members,
    sell: Ints,
    buy: Ints,
    room: Floats,
    *,
    needed: Floats | None = None,
    charged: Floats | None = None,
) -> Settled:
    """Trades of the energy that each would sell or buy [T, N] at the period's one price.

    `room` [T, N]: the most fee that a buyer can bear, her grid price less the price; `needed` [1 or
    T, Z, Z]: the fee in the same unit, and `charged` in currency per kWh; both are the members' fee
    unless given.
    """
    needed = members.fee[None] if needed is None else needed
    charged = members.fee[None] if charged is None else charged
    sell, buy = _linked(members, sell, buy, room, needed)
    total = np.minimum(sell.sum(axis=1), buy.sum(axis=1))
    sell, buy = ration(sell, total, members.order), ration(buy, total, members.order)
    left_sell, left_buy = sell.copy(), buy.copy()
    fees = np.zeros(buy.shape)
    for market in _markets(members):
        _trade(members, market, left_sell, left_buy, room, needed, charged, fees)
    return Settled(buy - left_buy, sell - left_sell, fees)


def _linked(
    members: Members, sell: Ints, buy: Ints, room: Floats, fee: Floats
) -> tuple[Ints, Ints]:
    """Both sides without those who have nobody to trade with."""
    inside = [members.zone == z for z in range(len(members.fee))]
    selling = np.stack([(sell[:, who] > 0).any(axis=1) for who in inside], axis=1)
    seller_linked = np.zeros_like(selling)
    buyer_linked = np.zeros(buy.shape, dtype=bool)
    for source, target in zip(*np.nonzero(~np.isnan(members.fee)), strict=True):
        who = inside[target]
        able = (buy[:, who] > 0) & (room[:, who] >= fee[:, source, target, None])
        able &= selling[:, source, None]
        buyer_linked[:, who] |= able
        seller_linked[:, source] |= able.any(axis=1)
    return np.where(seller_linked[:, members.zone], sell, 0), np.where(buyer_linked, buy, 0)


@dataclass(frozen=True)
class _Market:
    """Zone pairs of one rank that share sellers or buyers: together one market by name."""

    pairs: frozenset[tuple[int, int]]

    @property
    def sources(self) -> list[int]:
        return sorted({s for s, _ in self.pairs})

    @property
    def targets(self) -> list[int]:
        return sorted({t for _, t in self.pairs})

    @property
    def missing(self) -> list[tuple[int, int]]:
        return [(s, t) for s in self.sources for t in self.targets if (s, t) not in self.pairs]


def _markets(members: Members) -> list[_Market]:
    """In the order in which they trade: the same zone first, then the least fee."""
    pairs = [(int(s), int(t)) for s, t in zip(*np.nonzero(~np.isnan(members.fee)), strict=True)]

    def rank(pair: tuple[int, int]) -> tuple[bool, float]:
        # Fees are sums of two multiples of 1e-6: rounding joins what floats would tell apart.
        return pair[0] != pair[1], round(float(members.fee[pair]), 9)

    markets: list[_Market] = []
    for _, group in groupby(sorted(pairs, key=rank), key=rank):
        parts: list[set[tuple[int, int]]] = []
        for pair in group:
            touching = [p for p in parts if any(pair[0] == s or pair[1] == t for s, t in p)]
            parts = [p for p in parts if p not in touching]
            parts.append({pair}.union(*touching))
        markets.extend(_Market(frozenset(part)) for part in parts)
    return markets


def _trade(
    members: Members,
    market: _Market,
    left_sell: Ints,
    left_buy: Ints,
    room: Floats,
    needed: Floats,
    charged: Floats,
    fees: Floats,
) -> None:
    """One market: sellers in their order serve buyers in theirs. Changes what is left, and fees."""
    columns = members.order
    sellers = columns[np.isin(members.zone[columns], market.sources)]
    buyers = columns[np.isin(members.zone[columns], market.targets)]
    source, target = min(market.pairs)  # all pairs of a market have one fee
    able = room[:, buyers] >= needed[:, source, target, None]
    offer, want = left_sell[:, sellers], np.where(able, left_buy[:, buyers], 0)
    total = np.minimum(offer.sum(axis=1), want.sum(axis=1))
    rows = np.flatnonzero(total)
    if not rows.size:
        return
    offer, want, total = offer[rows], want[rows], total[rows, None]
    given = np.clip(total - (np.cumsum(offer, axis=1) - offer), 0, offer)
    got = np.clip(total - (np.cumsum(want, axis=1) - want), 0, want)
    apart = np.zeros(len(rows), dtype=bool)
    for s, t in market.missing:
        sold = (offer[:, members.zone[sellers] == s] > 0).any(axis=1)
        apart |= sold & (want[:, members.zone[buyers] == t] > 0).any(axis=1)
    for row in np.flatnonzero(apart):
        given[row], got[row] = _one_by_one(members, market, sellers, buyers, offer[row], want[row])
    left_sell[np.ix_(rows, sellers)] -= given
    left_buy[np.ix_(rows, buyers)] -= got
    each = charged[:, source, target, None]
    fees[np.ix_(rows, buyers)] += got * (each if len(each) == 1 else each[rows]) / WH_PER_KWH


def _one_by_one(
    members: Members, market: _Market, sellers: Ints, buyers: Ints, offer: Ints, want: Ints
) -> tuple[Ints, Ints]:
    """One period in which some of the market's zones may not trade with each other."""
    left, given = want.copy(), np.zeros_like(offer)
    for i in np.flatnonzero(offer):
        source = int(members.zone[sellers[i]])
        may = [(source, int(zone)) in market.pairs for zone in members.zone[buyers]]
        open_to = np.where(may, left, 0)
        take = np.clip(offer[i] - (np.cumsum(open_to) - open_to), 0, open_to)
        left -= take
        given[i] = take.sum()
    return given, want - left
