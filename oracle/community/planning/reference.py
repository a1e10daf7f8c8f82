"""A whole year where the profiles have none: test reference weather, standard loads.

Weather is the Deutscher Wetterdienst's test reference year 2010 of the nearest of fifteen German
stations, as demandlib ships it (basis 1988 to 2007); its hourly irradiance over pvlib's clear sky
is interpolated to quarter-hours, then pvlib's transposition, Faiman's cell temperature and the
PVWatts model give the power of the members' modules. Loads are standard profiles, disturbed.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from oracle.community.errors import CommunityError
from oracle.community.model import Community, Location, Member
from oracle.community.profiles import Profiles
from oracle.community.standard import standard_load_kw

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REGIONS = range(1, 16)
FARTHEST_KM = 300
EARTH_KM = 6371.0
SYSTEM_LOSS = 0.14
"""PVWatts' default for wiring, soiling, mismatch."""
INVERTER_EFFICIENCY = 0.96
TEMPERATURE_COEFFICIENT = -0.004
"""Per kelvin, crystalline silicon."""
COLUMNS = ("B", "D", "t", "WG")
"""Direct and diffuse irradiance on the ground, W/m²; air, °C; wind, m/s."""


@dataclass(frozen=True)
class Station:
    """Where a region's reference weather was measured; degrees north and east, metres."""

    region: int
    name: str
    latitude: float
    longitude: float
    altitude: float


def _lines(region: int) -> list[str]:
    folder = files("demandlib") / "vdi" / "resources_weather"
    text = (folder / f"TRY2010_{region:02d}_Jahr.dat").read_text(encoding="utf-8")
    return text.splitlines()


@lru_cache(maxsize=16)
def station_of(region: int) -> Station:
    """The station of a region, 1 to 15, from the file's head."""
    head = "\n".join(_lines(region)[:6])
    place = re.search(r"(\d+)°\s*(\d+)'N.*?(\d+)°\s*(\d+)'O.*?(-?\d+)\s*Meter", head)
    name = re.search(r"Station: *(.+?)(?: {2,}|\t|$)", head, re.M)
    assert place is not None
    assert name is not None
    north, north_minutes, east, east_minutes, metres = (float(part) for part in place.groups())
    return Station(region, name[1], north + north_minutes / 60, east + east_minutes / 60, metres)


@lru_cache(maxsize=2)
def hourly_weather(region: int) -> Floats:
    """The reference year of a region [8760, 4] in COLUMNS, by hour from 1 January in UTC+1."""
    lines = _lines(region)
    rule = next(i for i, line in enumerate(lines) if line.startswith("***"))
    head = lines[rule - 1].split()
    at = [head.index(column) for column in COLUMNS]
    rows = [line.split() for line in lines[rule + 1 :] if line.strip()]
    made = np.array([[float(row[i]) for i in at] for row in rows])
    made.setflags(write=False)
    return made


def nearest(place: Location) -> Station:
    """The station nearest to a place. Raises CommunityError farther than FARTHEST_KM from all."""
    stations = [station_of(region) for region in REGIONS]
    apart = [_kilometres(place, station) for station in stations]
    best = int(np.argmin(apart))
    if apart[best] > FARTHEST_KM:
        raise CommunityError(
            None, "location", f"{place.latitude}, {place.longitude}",
            f"no reference weather within {FARTHEST_KM} km (Germany only): give profiles of a year",
        )  # fmt: skip
    return stations[best]


def _kilometres(place: Location, station: Station) -> float:
    """Great-circle distance (haversine)."""
    a, b = (
        np.radians([place.latitude, place.longitude]),
        np.radians([station.latitude, station.longitude]),
    )
    half = np.sin((b - a) / 2) ** 2
    return float(2 * EARTH_KM * np.arcsin(np.sqrt(half[0] + np.cos(a[0]) * np.cos(b[0]) * half[1])))


def reference_year(community: Community, profiles: Profiles, *, seed: int = 0) -> Profiles:
    """The local calendar year of the profiles' first interval, whole.

    A member's load is her standard profile with the energy that she was metered, disturbed by
    `seed`; her generation is her modules' under the reference weather. Raises CommunityError where
    there is no location, no station near it, or generation without `pv`.
    """
    if community.location is None:
        raise CommunityError(None, "location", "missing", "a reference year needs one")
    station = nearest(community.location)
    year = dt.datetime.fromtimestamp(int(profiles.start[0]), tz=community.tz).year
    starts = np.arange(
        community.local_midnight(dt.date(year, 1, 1)),
        community.local_midnight(dt.date(year + 1, 1, 1)),
        community.step,
        dtype=np.int64,
    )
    metered, usual = profiles.load_kw.sum(axis=0), standard_load_kw(community, profiles.start)
    level = np.divide(metered, usual.sum(axis=0), out=np.ones_like(metered),
                      where=usual.sum(axis=0) > 0)  # fmt: skip
    load = standard_load_kw(community, starts) * level
    sky = sky_over(community.location, station, starts, community.step)
    generation = np.zeros_like(load)
    for i, member in enumerate(community.members):
        if member.annual_kwh == 0 and metered[i] > 0:
            load[:, i] = profiles.load_kw[:, i].mean()
        rng = np.random.default_rng([seed, i])
        deviation = 0.15 if member.standard_profile[0] in "gl" else 0.3
        load[:, i] *= disturbance(rng, len(starts), deviation)
        if member.pv:
            generation[:, i] = modules_kw(member, sky)
        elif profiles.generation_kw[:, i].sum() > 0:
            raise CommunityError(
                None, f"member {member.name}: pv", "missing", "a reference year needs her modules"
            )
    none = np.zeros(load.shape, dtype=bool)
    return Profiles(starts, load, generation, none, community.step)


