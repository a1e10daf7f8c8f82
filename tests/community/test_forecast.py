"""Forecasts: from the past alone, at the right local time, with the stated fall-backs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from oracle.community import Community, Profiles
from oracle.community.agent import Households
from oracle.community.forecast import METHODS, Method, days_before, forecast, standard_profiles
from oracle.community.forecaster import Forecaster

BERLIN = ZoneInfo("Europe/Berlin")
HONEST: tuple[Method, ...] = ("persistence", "weekly", "profile")


def at(*when: int, fold: int = 0) -> int:
    return int(dt.datetime(*when, tzinfo=BERLIN, fold=fold).timestamp())  # type: ignore[misc,arg-type]


def altered_after(profiles: Profiles, moment: int) -> Profiles:
    """The same past; every interval that had not ended by `moment` is something else."""
    future = profiles.start + profiles.step > moment
    load, generation = profiles.load_kw.copy(), profiles.generation_kw.copy()
    load[future] = 9.0 - load[future]
    generation[future] = 7.5
    return replace(profiles, load_kw=load, generation_kw=generation)


@pytest.mark.parametrize("method", HONEST)
@pytest.mark.parametrize("day", [0, 1, 7, 9])
def test_the_future_changes_no_target(
    default_community: Community, default_profiles: Profiles, method: Method, day: int
) -> None:
    """Targets, storage decisions included, for every period that is declared before the change."""
    first = int(default_profiles.start[0]) + day * 86_400
    change = first + 50 * 900 + 60
    runs = []
    for profiles in (default_profiles, altered_after(default_profiles, change)):
        households = Households(default_community, profiles, method)
        targets = []
        for start in range(first, change, 900):
            targets.append(households.declare(start))
            households.meter(start)
        ahead = households.expected_net_wh(start + 900, 24, change)
        runs.append(([(t.net_wh, t.storage_kw) for t in targets], ahead))
    assert len(runs[0][0]) == 51
    assert runs[0] == runs[1]


def test_a_perfect_forecast_does_change(
    default_community: Community, default_profiles: Profiles
) -> None:
    start = int(default_profiles.start[0]) + 8 * 86_400
    other = altered_after(default_profiles, start)
    before = Forecaster(default_community, default_profiles, "perfect").at(start)
    after = Forecaster(default_community, other, "perfect").at(start)
    row = default_profiles.position(start)
    assert np.array_equal(before.load_kw, default_profiles.load_kw[row])
    assert not np.array_equal(before.load_kw, after.load_kw)


def test_which_day_is_looked_at(default_community: Community, default_profiles: Profiles) -> None:
    first = int(default_profiles.start[0])
    # Day 7 is after the clock change; 12:00 local a week and a day before.
    noon = at(2026, 3, 31, 12)
    for method, source, earlier in (
        ("persistence", "yesterday", at(2026, 3, 30, 12)),
        ("weekly", "last week", at(2026, 3, 24, 12)),
    ):
        forecaster = Forecaster(default_community, default_profiles, method)  # type: ignore[arg-type]
        got = forecaster.at(noon)
        row = default_profiles.position(earlier)
        assert got.source == source
        assert np.array_equal(got.load_kw, default_profiles.load_kw[row])
        assert np.array_equal(got.generation_kw, default_profiles.generation_kw[row])
        assert forecaster.at(first + 3600).source == "profile"
        assert forecaster.at(first + 86_400 + 3600).source == "yesterday"
    # A lead of more than a day: yesterday is not known yet, the day before is.
    early = Forecaster(default_community, default_profiles, "persistence").at(
        noon, cutoff=noon - 100_000
    )
    row = default_profiles.position(at(2026, 3, 29, 12))
    assert np.array_equal(early.load_kw, default_profiles.load_kw[row])


def test_the_same_local_time_at_a_clock_change() -> None:
    zone = "Europe/Berlin"
    assert days_before(zone, at(2026, 3, 30, 12), 1) == at(2026, 3, 29, 12)
    # Twelve o'clock to twelve o'clock over the change is 23 hours, not 24.
    assert at(2026, 3, 29, 12) - days_before(zone, at(2026, 3, 29, 12), 1) == 23 * 3600
    # 02:30 did not exist on the 29th: an hour later counts.
    assert days_before(zone, at(2026, 3, 30, 2, 30), 1) == at(2026, 3, 29, 3, 30)
    assert at(2026, 10, 25, 12) - days_before(zone, at(2026, 10, 25, 12), 1) == 25 * 3600


def test_misuse_is_refused(default_community: Community, default_profiles: Profiles) -> None:
    start = int(default_profiles.start[200])
    with pytest.raises(ValueError, match="one of persistence, weekly, profile, learned, perfect"):
        Forecaster(default_community, default_profiles, "oracle")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no forecast for"):
        Forecaster(default_community, default_profiles, "weekly").at(start, cutoff=start + 1)
    with pytest.raises(ValueError, match="no function of the past"):
        forecast(default_community, "perfect", default_profiles, default_profiles, start)
    assert (*HONEST, "learned", "perfect") == METHODS


def test_the_standard_profile_of_a_member(make_community: Callable[..., Community]) -> None:
    community = make_community()
    year = np.arange(
        community.local_midnight(dt.date(2026, 1, 1)),
        community.local_midnight(dt.date(2027, 1, 1)),
        900,
    )
    standard = standard_profiles(community, year)
    energy = standard.load_kw.sum(axis=0) / 4
    # The repeated hour of October is counted twice, the skipped one of March not at all.
    assert energy == pytest.approx([3000, 4000, 3500, 3500], rel=2e-4)
    # No module, no sun; with one: nothing at night, never above its peak, most near solar noon.
    power = standard.generation_kw
    assert not power[:, 1].any()
    assert power[:, 0].max() <= 8
    june = community.local_midnight(dt.date(2026, 6, 21))
    day = power[(year >= june) & (year < june + 86_400), 0]
    assert not day[:12].any()
    assert not day[-8:].any()
    assert 52 <= int(day.argmax()) <= 56  # 13:26 CEST at 8.5° E
    assert 45 < day.sum() / 4 < 65


def test_coarser_steps_are_means_of_quarters(make_community: Callable[..., Community]) -> None:
    start = at(2026, 5, 4)
    fine = standard_profiles(make_community(), np.arange(start, start + 86_400, 900))
    coarse = standard_profiles(make_community(step=3600), np.arange(start, start + 86_400, 3600))
    for name in ("load_kw", "generation_kw"):
        quarters = getattr(fine, name).reshape(24, 4, -1).mean(axis=1)
        assert getattr(coarse, name) == pytest.approx(quarters)
