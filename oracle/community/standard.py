"""What a member looks like before anything was metered: standard load profile and clear-sky PV.

Nothing here sees a reading: only the community file and the calendar.
"""

from __future__ import annotations

import datetime as dt
import warnings
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oracle.community.bdew import year_profile
from oracle.community.model import Community

SYSTEM_DERATE = 0.83
"""AC power of modules per clear-sky irradiance on them: PVWatts' losses times an inverter."""


def standard_load_kw(community: Community, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean load in kW [T, N] of the intervals that start at these UTC seconds.

    The BDEW profile of each member's class by local time, scaled to its `annual_kwh`.
    """
    quarters = community.step // 900
    result = np.zeros((len(starts), len(community.members)))
    local = [
        dt.datetime.fromtimestamp(int(s) + 900 * q, tz=community.tz)
        for s in starts
        for q in range(quarters)
    ]
    years = np.array([moment.year for moment in local])
    days = np.array([moment.timetuple().tm_yday - 1 for moment in local])
    slots = np.array([moment.hour * 4 + moment.minute // 15 for moment in local])
    for i, member in enumerate(community.members):
        if member.annual_kwh == 0:
            continue
        values = np.zeros(len(local))
        for year in np.unique(years):
            profile, at = (
                year_profile(member.standard_profile, int(year), community.holidays),
                years == year,
            )
            values[at] = profile[days[at], slots[at]]
        result[:, i] = member.annual_kwh * values.reshape(len(starts), quarters).mean(axis=1)
    return result


def clear_sky_kw(community: Community, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean PV power in kW [T, N] under a clear sky, at the middle of each quarter-hour.

    pvlib's simplified Solis sky and transposition, times peak power and SYSTEM_DERATE.
    """
    result = np.zeros((len(starts), len(community.members)))
    place = community.location
    if len(starts) == 0 or place is None or not any(m.pv for m in community.members):
        return result
    quarters = community.step // 900
    middles = (starts[:, None] + 900 * np.arange(quarters) + 450).ravel()
    where = (place.latitude, place.longitude, middles.tobytes())
    for i, member in enumerate(community.members):
        for pv in member.pv:
            irradiance = _clear_irradiance(*where, pv.tilt, pv.azimuth)
            power = np.clip(irradiance / 1000 * pv.peak_kw * SYSTEM_DERATE, 0, pv.peak_kw)
            result[:, i] += power.reshape(len(starts), quarters).mean(axis=1)
    return result


# Many scenarios, and many members, look at the same sky over the same roofs.
@lru_cache(maxsize=64)
def _clear_irradiance(
    latitude: float, longitude: float, seconds: bytes, tilt: float, azimuth: float
) -> NDArray[np.float64]:
    """On modules, in W/m², at these UTC seconds (int64)."""
    import pvlib

    sun, sky = _clear_sky(latitude, longitude, seconds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        total = pvlib.irradiance.get_total_irradiance(
            tilt, azimuth, sun["apparent_zenith"], sun["azimuth"],
            sky["dni"], sky["ghi"], sky["dhi"],
        )  # fmt: skip
    made: NDArray[np.float64] = total["poa_global"].fillna(0.0).to_numpy()
    made.setflags(write=False)
    return made


@lru_cache(maxsize=4)
def _clear_sky(latitude: float, longitude: float, seconds: bytes) -> tuple[Any, Any]:
    """Frames of sun and sky there at these UTC seconds (int64)."""
    import pandas as pd  # imported here: only this forecast needs pvlib
    import pvlib

    instants = np.frombuffer(seconds, dtype=np.int64)
    times = pd.DatetimeIndex(pd.to_datetime(instants, unit="s", utc=True))
    site = pvlib.location.Location(latitude, longitude)
    with warnings.catch_warnings():
        # pvlib uses names that a newer pandas deprecates: nothing that a user could act on.
        warnings.simplefilter("ignore", DeprecationWarning)
        sun = site.get_solarposition(times)
        sky = site.get_clearsky(times, model="simplified_solis", solar_position=sun)
    return sun, sky
