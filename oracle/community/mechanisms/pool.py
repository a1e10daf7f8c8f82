"""One price for all who trade in a period: who takes part at it, and what everybody pays."""

from __future__ import annotations

import numpy as np

from oracle.community.mechanisms.periods import Floats, Flows, Ints, Periods
from oracle.community.mechanisms.settlement import settle
from oracle.units import WH_PER_KWH

CENT = 1e-9
"""Prices that differ by less are equal, in currency per kWh."""


def at_one_price(periods: Periods, price: Floats, sell: Ints, buy: Ints) -> Flows:
    """The flows at a price [T] in currency per kWh, NaN where there is none.

    Of those who would sell or buy [T, N] Wh, sellers take part who ask at most the price, buyers
    who value a kWh at least as high, so that nobody does worse than with the grid.
    """
    members = periods.members
    at = np.where(np.isnan(price), -1.0, price)[:, None]
    sell = np.where((members.ask <= at + CENT) & (at >= 0), sell, 0)
    buy = np.where((periods.value >= at - CENT) & (at >= 0), buy, 0)
    done = settle(members, sell, buy, periods.retail - at + CENT)
    traded = done.sold.any(axis=1)
    paid = (done.bought - done.sold) * np.where(traded, price, 0.0)[:, None] / WH_PER_KWH
    return Flows(
        np.where(traded, price, np.nan),
        done.bought.astype(np.float64),
        done.sold.astype(np.float64),
        paid,
        done.fees,
    )


def bounds(periods: Periods) -> tuple[Floats, Floats]:
    """λ_sell, λ_buy [T]: what the grid pays for the surpluses of the period, and what it charges
    for its deficits less the cheapest fee, each weighted by energy; NaN where there are none."""
    sell, buy = periods.offered(), periods.wanted()
    buy = np.where(periods.value > 0, buy, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        low = (sell * periods.members.ask).sum(axis=1) / sell.sum(axis=1)
        high = (buy * periods.value).sum(axis=1) / buy.sum(axis=1)
    return low, high
