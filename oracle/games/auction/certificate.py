"""The auction's certificate: each bidder's best reply among many bids, for many values."""

from __future__ import annotations

import numpy as np

from oracle.games.auction.collocation import Bids
from oracle.games.auction.outcome import angles_at

_BIDS = 600
_VALUES = 65


def exploitability(bids: Bids) -> float:
    """The largest gain of any bidder with any of the values from any of the bids.

    Her profit is ``(v − b) Π_{j≠i} F_j(φ_j(b))``; no derivative of the solution enters.
    """
    angle = np.pi * (np.arange(_BIDS) + 0.5) / _BIDS
    there = bids.at(np.sin(angle / 2) ** 2, np.cos(angle / 2) ** 2)
    offers = bids.highest * np.exp(there.log_s)
    joint = there.log_share.sum(axis=0)
    part = (np.arange(_VALUES) + 1.0) / _VALUES
    worst = 0.0
    for i, top in enumerate(bids.values.top):
        value = part * top
        profits = (value[:, None] - offers) * np.exp(joint - there.log_share[i])
        angle = angles_at(bids, i, value)
        here = bids.at(np.sin(angle / 2) ** 2, np.cos(angle / 2) ** 2)
        own = value - bids.highest * np.exp(here.log_s)
        earned = own * np.exp(here.log_share.sum(axis=0) - here.log_share[i])
        # To bid b̄ wins for sure.
        best = np.maximum(profits.max(axis=1), value - bids.highest)
        worst = max(worst, float((best - earned).max()))
    return worst
