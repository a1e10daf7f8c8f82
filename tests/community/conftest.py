"""Communities for the tests: the shipped one, and small ones made from dictionaries."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oracle.community import Community, Profiles, load_community, load_profiles, parse_community

sys.path.append(str(Path(__file__).parent))

SMALL: dict[str, Any] = {
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "step": 900,
    "location": {"latitude": 49.5, "longitude": 8.5},
    "retail": {
        "flat": {"energy": 0.15, "network": 0.08, "levy": 0.02, "vat": 0.2, "standing_charge": 0.3},
        "windows": {
            "energy": [
                {"from": "06:00", "to": "22:00", "price": 0.20},
                {"from": "22:00", "to": "06:00", "price": 0.10},
            ],
        },
    },
    "fee": [
        {"from": "a", "to": "a", "network": 0.02, "levy": 0.01},
        {"from": "b", "to": "b", "network": 0.01, "levy": 0.01},
        {"from": "b", "to": "a", "network": 0.05, "levy": 0.01},
    ],
    "member": [
        {
            "name": "sue", "role": "retailer", "zone": "a", "retail": "flat", "feed_in": 0.08,
            "rated_kw": 10, "annual_kwh": 3000, "pv": [{"peak_kw": 8}],
        },
        {
            "name": "bob", "role": "consumer", "zone": "a", "retail": "windows", "rated_kw": 5,
            "annual_kwh": 4000,
        },
        {
            "name": "cem", "role": "prosumer", "zone": "b", "retail": "flat", "feed_in": 0.06,
            "rated_kw": 8, "annual_kwh": 3500, "pv": [{"peak_kw": 5}], "supported": True,
        },
        {
            "name": "dot", "role": "prosumer", "zone": "b", "retail": "flat", "feed_in": 0.07,
            "rated_kw": 8, "annual_kwh": 3500, "standard_profile": "g1",
            "pv": [{"peak_kw": 5}],
        },
    ],
    "edge_server": [{"name": "s1", "run_by": "sue"}],
}  # fmt: skip


@pytest.fixture
def small_file() -> dict[str, Any]:
    """The parsed TOML of a small community, to be changed at will."""
    return copy.deepcopy(SMALL)


@pytest.fixture
def make_community(small_file: dict[str, Any]) -> Callable[..., Community]:
    """A small community, with top-level keys replaced."""

    def make(**changes: Any) -> Community:
        return parse_community(small_file | changes, "small.toml")

    return make


@pytest.fixture(scope="session")
def default_community() -> Community:
    return load_community()


@pytest.fixture(scope="session")
def default_profiles(default_community: Community) -> Profiles:
    return load_profiles(default_community)
