"""Pay-as-clear double auction: the most energy that can trade, all of it at one marginal price.

The volume maximises welfare. Any price between the marginal orders clears; theirs is the middle
one, the k = 1/2 of Chatterjee and Samuelson, "Bargaining under incomplete information", Operations
Research 31(5), 1983. Where an order is served in part, its price is the only one.
"""

from __future__ import annotations

import numpy as np

from oracle.community.mechanisms.auction import Book, Side
from oracle.community.mechanisms.periods import Bools, Floats, Flows, Ints, Periods
from oracle.community.mechanisms.pool import at_one_price
from oracle.community.mechanisms.settlement import ration


def clearing_price(book: Book) -> tuple[Floats, Floats]:
    """(price, volume in Wh) [T]; NaN and 0 where no bid meets an ask."""
    matched = book.matched()
    volume = matched.sum(axis=(1, 2))
    ask, next_ask = _margin(book.asks, volume, np.inf)
    bid, next_bid = _margin(book.bids, volume, -np.inf)
    with np.errstate(invalid="ignore"):
        price = (np.maximum(ask, next_bid) + np.minimum(bid, next_ask)) / 2
    return np.where(volume > 0, price, np.nan), volume


def _margin(side: Side, volume: Floats, beyond: float) -> tuple[Floats, Floats]:
    """The prices of the last Wh that is served and of the first that is not [T]."""
    reach = side.upto
    # Places without energy are no orders.
    real = side.energy > 0
    last = _first(side.price, real & (reach >= volume[:, None]), beyond)
    following = _first(side.price, real & (reach > volume[:, None]), beyond)
    return last, following


def _first(price: Floats, where: Bools, otherwise: float) -> Floats:
    column = np.argmax(where, axis=1)
    found = np.take_along_axis(price, column[:, None], axis=1)[:, 0]
    return np.where(where.any(axis=1), found, otherwise)


def pay_as_clear(periods: Periods) -> Flows:
    """Orders better than the price are served in full, those at it in proportion."""
    book = Book.of(periods)
    price, volume = clearing_price(book)
    at, order = price[:, None], periods.members.order
    total = volume.astype(np.int64)
    ask = np.broadcast_to(periods.members.ask, book.sell.shape)
    sell = _served(book.sell, ask < at, ask == at, total, order)
    buy = _served(book.buy, periods.value > at, periods.value == at, total, order)
    return at_one_price(periods, price, sell, buy)


def _served(amounts: Ints, better: Bools, level: Bools, total: Ints, order: Ints) -> Ints:
    full = np.where(better, amounts, 0)
    rest = np.maximum(total - full.sum(axis=1), 0)
    return full + ration(np.where(level, amounts, 0), rest, order)
