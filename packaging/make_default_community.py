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

import numpy as np
import pandas as pd

from oracle.community import load_community
from oracle.community.planning.reference import (
    disturbance,
    modules_kw,
    sky_over,
    station_of,
)
from oracle.community.standard import standard_load_kw

FIRST_DAY = dt.date(2026, 3, 24)
DAYS = 14
SEED = 20260324
REGION = 12  # the test reference year of Mannheim
TARGET = Path(__file__).parents[1] / "oracle" / "community" / "default" / "profiles.csv"


def main() -> None:
    community = load_community()
    start = community.local_midnight(FIRST_DAY)
    end = community.local_midnight(FIRST_DAY + dt.timedelta(days=DAYS))
    seconds = np.arange(start, end, community.step, dtype=np.int64)
    sky = sky_over(community.location, station_of(REGION), seconds)
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
            ac = modules_kw(member, sky)
            columns[f"{member.name}:generation"] = [f"{value:.3f}" for value in ac]
    pd.DataFrame(columns).to_csv(TARGET, index=False, lineterminator="\n")
    print(f"{TARGET}: {len(seconds)} intervals, {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
