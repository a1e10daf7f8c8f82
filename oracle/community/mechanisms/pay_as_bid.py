"""Pay-as-bid double auction: the cheapest ask meets the dearest bid, each pair at its own price.

The price of a pair is the mean of its ask and bid, which keeps no money back: the discriminatory
k = 1/2 double auction (Chatterjee and Samuelson, Operations Research 31(5), 1983, for a pair).
"""

from __future__ import annotations

import numpy as np

from oracle.community.mechanisms.auction import Book
from oracle.community.mechanisms.periods import Floats, Flows, Periods
from oracle.community.mechanisms.pool import CENT
from oracle.units import WH_PER_KWH


def pay_as_bid(periods: Periods) -> Flows:
    """Merit order by price alone; a pair whose price and fee exceed the grid's is not made."""
    book, members = Book.of(periods), periods.members
    asks, bids = book.asks, book.bids
    price = (asks.price[:, :, None] + bids.price[:, None, :]) / 2
    fee = members.fee[asks.zone[asks.place][:, :, None], bids.zone[bids.place][:, None, :]]
    first = np.array([np.flatnonzero(bids.group == g)[0] for g in range(len(bids.zone))])
    retail = np.take_along_axis(periods.retail[:, first], bids.place, axis=1)
    with np.errstate(invalid="ignore"):
        made = price + fee <= retail[:, None, :] + CENT
    energy = np.where(made, book.matched(), 0.0)
    money = energy * price / WH_PER_KWH
    fees = energy * np.where(made, fee, 0.0) / WH_PER_KWH
    sold = asks.by_member(_per_wh(energy.sum(axis=2), asks.energy), book.sell)
    bought = bids.by_member(_per_wh(energy.sum(axis=1), bids.energy), book.buy)
    paid = bids.by_member(_per_wh(money.sum(axis=1), bids.energy), book.buy)
    earned = asks.by_member(_per_wh(money.sum(axis=2), asks.energy), book.sell)
    volume = energy.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(volume > 0, money.sum(axis=(1, 2)) / volume * WH_PER_KWH, np.nan)
    return Flows(
        price=mean,
        bought=bought,
        sold=sold,
        paid=paid - earned,
        fees=bids.by_member(_per_wh(fees.sum(axis=1), bids.energy), book.buy),
    )


def _per_wh(amounts: Floats, energy: Floats) -> Floats:
    return np.divide(amounts, energy, out=np.zeros_like(amounts), where=energy > 0)
