"""What-if scenarios: what a change does to members and profiles, weather years, the battery."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle import UserError
from oracle.community import CommunityError, load_community, load_profiles
from oracle.community.days import span
from oracle.community.mechanisms.observe import observe
from oracle.community.model import Location
from oracle.community.planning.assets import Planned, apply, changed, yield_per_kw
from oracle.community.planning.change import (
    Change,
    make_change,
    parse_battery,
    parse_roofs,
    parse_sweep,
    scenarios,
)
from oracle.community.planning.common_battery import with_battery
from oracle.community.planning.outcome import Outcome, evaluate
from oracle.community.planning.reference import nearest, reference_year
from oracle.community.planning.weather import drawn_days, weather_year
from oracle.community.simulate import simulate

COMMUNITY = load_community()
PROFILES = load_profiles(COMMUNITY)
DAY = span(COMMUNITY, dt.date(2026, 3, 31), dt.date(2026, 3, 31))
NAMES = [m.name for m in COMMUNITY.members]


def outcome(**fields: object) -> Outcome:
    return evaluate(apply(COMMUNITY, PROFILES, make_change(fields)), [DAY])


@pytest.fixture(scope="module")
def base() -> Outcome:
    return evaluate(Planned(COMMUNITY, PROFILES), [DAY])


# --- changes ----------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    roofs=st.integers(0, 12),
    more=st.integers(0, 12),
    kw=st.floats(0.1, 50),
    at=st.lists(st.sampled_from(NAMES), max_size=3),
)
def test_more_roofs_never_lower_generation(roofs: int, more: int, kw: float, at: list[str]) -> None:
    few, many = (
        apply(COMMUNITY, PROFILES, Change(roofs=count, roof_kw=kw, pv_at=tuple(at)))
        for count in (roofs, roofs + more)
    )
    before, after = few.profiles.generation_kw, many.profiles.generation_kw
    assert (after >= before - 1e-9).all()
    added = (after - PROFILES.generation_kw).sum()
    expected = (roofs + more) * kw * yield_per_kw(COMMUNITY, PROFILES).sum()
    assert added == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert np.array_equal(after > 0, (after > 0) & (yield_per_kw(COMMUNITY, PROFILES) > 0)[:, None])
    modules = [
        sum(pv.peak_kw for m in made.community.members for pv in m.pv) for made in (few, many)
    ]
    assert modules[1] - modules[0] == pytest.approx(more * kw)
    assert np.array_equal(many.profiles.load_kw, PROFILES.load_kw)


def test_no_change_is_the_community_itself(base: Outcome) -> None:
    planned = apply(COMMUNITY, PROFILES, Change())
    assert planned.community == COMMUNITY
    assert planned.profiles is PROFILES
    assert not Change().differs
    same = outcome(roofs=0, battery=0, price_factor=1)
    assert np.array_equal(same.cost, base.cost)
    assert same.self_sufficiency == base.self_sufficiency


def test_the_money_is_that_of_the_exact_day(base: Outcome) -> None:
    """Against `simulate`, in fractions and by another way: bills, savings, peaks."""
    run = simulate(COMMUNITY, PROFILES, *DAY)
    for i, name in enumerate(NAMES):
        made = run.statements[name]
        standing = made.bill.standing_charge * (1 + _vat(name))
        assert base.saving[i] == pytest.approx(float(made.saving), abs=1e-6)
        assert base.cost[i] == pytest.approx(float(made.with_market - standing), abs=1e-6)
    found = run.indicators
    assert base.self_sufficiency == pytest.approx(found.self_sufficiency)
    assert base.self_consumption == pytest.approx(found.self_consumption)
    assert (base.peak_import_w, base.peak_export_w) == (found.peak_import_w, found.peak_export_w)


def _vat(name: str) -> object:
    from oracle.units import exact

    return exact(COMMUNITY.retail[COMMUNITY.member(name).retail].vat)


def test_tariffs(base: Outcome) -> None:
    dear = outcome(energy_price=0.4)
    assert dear.imported_kwh == pytest.approx(base.imported_kwh, rel=0.02)
    assert dear.cost.sum() > base.cost.sum()
    made = apply(
        COMMUNITY, PROFILES, Change(price_factor=2, feed_in=0.05, fee_factor=0.5)
    ).community
    assert made.retail["home"].energy == 0.31
    windows = made.retail["home_windows"].energy
    assert [w.price for w in windows] == [0.33, 0.25]  # type: ignore[union-attr]
    assert {m.feed_in for m in made.members} == {0.05}
    assert made.floor_feed_in * 20 == 1  # nothing is remembered of the old feed-in
    assert {fee.network for fee in made.fees} == {0.01, 0.0225}


def test_homes_live_the_days_of_others() -> None:
    planned = apply(COMMUNITY, PROFILES, Change(members=5, member_kwh=3000), seed=4)
    again = apply(COMMUNITY, PROFILES, Change(members=5, member_kwh=3000), seed=4)
    other = apply(COMMUNITY, PROFILES, Change(members=5, member_kwh=3000), seed=5)
    new = planned.profiles.load_kw[:, 8:]
    assert new.shape == (len(PROFILES), 5)
    assert np.array_equal(new, again.profiles.load_kw[:, 8:])
    assert not np.array_equal(new, other.profiles.load_kw[:, 8:])
    assert not planned.profiles.generation_kw[:, 8:].any()
    assert len({m.name for m in planned.community.members}) == 13
    assert {m.role for m in planned.community.members[8:]} == {"consumer"}
    # Of one donor's days, scaled by yearly use: the mean stays near hers.
    homes = [i for i, m in enumerate(COMMUNITY.members) if m.standard_profile[0] == "h"]
    usual = [PROFILES.load_kw[:, i].mean() * 3000 / COMMUNITY.members[i].annual_kwh for i in homes]
    assert min(usual) * 0.8 < new.mean() < max(usual) * 1.2


def test_who_gets_a_roof() -> None:
    made = apply(COMMUNITY, PROFILES, Change(roofs=3)).community
    kw = {m.name: sum(pv.peak_kw for pv in m.pv) for m in made.members}
    # The least kW first; eren's is supported and may not be sold, so she waits.
    assert (kw["greta"], kw["workshop"], kw["anna"], kw["eren"]) == (9.2, 10.0, 11.0, 1.2)
    assert made.floor_feed_in == COMMUNITY.floor_feed_in
    consumer = COMMUNITY.members[0].model_copy(
        update={"role": "consumer", "feed_in": 0.0, "pv": ()}
    )
    street = changed(COMMUNITY, members=(consumer, *COMMUNITY.members[1:]))
    made = apply(street, PROFILES, Change(roofs=1)).community
    assert made.members[0].role == "prosumer"
    assert made.floor_feed_in == street.floor_feed_in


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"pv_at": ("nobody",), "roofs": 1}, "pv_at: nobody: one of anna"),
        ({"battery_at": "nobody", "battery": 5}, "battery_at: nobody: one of anna"),
    ],
)
def test_what_cannot_be_made(fields: dict[str, object], says: str) -> None:
    with pytest.raises(CommunityError, match=says):
        apply(COMMUNITY, PROFILES, make_change(fields))
    dark = replace(PROFILES, generation_kw=np.zeros_like(PROFILES.generation_kw))
    with pytest.raises(CommunityError, match="needs a member with `pv`"):
        apply(COMMUNITY, dark, Change(roofs=1))


# --- batteries --------------------------------------------------------------------------------


def test_the_community_battery_moves_only_what_there_is() -> None:
    planned = apply(COMMUNITY, PROFILES, Change(battery=40, battery_kw=9))
    assert planned.battery is not None
    idle = observe(planned.community, planned.profiles, *DAY)
    work = with_battery(planned.community, planned.profiles, idle, planned.battery)
    others = (slice(None), slice(0, -1))
    for name in ("generated", "consumed", "declared"):
        assert np.array_equal(
            getattr(work.periods, name)[others], getattr(idle.periods, name)[others]
        )
    charged, discharged = work.periods.consumed[:, -1], work.periods.generated[:, -1]
    net = idle.periods.net[:, :-1].sum(axis=1)
    assert (charged <= np.maximum(net, 0) + 1).all()
    assert (discharged <= np.maximum(-net, 0) + 1).all()
    assert not (charged & discharged).any()
    assert max(charged.max(), discharged.max()) <= 9000 / 4 + 1
    stored = np.cumsum(charged * 0.9**0.5 - discharged / 0.9**0.5)
    assert stored.min() >= -100  # Wh, of 192 roundings
    assert 20_000 < stored.max() <= 40_000 + 100
    assert discharged.sum() > 5000


def test_a_battery_helps_and_robs_nobody(base: Outcome) -> None:
    made = outcome(battery=40)
    assert made.names[-1] == "community battery"
    assert made.has_battery
    assert made.imported_kwh < base.imported_kwh
    assert made.exported_kwh < base.exported_kwh
    assert made.consumed_kwh == base.consumed_kwh
    assert made.generated_kwh == base.generated_kwh
    assert made.cost.sum() < base.cost.sum()
    assert made.saving.min() > -0.05
    own = outcome(battery=40, battery_at="farm")
    assert own.names == base.names
    assert own.cost[5] < base.cost[5]


def test_a_battery_joins_the_one_that_is_there() -> None:
    made = apply(COMMUNITY, PROFILES, Change(battery=10, battery_at="chandra")).community
    storage = made.member("chandra").storage
    assert storage is not None
    assert (storage.capacity_kwh, storage.power_kw, storage.efficiency) == (15, 7.5, 0.92)


# --- weather ----------------------------------------------------------------------------------


def test_weather_years() -> None:
    assert weather_year(COMMUNITY, PROFILES, 0, seed=1) is PROFILES
    made = weather_year(COMMUNITY, PROFILES, 1, seed=1)
    assert np.array_equal(
        made.generation_kw, weather_year(COMMUNITY, PROFILES, 1, seed=1).generation_kw
    )
    assert not np.array_equal(made.generation_kw, PROFILES.generation_kw)
    for other in (
        weather_year(COMMUNITY, PROFILES, 2, seed=1),
        weather_year(COMMUNITY, PROFILES, 1, seed=2),
    ):
        assert not np.array_equal(made.generation_kw, other.generation_kw)
    assert np.array_equal(made.load_kw, PROFILES.load_kw)
    assert (made.generation_kw >= 0).all()
    assert (made.generation_kw <= PROFILES.generation_kw.max(axis=0) + 1e-9).all()
    night = [row for row, at in enumerate(PROFILES.start) if _hour(int(at)) in (0, 1, 2, 23)]
    assert not made.generation_kw[night].any()
    years = [weather_year(COMMUNITY, PROFILES, y, seed=3).generation_kw.sum() for y in range(1, 9)]
    usual = PROFILES.generation_kw.sum()
    assert 0.8 * usual < np.mean(years) < 1.2 * usual
    assert min(years) < usual < max(years)


def _hour(at: int) -> int:
    return dt.datetime.fromtimestamp(at, tz=COMMUNITY.tz).hour


@settings(max_examples=50, deadline=None, derandomize=True)
@given(days=st.integers(1, 800), seed=st.integers(0, 99), start=st.integers(0, 400))
def test_days_come_in_threes_from_the_season(days: int, seed: int, start: int) -> None:
    source = drawn_days(start * 86_400, days, np.random.default_rng(seed))
    assert len(source) == days
    assert source.min() >= 0
    assert source.max() < days
    step = np.diff(source)
    inside = np.arange(1, days) % 3 != 0
    assert (step[inside] == 1).all()
    apart = np.abs(source - np.arange(days)) % 365.25
    assert np.minimum(apart, 365.25 - apart).max() <= 21 + 1e-9


# --- sweeps -----------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    roofs=st.lists(st.integers(0, 50), min_size=1, max_size=6, unique=True),
    batteries=st.lists(st.integers(0, 90), min_size=1, max_size=5, unique=True),
    samples=st.none() | st.integers(1, 40),
    seed=st.integers(0, 5),
)
def test_every_combination_or_a_drawn_part(
    roofs: list[int], batteries: list[int], samples: int | None, seed: int
) -> None:
    sweeps = [("roofs", [float(r) for r in roofs]), ("battery", [float(b) for b in batteries])]
    made = scenarios({"roof_kw": 5.0}, sweeps, samples=samples, seed=seed)
    count = len(roofs) * len(batteries)
    assert made[0] == Change()
    assert len(made) == 1 + min(count, samples or count)
    assert made == scenarios({"roof_kw": 5.0}, sweeps, samples=samples, seed=seed)
    points = {(c.roofs, c.battery, c.roof_kw) for c in made[1:]}
    assert len(points) == len(made) - 1
    assert points <= {(r, b, 5.0) for r in roofs for b in batteries}


def test_each_thing_alone_and_all_together() -> None:
    made = scenarios({"roofs": 3, "battery": 50.0}, [], samples=None, seed=0)
    assert [(c.roofs, c.battery) for c in made] == [(0, 0), (3, 0), (0, 50), (3, 50)]
    assert [(c.roofs, c.battery) for c in scenarios({"roofs": 3}, [], samples=None, seed=0)] == [
        (0, 0),
        (3, 0),
    ]
    assert scenarios({}, [], samples=None, seed=0) == (Change(),)


def test_what_is_written_is_read() -> None:
    assert parse_roofs("3x8kW") == (3, 8.0)
    assert parse_roofs("12 x 4.5") == (12, 4.5)
    assert parse_battery("50kWh") == (50.0, None)
    assert parse_battery("50 kWh/20kW") == (50.0, 20.0)
    assert parse_sweep("roofs=0:10:2") == ("roofs", (0, 2, 4, 6, 8, 10))
    assert parse_sweep("energy_price=0.1:0.3:0.1") == ("energy_price", (0.1, 0.2, 0.3))
    assert parse_sweep("battery=0,25,50") == ("battery", (0, 25, 50))


@pytest.mark.parametrize("text", ["8kW", "0x", "3x0kW", "x8", "-1x3", "3x8kWh", "1e3x8"])
def test_roofs_refused(text: str) -> None:
    with pytest.raises(UserError, match="--add-pv: "):
        parse_roofs(text)


@pytest.mark.parametrize("text", ["0", "kWh", "50/0", "-5", "50kW", "nan"])
def test_batteries_refused(text: str) -> None:
    with pytest.raises(UserError, match="--add-battery: "):
        parse_battery(text)


@pytest.mark.parametrize(
    "text",
    [
        "roofs",
        "tilt=3",
        "roofs=",
        "roofs=1:2",
        "roofs=3:1:1",
        "roofs=0:1:0",
        "battery=a",
        "roofs=0:1e9:1",
    ],
)
def test_sweeps_refused(text: str) -> None:
    with pytest.raises(UserError, match="--sweep: "):
        parse_sweep(text)


@pytest.mark.parametrize("value", [-1.0, 2.5, float("nan")])
def test_values_refused(value: float) -> None:
    with pytest.raises(UserError, match="roofs: "):
        scenarios({}, [("roofs", [value])], samples=None, seed=0)


# --- the reference year -----------------------------------------------------------------------


def test_the_nearest_station() -> None:
    assert nearest(Location(latitude=53.5, longitude=10.1)).name == "Hamburg"
    assert nearest(Location(latitude=49.52, longitude=8.55)).name == "Mannheim"
    assert nearest(Location(latitude=47.4, longitude=11.0)).name == "Garmisch-Partenkirchen"
    with pytest.raises(CommunityError, match="Germany only"):
        nearest(Location(latitude=40.0, longitude=-3.0))


def test_a_reference_year_makes_the_default_profiles_again() -> None:
    """The shipped days come from the same weather: the same power, to the CSV's watt."""
    year = reference_year(COMMUNITY, PROFILES)
    assert len(year) == 365 * 96
    first = year.position(int(PROFILES.start[0]))
    assert first is not None
    rows = slice(first + 4, first + len(PROFILES) - 4)  # interpolation knows more hours here
    shipped = PROFILES.generation_kw[4:-4]
    assert np.abs(year.generation_kw[rows] - shipped).max() < 0.0011
    for i, member in enumerate(COMMUNITY.members):
        peak = sum(pv.peak_kw for pv in member.pv)
        assert 600 < year.generation_kw[:, i].sum() / 4 / peak < 1100  # kWh per kW, north to south
        assert year.load_kw[:, i].sum() / 4 == pytest.approx(member.annual_kwh, rel=0.15)
    other = reference_year(COMMUNITY, PROFILES, seed=1)
    assert not np.array_equal(other.load_kw, year.load_kw)
    assert np.array_equal(other.generation_kw, year.generation_kw)


def test_a_reference_year_needs_place_and_modules() -> None:
    members = COMMUNITY.members
    bare = changed(COMMUNITY, members=(members[0].model_copy(update={"pv": ()}), *members[1:]))
    with pytest.raises(CommunityError, match="member anna: pv"):
        reference_year(bare, PROFILES)
    with pytest.raises(CommunityError, match="location: missing"):
        reference_year(changed(COMMUNITY, location=None), PROFILES)
