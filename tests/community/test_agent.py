"""Meters to the Wh, and batteries that the agents decided in advance."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from oracle.community import Community, Profiles
from oracle.community.agent import Households
from oracle.units import registers_wh


def test_meters_show_the_profiles_to_the_wh(
    default_community: Community, default_profiles: Profiles
) -> None:
    start = default_community.local_midnight(dt.date(2026, 3, 29))
    day = default_profiles.window(start, 92)
    households = Households(default_community, default_profiles)
    readings = []
    for k in range(92):
        households.declare(start + 900 * k)
        readings.append(households.meter(start + 900 * k))
    generation = registers_wh(day.generation_kw, 900)
    consumption = registers_wh(day.load_kw, 900)
    for i, member in enumerate(default_community.members):
        if member.storage is None:
            assert [r.generation_register[i] for r in readings] == generation[1:, i].tolist()
            assert [r.consumed_wh[i] for r in readings] == np.diff(consumption[:, i]).tolist()
        assert sum(r.generated_wh[i] for r in readings) == readings[-1].generation_register[i]


def test_the_batterys_day_balances(
    default_community: Community, default_profiles: Profiles
) -> None:
    """What the battery took from generation and gave to consumption agrees with its content."""
    i = default_community.member_index["chandra"]
    storage = default_community.members[i].storage
    assert storage is not None
    start = default_community.local_midnight(dt.date(2026, 3, 31))
    day = default_profiles.window(start, 96)
    households = Households(default_community, default_profiles)
    for k in range(96):
        households.declare(start + 900 * k)
        last = households.meter(start + 900 * k)
    charged = day.generation_kw[:, i].sum() / 4 - last.generation_register[i] / 1000
    discharged = day.load_kw[:, i].sum() / 4 - last.consumption_register[i] / 1000
    assert charged > 1
    assert discharged > 1
    one_way = math.sqrt(storage.efficiency)
    content = storage.initial_kwh + charged * one_way - discharged / one_way
    assert households.stored_kwh[i] == pytest.approx(content, abs=0.003)


def test_a_perfect_forecast_hits_its_targets(
    default_community: Community, default_profiles: Profiles
) -> None:
    start = default_community.local_midnight(dt.date(2026, 3, 31))
    households = Households(default_community, default_profiles, "perfect")
    for k in range(96):
        targets = households.declare(start + 900 * k)
        readings = households.meter(start + 900 * k)
        # The register's carried remainders are all that may lie between them.
        misses = np.abs(np.subtract(targets.net_wh, readings.net_wh))
        assert misses.max() <= 2


def test_metering_goes_forward_only(
    default_community: Community, default_profiles: Profiles
) -> None:
    households = Households(default_community, default_profiles)
    start = int(default_profiles.start[0])
    households.meter(start)
    with pytest.raises(ValueError, match="metering is at"):
        households.meter(start)
    with pytest.raises(ValueError, match="the profiles cover"):
        Households(default_community, default_profiles).meter(default_profiles.end)
