"""A made-up community of any size for a year: standard loads with noise, clear skies with clouds.

For measuring time, not for saying who is better off: nobody lives there. Seeded.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oracle.community import Community, Profiles, parse_community
from oracle.community.forecast import standard_profiles

YEAR = 2025
RETAIL = {
    "home": {"energy": 0.155, "network": 0.085, "levy": 0.035, "vat": 0.19},
    "windows": {
        "energy": [
            {"from": "06:00", "to": "22:00", "price": 0.165},
            {"from": "22:00", "to": "06:00", "price": 0.125},
        ],
        "network": 0.085,
        "levy": 0.035,
        "vat": 0.19,
    },
    "business": {"energy": 0.145, "network": 0.075, "levy": 0.035, "vat": 0.19},
}
ZONES = ("north", "south", "hill")


def street(members: int) -> dict[str, Any]:
    """The community file as a dictionary: half with panels, a fifth with batteries, three zones."""
    people = []
    for i in range(members):
        business = i % 10 == 0
        person: dict[str, Any] = {
            "name": f"m{i:04d}",
            "role": "prosumer",
            "zone": ZONES[i % 3],
            "retail": "business" if business else ("home", "windows")[i % 2],
            "feed_in": round(0.07 + 0.002 * (i % 6), 3),
            "rated_kw": 30.0 if business else 12.0,
            "annual_kwh": 15_000 + 900 * (i % 7) if business else 2200 + 130 * (i % 25),
            "standard_profile": ("g0", "g1", "l0")[i % 3] if business else ("h25", "h0")[i % 2],
        }
        if i % 2 == 1:
            person["pv"] = [
                {"peak_kw": 4.0 + i % 7, "tilt": 20 + i % 25, "azimuth": 90 + 7 * i % 180}
            ]
        if i % 5 == 1:
            person["storage"] = {"capacity_kwh": 5.0 + i % 6, "power_kw": 2.5 + i % 3}
        people.append(person)
    return {
        "name": f"street of {members}",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "step": 900,
        "profiles": "profiles.csv",
        "location": {"latitude": 49.52, "longitude": 8.55},
        "retail": RETAIL,
        "fee": [
            {"from": a, "to": b, "network": 0.02 if a == b else 0.045, "levy": 0.008}
            for a in ZONES
            for b in ZONES
        ],
        "member": people,
    }


def profiles_of(community: Community, days: int, seed: int = 0) -> Profiles:
    """Loads that wander around the standard profile, and a sky that changes by day and hour."""
    rng = np.random.default_rng(seed)
    start = community.local_midnight(dt.date(YEAR, 1, 1))
    end = community.local_midnight(dt.date(YEAR, 1, 1) + dt.timedelta(days=days))
    usual = standard_profiles(community, np.arange(start, end, community.step))
    count, size = usual.load_kw.shape
    hourly = rng.lognormal(-0.2, 0.6, size=(count // 4 + 2, size))
    at = np.arange(count) / 4
    low = at.astype(int)
    wave = hourly[low] + (at - low)[:, None] * (hourly[low + 1] - hourly[low])
    load = usual.load_kw * wave * rng.lognormal(-0.03, 0.25, size=(count, size))
    day = rng.beta(1.6, 1.1, size=days + 1)[np.arange(count) // 96]
    sky = np.clip(day + 0.25 * (hourly[low, 0] - 1), 0.05, 1.0)
    generation = usual.generation_kw * sky[:, None]
    return Profiles(
        start=usual.start,
        load_kw=load.round(3),
        generation_kw=generation.round(3),
        estimated=np.zeros((count, size), dtype=bool),
        step=community.step,
    )


def write(folder: Path, members: int, days: int) -> Path:
    """Writes the two files and returns the community's."""
    data = street(members)
    community = parse_community(data, "street")
    profiles = profiles_of(community, days)
    columns: dict[str, Any] = {
        "timestamp": pd.to_datetime(profiles.start, unit="s", utc=True).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
    }
    for i, member in enumerate(community.members):
        columns[f"{member.name}:load"] = profiles.load_kw[:, i]
        if member.pv:
            columns[f"{member.name}:generation"] = profiles.generation_kw[:, i]
    pd.DataFrame(columns).to_csv(folder / "profiles.csv", index=False)
    file = folder / "street.toml"
    lines = [f"{key} = {toml(value)}\n" for key, value in data.items()]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def toml(value: Any) -> str:
    """A value as TOML, tables inline."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    return repr(value)
