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
        asks = np.broadcast_to(members.ask, sell.shape)
        return cls(
            _side(asks, members.zone, sell, 1.0), _side(periods.value, members.zone, buy, -1.0),
            sell, buy,
        )  # fmt: skip

    def matched(self) -> Floats:
        """Wh by place of the asks and of the bids [T, A, B]: the cheapest with the dearest, for
        as long as a bid is at least the ask."""
        a, b = self.asks, self.bids
        end = np.minimum(a.upto[:, :, None], b.upto[:, None, :])
        start = np.maximum((a.upto - a.energy)[:, :, None], (b.upto - b.energy)[:, None, :])
        meets = b.price[:, None, :] >= a.price[:, :, None]
        return np.where(meets, np.maximum(end - start, 0.0), 0.0)


def _side(price: Floats, zone: Ints, amounts: Ints, sign: float) -> Side:
    """Groups of equal columns; places by price, rising with `sign` 1."""
    keys = np.concatenate([price, zone[None]], axis=0)
    _, first, group = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    member_of = np.zeros((len(zone), len(first)))
    member_of[np.arange(len(zone)), group] = 1.0
    energy = amounts @ member_of
    prices = price[:, first]
    place = np.argsort(sign * prices, axis=1, kind="stable")
    return Side(
        group=group,
        zone=zone[first],
        place=place,
        price=np.take_along_axis(prices, place, axis=1),
        energy=np.take_along_axis(energy, place, axis=1),
    )