def sky_over(place: Location, station: Station, seconds: Ints, step: int = 900) -> Any:
    """A pandas frame at the middle of each interval: ghi, dhi, dni, zenith, azimuth, temp_air,
    wind_speed. `seconds` are the intervals' starts, UTC."""
    import pandas as pd
    import pvlib

    times = pd.DatetimeIndex(pd.to_datetime(seconds, unit="s", utc=True))
    cet = times.tz_convert("Etc/GMT-1")
    # The reference year has 365 days; of a leap year the 29 February is its neighbour again.
    day = cet.day_of_year.to_numpy() - (cet.is_leap_year & (cet.day_of_year.to_numpy() > 59))
    rows = hourly_weather(station.region)[(day - 1) * 24 + cet.hour.to_numpy()]
    site = pvlib.location.Location(place.latitude, place.longitude, altitude=station.altitude)
    middles = times + pd.Timedelta(seconds=step / 2)
    with warnings.catch_warnings():
        # pvlib uses names that a newer pandas deprecates: nothing that a user could act on.
        warnings.simplefilter("ignore", DeprecationWarning)
        clear = site.get_clearsky(middles, model="simplified_solis")
        solar = site.get_solarposition(middles)
    hour = seconds // 3600 * 3600
    clear_direct = (clear["ghi"] - clear["dhi"]).to_numpy()
    clear_diffuse = clear["dhi"].to_numpy()
    centre = seconds + step // 2
    direct = interpolated_index(rows[:, 0], clear_direct, hour, centre)
    diffuse = interpolated_index(rows[:, 1], clear_diffuse, hour, centre) * clear_diffuse
    return pd.DataFrame(
        {
            "ghi": direct * clear_direct + diffuse,
            "dhi": diffuse,
            "dni": direct * clear["dni"].to_numpy(),
            "zenith": solar["apparent_zenith"].to_numpy(),
            "azimuth": solar["azimuth"].to_numpy(),
            "temp_air": rows[:, 2],
            "wind_speed": rows[:, 3],
        },
        index=times,
    )


def interpolated_index(measured: Floats, clear: Floats, hour: Ints, middles: Ints) -> Floats:
    """Measured over clear-sky irradiance, hourly, interpolated to the middles of the intervals.

    `measured` is the hour's mean, repeated for its intervals; `clear` is by interval. Hours with
    hardly any sun say nothing and take their neighbours' value.
    """
    hours, first = np.unique(hour, return_index=True)
    clear_mean = np.add.reduceat(clear, first) / np.diff(np.append(first, len(hour)))
    bright = clear_mean > 10
    index = np.clip(measured[first][bright] / clear_mean[bright], 0, 1.5)
    return np.interp(middles, hours[bright] + 1800, index)


def modules_kw(member: Member, sky: Any) -> Floats:
    """AC power of a member's modules under this sky [T]."""
    import pvlib

    total = np.zeros(len(sky))
    for pv in member.pv:
        poa = pvlib.irradiance.get_total_irradiance(
            pv.tilt, pv.azimuth, sky["zenith"], sky["azimuth"], sky["dni"], sky["ghi"], sky["dhi"]
        )["poa_global"].fillna(0.0)
        cell = pvlib.temperature.faiman(poa, sky["temp_air"], sky["wind_speed"])
        dc = pvlib.pvsystem.pvwatts_dc(poa, cell, pv.peak_kw, TEMPERATURE_COEFFICIENT)
        ac = pvlib.inverter.pvwatts(
            dc * (1 - SYSTEM_LOSS), pv.peak_kw / INVERTER_EFFICIENCY, INVERTER_EFFICIENCY
        )
        total += np.clip(ac.to_numpy(), 0.0, None)
    return total


def disturbance(rng: np.random.Generator, size: int, deviation: float) -> Floats:
    """A positive factor around 1: a slowly wandering level times a short-lived one (log AR(1))."""
    factor = np.zeros(size)
    for memory, share in ((0.98, 0.5), (0.7, 0.5)):
        innovations = rng.standard_normal(size) * np.sqrt(1 - memory**2)
        innovations[0] = rng.standard_normal()
        level = lfilter([1.0], [1.0, -memory], innovations)
        factor += np.sqrt(share) * level
    made: Floats = np.exp(deviation * factor - deviation**2 / 2)
    return made
