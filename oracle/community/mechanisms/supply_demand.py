"""Supply-demand ratio: the price falls from the buyers' bound to the sellers' as supply grows.

Source: Liu, Yu, Wang, Li, Ma, Lei, "Energy-Sharing Model With Price-Based Demand Response for
Microgrids of Peer-to-Peer Prosumers", IEEE Trans. Power Systems 32(5), 2017: with
SDR = supply/demand ≤ 1 the internal selling price is λs λb / ((λb − λs) SDR + λs), and the buying
price SDR times that plus (1 − SDR) λb, which is rationing in proportion with the rest from the
grid; above 1 both are λs.
"""

from __future__ import annotations

import numpy as np

from oracle.community.mechanisms.periods import Floats, Flows, Periods
from oracle.community.mechanisms.pool import at_one_price, bounds


def sdr_price(low: Floats, high: Floats, ratio: Floats) -> Floats:
    """The internal selling price at λs, λb and a supply-demand ratio; NaN where one is."""
    at = np.clip(ratio, 0.0, 1.0)
    bottom = (high - low) * at + low
    with np.errstate(invalid="ignore", divide="ignore"):
        price = np.where(bottom > 0, low * high / bottom, np.where(at > 0, 0.0, high))
    return np.where(np.isnan(low + high + ratio), np.nan, price)


def supply_demand(periods: Periods) -> Flows:
    """All metered surpluses and deficits at the ratio's price."""
    low, high = bounds(periods)
    sell, buy = periods.offered(), periods.wanted()
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = sell.sum(axis=1) / buy.sum(axis=1)
    return at_one_price(periods, sdr_price(low, high, ratio), sell, buy)
