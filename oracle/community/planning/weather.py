"""Other weather years from the one that there is: a bootstrap of blocks of days within the season.

Days of generation are drawn anew, all members' together, three days in a row (weather lasts), from
within three weeks of the time of year, and their clearness (generation over clear sky) is carried
to the sun of the new day. Loads stay as metered. The moving-block bootstrap is Künsch's (Annals of
Statistics 17, 1989). It shows what the same weather in another order would have meant; weather that
the profiles never had is not in it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from oracle.community.model import Community
from oracle.community.profiles import Profiles
from oracle.community.standard import clear_sky_kw

Floats = NDArray[np.float64]

DAY = 86_400
YEAR_DAYS = 365.25
BLOCK_DAYS = 3
SEASON_DAYS = 21
BRIGHT = 0.05
"""Clear-sky power below this share of its peak says nothing about clearness."""
MOST_CLEARNESS = 1.5


def weather_year(community: Community, profiles: Profiles, year: int, *, seed: int) -> Profiles:
    """The profiles under another year's weather; year 0 is the one that was.

    Days are counted from the profiles' start, 24 hours each, so the sun stands where it stood; what
    is left at the end of the profiles stays as it is.
    """
    per_day = DAY // community.step
    days = len(profiles) // per_day
    if year == 0 or days < 2:
        return profiles
    source = drawn_days(int(profiles.start[0]), days, np.random.default_rng([seed, year]))
    rows = (source[:, None] * per_day + np.arange(per_day)).ravel()
    metered = profiles.generation_kw
    generation = metered.copy()
    generation[: len(rows)] = _moved(community, profiles, rows)
    return replace(profiles, generation_kw=generation)


def drawn_days(start: int, days: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """For each day [days] the day whose weather it gets; `start` is the first one's UTC second."""
    block = min(BLOCK_DAYS, days)
    season = (start / DAY + np.arange(days)) % YEAR_DAYS
    source = np.empty(days, dtype=np.int64)
    for first in range(0, days, block):
        length = min(block, days - first)
        apart = np.abs(season[: days - length + 1] - season[first])
        near = np.flatnonzero(np.minimum(apart, YEAR_DAYS - apart) <= SEASON_DAYS)
        begin = int(near[int(rng.integers(len(near)))])
        source[first : first + length] = begin + np.arange(length)
    return source


def _moved(community: Community, profiles: Profiles, rows: NDArray[np.int64]) -> Floats:
    """Generation of the rows' weather under the sun of the first len(rows) intervals [R, N]."""
    taken: Floats = profiles.generation_kw[rows]
    sun = clear_sky_kw(community, profiles.start)
    result = taken.copy()
    for i in range(taken.shape[1]):
        then, now = sun[rows, i], sun[: len(rows), i]
        peak = sun[:, i].max()
        if peak == 0 or not taken[:, i].any():
            continue
        clearness = np.divide(taken[:, i], then, out=np.ones(len(rows)), where=then > 0)
        bright = then > BRIGHT * peak
        # Dawn and dusk are as clear as the nearest hour that tells.
        at = np.arange(len(rows))
        clearness = np.interp(at, at[bright], clearness[bright])
        most = float(profiles.generation_kw[:, i].max())
        result[:, i] = np.minimum(np.clip(clearness, 0, MOST_CLEARNESS) * now, most)
    return result
