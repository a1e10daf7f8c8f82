"""The BDEW standard load profiles, from the tables that demandlib ships.

The tables are read here rather than through demandlib's classes: those turn every warning into an
error, so a newer pandas stops them. A test holds both against each other.

Sources: VDEW/BDEW representative profiles (h0, g0-g6, l0-l2) and BDEW's 2025 profiles (h25, g25,
l25); the dynamisation of households is BDEW's polynomial in the day of the year.
"""

from __future__ import annotations

import csv
import datetime as dt
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

QUARTERS = 96
QUARTERS_PER_HOUR = 4
SEASONS = ("winter", "transition", "summer")
DYNAMIC = ("h0", "h25")


def season(day: dt.date) -> int:
    """Index into SEASONS: summer 15 May to 14 September, winter 1 November to 20 March."""
    monthday = (day.month, day.day)
    if (5, 15) <= monthday <= (9, 14):
        return 2
    return 1 if (3, 21) <= monthday <= (10, 31) else 0


def dynamisation(day_of_year: NDArray[np.float64]) -> NDArray[np.float64]:
    """BDEW's factor that smooths household profiles over the year, by day of the year from 1."""
    t = np.asarray(day_of_year, dtype=np.float64)
    factor: NDArray[np.float64] = (
        -3.92e-10 * t**4 + 3.2e-7 * t**3 - 7.02e-5 * t**2 + 2.1e-3 * t + 1.24
    )
    return factor


def _table(name: str) -> list[list[str]]:
    source = files("demandlib") / "bdew" / "bdew_data" / name
    with source.open("r", encoding="utf-8") as lines:
        return list(csv.reader(lines))


@lru_cache(maxsize=1)
def _classic() -> dict[str, NDArray[np.float64]]:
    """By class: kW [season, weekday (Monday is 0), quarter]."""
    head, *rows = _table("selp_series.csv")
    names = head[3:]
    result = {name: np.full((len(SEASONS), 7, QUARTERS), np.nan) for name in names}
    for row in rows:
        moment = dt.datetime.fromisoformat(row[0])
        quarter = moment.hour * QUARTERS_PER_HOUR + moment.minute // 15
        for name, value in zip(names, row[3:], strict=True):
            result[name][SEASONS.index(row[1]), int(row[2]) - 1, quarter] = float(value)
    return result


@lru_cache(maxsize=8)
def _monthly(name: str) -> NDArray[np.float64]:
    """A 2025 profile: energy [month, day type (workday, Saturday, Sunday or holiday), quarter]."""
    head, kinds, *rows = _table(f"{name}.csv")
    months = list(dict.fromkeys(head[1:]))
    order = {"WT": 0, "SA": 1, "FT": 2}
    result = np.full((12, 3, QUARTERS), np.nan)
    for quarter, row in enumerate(rows[:QUARTERS]):
        for month, kind, value in zip(head[1:], kinds[1:], row[1:], strict=True):
            result[months.index(month), order[kind], quarter] = float(value)
    return result


@lru_cache(maxsize=256)
def year_profile(name: str, year: int, holidays: tuple[dt.date, ...]) -> NDArray[np.float64]:
    """Power in kW for 1 kWh a year, by local day of the year and quarter-hour [days, 96].

    Holidays count as Sundays. The year's sum over quarter-hours is exactly 1 kWh.
    """
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=i) for i in range((dt.date(year + 1, 1, 1) - first).days)]
    weekday = [6 if day in holidays else day.weekday() for day in days]
    if name.endswith("25"):
        monthly = _monthly(name)
        kind = [max(0, w - 4) for w in weekday]
        table = np.array([monthly[d.month - 1, k] for d, k in zip(days, kind, strict=True)])
    else:
        classic = _classic()[name]
        table = np.array([classic[season(d), w] for d, w in zip(days, weekday, strict=True)])
    if name in DYNAMIC:
        table = table * dynamisation(np.arange(1.0, len(days) + 1))[:, None]
    profile: NDArray[np.float64] = table / table.sum() * QUARTERS_PER_HOUR
    profile.setflags(write=False)
    return profile
