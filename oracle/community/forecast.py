"""Forecasts of load and generation, each from what was metered before its cut-off and no later.

`forecast` takes a history that ends at the cut-off, so it has nothing later to look at. Only
`perfect` needs the future, and it is a function of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from oracle.community.model import Community
from oracle.community.profiles import Profiles
from oracle.community.standard import clear_sky_kw, standard_load_kw

Method = Literal["persistence", "weekly", "profile", "learned", "perfect"]
METHODS: tuple[Method, ...] = get_args(Method)

# Days to look back, nearest first; the second entry of each serves leads of more than a day.
LOOK_BACK: dict[str, tuple[int, ...]] = {
    "persistence": (1, 2),
    "weekly": (7, 14, 1, 2),
    "learned": (1, 2),
}


@dataclass(frozen=True)
class Forecast:
    """Expected mean power in kW [N] of one interval, storage not counted; `source` says whence."""

    load_kw: NDArray[np.float64]
    generation_kw: NDArray[np.float64]
    source: Literal["yesterday", "last week", "profile", "learned", "perfect"]


def standard_profiles(community: Community, starts: NDArray[np.int64]) -> Profiles:
    """Standard load profile and clear-sky PV of every member: the forecast that needs no data.

    The last answer is kept: a run asks for the same year several times, and the sky takes a second.
    """
    global _last
    if _last is not None and _last[0] is community and np.array_equal(_last[1].start, starts):
        return _last[1]
    made = Profiles(
        start=np.array(starts, dtype=np.int64),
        load_kw=standard_load_kw(community, starts),
        generation_kw=clear_sky_kw(community, starts),
        estimated=np.zeros((len(starts), len(community.members)), dtype=bool),
        step=community.step,
    )
    _last = community, made
    return made


_last: tuple[Community, Profiles] | None = None


@lru_cache(maxsize=65_536)
def days_before(zone: str, start: int, days: int) -> int:
    """UTC seconds of the same local time some days earlier.

    A local time that a clock change skipped counts as an hour later; of a repeated one the same
    of the two is meant.
    """
    local = dt.datetime.fromtimestamp(start, tz=ZoneInfo(zone))
    return int((local - dt.timedelta(days=days)).timestamp())


def declaration_cutoff(community: Community, start: int) -> int:
    """When the targets of the period that starts at `start` must be declared (UTC seconds)."""
    return start - community.market.declaration_lead


def forecast(
    community: Community, method: Method, history: Profiles, standard: Profiles, start: int
) -> Forecast:
    """The forecast for the interval that starts at `start`, from `history` and `standard` alone.

    `persistence` takes the same local time yesterday, `weekly` a week ago (until there is one:
    yesterday); where the history has neither, and for `profile`, the standard profile. `learned` is
    here what it takes where nothing was learned (`Forecaster` has the models): yesterday. Raises
    ValueError for `perfect` and where `standard` does not cover the interval.
    """
    if method == "perfect":
        raise ValueError("a perfect forecast is no function of the past: use perfect_forecast")
    for days in LOOK_BACK.get(method, ()):
        row = history.position(days_before(community.timezone, start, days))
        if row is not None:
            return Forecast(
                load_kw=history.load_kw[row],
                generation_kw=history.generation_kw[row],
                source="last week" if days >= 7 else "yesterday",
            )
    now = standard.window(start, 1)
    return Forecast(load_kw=now.load_kw[0], generation_kw=now.generation_kw[0], source="profile")


def perfect_forecast(profiles: Profiles, start: int) -> Forecast:
    """What will be metered: the best that any forecast could do."""
    now = profiles.window(start, 1)
    return Forecast(load_kw=now.load_kw[0], generation_kw=now.generation_kw[0], source="perfect")
