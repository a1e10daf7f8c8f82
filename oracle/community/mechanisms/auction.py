"""The order book of a double auction, period by period: orders joined by price and zone.

Bids and asks are the members' true prices; the energy of an order is what the market would let her
trade too, min(|metered|, (1 + tolerance)|declared|). Orders of one price and zone count as one, and
share what it gets in proportion, so nobody is served for her name.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.community.mechanisms.periods import Floats, Ints, Periods


@dataclass(frozen=True)
class Side:
    """Sellers or buyers: `group` [N] of each member; by group the zone [G], and by period price
    and energy [T, G], in the order of merit; `place` [T, G]: the group at each place."""

    group: Ints
    zone: Ints
    place: Ints
    price: Floats
    energy: Floats

    @property
    def upto(self) -> Floats:
        """Energy up to the end of each place [T, G]."""
        return np.cumsum(self.energy, axis=1)

    def by_member(self, per_wh: Floats, amounts: Ints) -> Floats:
        """What a place has per Wh [T, G], for each member's amount [T, N]."""
        unsorted = np.empty_like(per_wh)
        np.put_along_axis(unsorted, self.place, per_wh, axis=1)
        return np.asarray(unsorted[:, self.group] * amounts)


@dataclass(frozen=True)
class Book:
    """Both sides, and the orders' energy of each member [T, N]."""

    asks: Side
    bids: Side
    sell: Ints
    buy: Ints

    @classmethod
    def of(cls, periods: Periods) -> Book:
        """The book of these periods."""
        members, energy = periods.members, periods.tradeable()
        sell, buy = np.maximum(energy, 0), np.maximum(-energy, 0)
        buy = np.where(periods.value > 0, buy, 0)
        ask, zone = members.ask[None], members.zone
        asks = _side(ask, ask, zone, sell, 1.0)
        return cls(asks, _side(periods.value, periods.retail, zone, buy, -1.0), sell, buy)

    def matched(self) -> Floats:
        """Wh by place of the asks and of the bids [T, A, B]: the cheapest with the dearest, for
        as long as a bid is at least the ask."""
        a, b = self.asks, self.bids
        end = np.minimum(a.upto[:, :, None], b.upto[:, None, :])
        start = np.maximum((a.upto - a.energy)[:, :, None], (b.upto - b.energy)[:, None, :])
        meets = b.price[:, None, :] >= a.price[:, :, None]
        return np.where(meets, np.maximum(end - start, 0.0), 0.0)


def _side(price: Floats, grid: Floats, zone: Ints, amounts: Ints, sign: float) -> Side:
    """Groups of equal columns of order and grid prices [1 or T, N], by zone; places by price,
    rising with `sign` 1."""
    kinds: dict[tuple[int, bytes], list[int]] = {}
    for i, column in enumerate(np.concatenate([price, grid]).T):
        kinds.setdefault((int(zone[i]), column.tobytes()), []).append(i)
    groups = sorted(kinds.values(), key=lambda group: (zone[group[0]], group[0]))
    first = np.array([group[0] for group in groups], dtype=np.int64)
    group_of = np.empty(len(zone), dtype=np.int64)
    for g, group in enumerate(groups):
        group_of[group] = g
    energy = amounts @ (group_of[:, None] == np.arange(len(groups))).astype(np.float64)
    prices = np.broadcast_to(price[:, first], energy.shape)
    place = np.argsort(sign * prices, axis=1, kind="stable")
    return Side(
        group=group_of,
        zone=zone[first],
        place=place,
        price=np.take_along_axis(prices, place, axis=1),
        energy=np.take_along_axis(energy, place, axis=1),
    )
