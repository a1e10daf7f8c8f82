"""Local days and hours: which days profiles cover whole, and which hour a period begins in."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from oracle.community.model import Community
from oracle.community.profiles import Profiles


def whole_days(community: Community, profiles: Profiles) -> list[dt.date]:
    """Local days of which the profiles have every period, in order."""
    first = dt.datetime.fromtimestamp(int(profiles.start[0]), tz=community.tz).date()
    last = dt.datetime.fromtimestamp(profiles.end, tz=community.tz).date()
    days = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
    return [
        day
        for day in days
        if community.local_midnight(day) >= int(profiles.start[0])
        and community.local_midnight(day + dt.timedelta(days=1)) <= profiles.end
    ]


def span(community: Community, first: dt.date, last: dt.date) -> tuple[int, int]:
    """UTC seconds of the first period of `first`, and the periods to the end of `last`."""
    start = community.local_midnight(first)
    end = community.local_midnight(last + dt.timedelta(days=1))
    return start, (end - start) // community.step


def local_hours(community: Community, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The local hour of the day [T], 0 to 23, in which each period starts."""
    zone = community.tz
    hours = [dt.datetime.fromtimestamp(int(start), tz=zone).hour for start in starts]
    return np.array(hours, dtype=np.int64)
