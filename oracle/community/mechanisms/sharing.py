"""Sharing keys of collective self-consumption: shares of the surplus at one fixed price.

A static key gives everybody a fixed share of each period's surplus, and what she cannot use goes to
the grid; a proportional (dynamic) key shares in proportion to the deficits of the period. Both are
the keys that article 21(6) of Directive (EU) 2018/2001 led to, as "statique" and "dynamique" in
the French décret 2016-704 (now art. D315-6, code de l'énergie) and "statisch" and "dynamisch" in §
17a of the Austrian ElWOG 2010.
"""

from __future__ import annotations

import numpy as np

from oracle.community.mechanisms.periods import Floats, Flows, Periods
from oracle.community.mechanisms.pool import at_one_price


def static_key(periods: Periods) -> Flows:
    """To each at most her share of the surplus, in whole Wh."""
    sell = periods.offered()
    share = np.floor(sell.sum(axis=1)[:, None] * periods.members.key + 1e-9).astype(np.int64)
    return at_one_price(periods, _fixed(periods), sell, np.minimum(periods.wanted(), share))


def proportional_key(periods: Periods) -> Flows:
    """To each in proportion to her deficit."""
    return at_one_price(periods, _fixed(periods), periods.offered(), periods.wanted())


def _fixed(periods: Periods) -> Floats:
    return np.full(len(periods), periods.members.fixed_price)
