"""Sharing keys of collective self-consumption: shares of the surplus at one fixed price.

A static key gives everybody a fixed share of each period's surplus, and what she cannot use goes to
the grid; a proportional (dynamic) key shares in proportion to the deficits of the period. Source:
code de l'énergie (France), articles D315-4 (production times a coefficient, at most the use) and
D315-6 (by default in proportion to use), décret 2017-676.
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
