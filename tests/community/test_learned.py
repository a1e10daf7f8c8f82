"""The learned forecast: no look at the future, better than yesterday, and what it falls back to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oracle import UserError
from oracle.community import Community, Profiles
from oracle.community.agent import Households
from oracle.community.forecaster import Forecaster
from oracle.community.learned import Learned, _line

STEP = 900


def few_members(community: Community, profiles: Profiles) -> tuple[Community, Profiles]:
    """The first three, one of them with a battery: a model each is enough for a test."""
    fewer = community.model_copy(update={"members": community.members[:3], "edge_servers": ()})
    columns = {
        name: getattr(profiles, name)[:, :3].copy()
        for name in ("load_kw", "generation_kw", "estimated")
    }
    return fewer, replace(profiles, **columns)


def altered_after(profiles: Profiles, moment: int) -> Profiles:
    future = profiles.start + profiles.step > moment
    load, generation = profiles.load_kw.copy(), profiles.generation_kw.copy()
    load[future], generation[future] = 9.0 - load[future], 7.5
    return replace(profiles, load_kw=load, generation_kw=generation)


def test_the_future_changes_no_target(
    default_community: Community, default_profiles: Profiles
) -> None:
    """Over a local midnight, where models are fitted anew; batteries' plans included."""
    community, profiles = few_members(default_community, default_profiles)
    first = int(profiles.start[0]) + 9 * 86_400 - 3600 - 4 * STEP  # summer time began since
    change = first + 9 * STEP + 60
    runs = []
    for given in (profiles, altered_after(profiles, change)):
        households = Households(community, given, "learned")
        targets = []
        for start in range(first, change, STEP):
            targets.append(households.declare(start))
            households.meter(start)
        sources = {households.forecaster.at(t.start).source for t in targets}
        assert sources == {"learned"}
        ahead = households.expected_net_wh(first + 10 * STEP, 4, change)
        runs.append(([(t.net_wh, t.storage_kw) for t in targets], ahead))
    assert runs[0] == runs[1]


def test_it_is_a_function_of_the_history_not_of_the_questions(
    default_community: Community, default_profiles: Profiles
) -> None:
    community, profiles = few_members(default_community, default_profiles)
    at = int(profiles.start[0]) + 8 * 86_400 + 40 * STEP
    asked = Forecaster(community, profiles, "learned")
    for start in (at - 86_400, at + STEP, at - 5 * STEP):
        asked.at(start)
    fresh = Forecaster(community, profiles, "learned")
    assert np.array_equal(asked.at(at).load_kw, fresh.at(at).load_kw)
    assert np.array_equal(asked.at(at).generation_kw, fresh.at(at).generation_kw)


def test_it_is_nearer_than_yesterday_and_the_standard_profile(
    default_community: Community, default_profiles: Profiles
) -> None:
    community, profiles = few_members(default_community, default_profiles)
    starts = range(int(profiles.start[0]) + 8 * 86_400, int(profiles.start[0]) + 9 * 86_400, 1800)
    errors = {}
    for method in ("persistence", "profile", "learned"):
        made = Forecaster(community, profiles, method)  # type: ignore[arg-type]
        far = []
        for start in starts:
            row, expected = profiles.position(start), made.at(start)
            net = expected.generation_kw - expected.load_kw
            far.append(np.abs(net - profiles.generation_kw[row] + profiles.load_kw[row]))
        errors[method] = np.mean(far)
    assert errors["learned"] < 0.6 * min(errors["persistence"], errors["profile"])


def test_what_it_falls_back_to(default_community: Community, default_profiles: Profiles) -> None:
    community, profiles = few_members(default_community, default_profiles)
    first = int(profiles.start[0])
    made = Forecaster(community, profiles, "learned")
    assert made.at(first + 3600).source == "profile"
    assert made.at(first + 86_400 + 3600).source == "yesterday"  # a day is too little to learn from
    at = first + 9 * 86_400
    assert made.at(at, cutoff=at - 6 * STEP).source == "yesterday"  # too far ahead
    assert made.at(at, cutoff=at - 2).source == "learned"


def test_nobody_learns_from_nothing(
    default_community: Community, default_profiles: Profiles
) -> None:
    """A member who never generated is not expected to; powers are never negative."""
    community, profiles = few_members(default_community, default_profiles)
    generation = profiles.generation_kw.copy()
    generation[:, 0] = 0.0
    profiles = replace(profiles, generation_kw=generation)
    made = Forecaster(community, profiles, "learned")
    for hour in (2, 7, 12, 20):
        found = made.at(int(profiles.start[0]) + 8 * 86_400 + hour * 3600)
        assert found.source == "learned"
        assert found.generation_kw[0] == 0.0
        assert (found.generation_kw >= 0).all()
        assert (found.load_kw > 0).all()


def test_a_line_is_found_again() -> None:
    rng = np.random.default_rng(3)
    given = rng.normal(size=(400, 3)) * [1.0, 50.0, 0.01] + [5.0, 0.0, 1.0]
    model = _line(given, 2.0 + given @ np.array([0.5, -0.02, 30.0]))
    for row in given[:5]:
        assert model(row) == pytest.approx(2.0 + row @ np.array([0.5, -0.02, 30.0]), rel=0.01)


def test_without_the_extra_it_says_what_to_install(
    default_community: Community, default_profiles: Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.community.learned.available", lambda: False)
    with pytest.raises(UserError, match=r"install wattmarket\[forecast\]"):
        Learned(default_community, default_profiles)
