"""Nobody trades: own use first, every surplus at feed-in, every deficit at the retail price."""

from __future__ import annotations

import numpy as np

from oracle.community.mechanisms.periods import Flows, Periods


def grid(periods: Periods) -> Flows:
    """No flow at all: what the others are compared with."""
    none = np.zeros(periods.generated.shape)
    return Flows(np.full(len(periods), np.nan), none, none, none, none)
