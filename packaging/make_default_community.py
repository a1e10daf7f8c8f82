"""Builds oracle/community/default/profiles.csv from public data that ships with two libraries.

Load: demandlib's BDEW standard load profiles (h25, g25, l0 ...), scaled to each member's annual
use, times a seeded disturbance. Generation: the DWD test reference year of region 12 (Mannheim)
that ships with demandlib, its hourly direct and diffuse irradiance over pvlib's clear sky
interpolated to quarter-hours, then pvlib's transposition, cell temperature and PVWatts model.

    python packaging/make_default_community.py

The same libraries give the same file. Members, their annual use and their modules are read from
community.toml beside it, so that file and profiles cannot drift apart.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import demandlib
import numpy as np
import pandas as pd
import pvlib

from oracle.community import load_community
from oracle.community.model import Community, Member
from oracle.community.standard import standard_load_kw

FIRST_DAY = dt.date(2026, 3, 24)
DAYS = 14
SEED = 20260324
TRY_FILE = "TRY2010_12_Jahr.dat"
ALTITUDE_M = 96  # of the station Mannheim, from the file's head
SYSTEM_LOSS = 0.14  # PVWatts' default for wiring, soiling, mismatch
INVERTER_EFFICIENCY = 0.96
TEMPERATURE_COEFFICIENT = -0.004  # per kelvin, crystalline silicon
TARGET = Path(__file__).parents[1] / "oracle" / "community" / "default" / "profiles.csv"


def read_try() -> pd.DataFrame:
    """Hourly weather by (month, day, hour 1..24), hours ending in CET; W/m², °C, m/s."""
    file = Path(demandlib.__file__).parent / "vdi" / "resources_weather" / TRY_FILE
    lines = file.read_text(encoding="utf-8").splitlines()
    rule = next(i for i, line in enumerate(lines) if line.startswith("***"))
    rows = [line.split() for line in lines[rule + 1 :] if line.strip()]
    frame = pd.DataFrame(rows, columns=lines[rule - 1].split()).apply(pd.to_numeric)
    return frame.set_index(["MM", "DD", "HH"])[["B", "D", "t", "WG"]]


def interpolated_index(
    measured: np.ndarray, clear: np.ndarray, hour: np.ndarray, middles: np.ndarray
) -> np.ndarray:
    """Measured over clear-sky irradiance, hourly, interpolated to the middles of the quarters.

    `measured` is the hour's mean, repeated for its quarters; `clear` is by quarter. Hours with
    hardly any sun say nothing and take their neighbours' value.
    """
    hours, first = np.unique(hour, return_index=True)
    clear_mean = np.add.reduceat(clear, first) / np.diff(np.append(first, len(hour)))
    bright = clear_mean > 10
    index = np.clip(measured[first][bright] / clear_mean[bright], 0, 1.5)
    return np.interp(middles, hours[bright] + 1800, index)


def weather(community: Community, seconds: np.ndarray) -> pd.DataFrame:
    """GHI, DHI, DNI, sun, temperature and wind at the middle of each quarter-hour."""
    hourly = read_try()
    times = pd.DatetimeIndex(pd.to_datetime(seconds, unit="s", utc=True))
    middles = times + pd.Timedelta(minutes=7.5)
    cet = times.tz_convert("Etc/GMT-1")
    rows = hourly.loc[list(zip(cet.month, cet.day, cet.hour + 1, strict=True))]
    place = pvlib.location.Location(
        community.location.latitude, community.location.longitude, altitude=ALTITUDE_M
    )
    clear = place.get_clearsky(middles, model="simplified_solis")
    solar = place.get_solarposition(middles)
    hour = seconds // 3600 * 3600
    clear_direct = (clear["ghi"] - clear["dhi"]).to_numpy()
    clear_diffuse = clear["dhi"].to_numpy()
    direct_index = interpolated_index(rows["B"].to_numpy(), clear_direct, hour, seconds + 450)
    diffuse_index = interpolated_index(rows["D"].to_numpy(), clear_diffuse, hour, seconds + 450)
    diffuse = diffuse_index * clear_diffuse
    return pd.DataFrame(
        {
            "ghi": direct_index * clear_direct + diffuse,
            "dhi": diffuse,
            "dni": direct_index * clear["dni"].to_numpy(),
            "zenith": solar["apparent_zenith"].to_numpy(),
            "azimuth": solar["azimuth"].to_numpy(),
            "temp_air": rows["t"].to_numpy(),
            "wind_speed": rows["WG"].to_numpy(),
        },
        index=times,
    )


def generation_kw(member: Member, sky: pd.DataFrame) -> np.ndarray:
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


def disturbance(rng: np.random.Generator, size: int, deviation: float) -> np.ndarray:
    """A positive factor around 1: a slowly wandering level times a short-lived one (log AR(1))."""
    factor = np.zeros(size)
    for memory, share in ((0.98, 0.5), (0.7, 0.5)):
        innovations = rng.standard_normal(size) * np.sqrt(1 - memory**2)
        level = np.empty(size)
        level[0] = rng.standard_normal()
        for t in range(1, size):
            level[t] = memory * level[t - 1] + innovations[t]
        factor += np.sqrt(share) * level
    return np.exp(deviation * factor - deviation**2 / 2)


def main() -> None:
    community = load_community()
    start = community.local_midnight(FIRST_DAY)
    end = community.local_midnight(FIRST_DAY + dt.timedelta(days=DAYS))
    seconds = np.arange(start, end, community.step, dtype=np.int64)
    sky = weather(community, seconds)
    zone = ZoneInfo(community.timezone)
    columns: dict[str, list[object]] = {
        "timestamp": [dt.datetime.fromtimestamp(int(s), tz=zone).isoformat() for s in seconds]
    }
    load = standard_load_kw(community, seconds)
    for i, member in enumerate(community.members):
        rng = np.random.default_rng([SEED, i])
        deviation = 0.15 if member.standard_profile[0] in "gl" else 0.3
        noisy = load[:, i] * disturbance(rng, len(seconds), deviation)
        columns[f"{member.name}:load"] = [f"{value:.3f}" for value in noisy]
        if member.pv:
            ac = generation_kw(member, sky)
            columns[f"{member.name}:generation"] = [f"{value:.3f}" for value in ac]
    pd.DataFrame(columns).to_csv(TARGET, index=False, lineterminator="\n")
    print(f"{TARGET}: {len(seconds)} intervals, {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
