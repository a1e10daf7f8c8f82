"""Mid-market rate: a traded kWh costs the mean of what the grid pays and what it charges.

Source: Long, Wu, Zhang, Thomas, Cheng, Jenkins, "Peer-to-peer energy trading in a community
microgrid", IEEE PES General Meeting 2017: P_mid = (P_buy + P_sell)/2; where
generation is not demand the longer side shares what it trades with the grid in proportion, which
is the rationing here.
"""

from __future__ import annotations

from oracle.community.mechanisms.periods import Flows, Periods
from oracle.community.mechanisms.pool import at_one_price, bounds


def mid_market(periods: Periods) -> Flows:
    """All metered surpluses and deficits at the mean of the period's bounds."""
    low, high = bounds(periods)
    return at_one_price(periods, (low + high) / 2, periods.offered(), periods.wanted())
