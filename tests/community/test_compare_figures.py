"""Savings, fairness and lies: against their definitions, and batteries against the agents' own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from books import periods_of
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.misdeclare import Day, Lie, play
from oracle.app.compare.comparison import compare
from oracle.community import Community, parse_community
from oracle.community.agent import Households
from oracle.community.forecast import Method
from oracle.community.mechanisms import MECHANISMS
from oracle.community.mechanisms.batteries import Batteries, reserved_kw
from oracle.community.mechanisms.equilibrium import equilibrium, fee_arrays, price_ticks
from oracle.community.mechanisms.forecasts import ON_ARRAYS, ForecastRows
from oracle.community.mechanisms.households import behave
from oracle.community.mechanisms.lies import LIES, best_lie, cost, told
from oracle.community.mechanisms.lies import Lie as Said
from oracle.community.mechanisms.metrics import gini, metrics
from oracle.community.mechanisms.observe import step_by_step
from oracle.community.mechanisms.periods import Periods
from oracle.community.mechanisms.tariffs import Tariffs, lowest_elecoin_ticks, members_of
from oracle.community.mechanisms.totals import joined, total
from oracle.community.model import Storage
from oracle.community.pairing import zone_fees
from oracle.community.problem import declaration
from oracle.community.profiles import Profiles
from oracle.community.storage import operate, plan_kw
from oracle.units import TICK, ticks_to_wei

FEW = settings(max_examples=20, derandomize=True, deadline=None)
REDEMPTION = 0.97


@FEW
@given(st.lists(st.floats(0.0, 1e4), min_size=1, max_size=9))
def test_gini_is_the_mean_difference_over_twice_the_mean(amounts: list[float]) -> None:
    found, size, mean = gini(np.array(amounts)), len(amounts), sum(amounts) / len(amounts)
    if mean * size <= 1e-6:
        assert found is None
        return
    differences = sum(abs(a - b) for a in amounts for b in amounts) / size**2
    assert found == pytest.approx(differences / (2 * mean), abs=1e-9)


def test_gini_at_its_ends() -> None:
    assert gini(np.full(5, 3.0)) == pytest.approx(0)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(3 / 4)
    assert gini(np.array([-1.0, -2.0])) is None


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda m: m.name)
def test_totals_of_parts_are_the_totals_and_savings_are_the_bills_difference(
    mechanism: Any,
) -> None:
    periods = periods_of(np.random.default_rng(7), periods=8)
    flows, hour = mechanism.flows(periods), np.arange(8) % 24
    whole = total(periods, flows, hour, 4)
    halves = [periods.rows(slice(a, a + 4)) for a in (0, 4)]
    parts = joined(
        [total(half, mechanism.flows(half), hour[a : a + 4], 4)
         for a, half in zip((0, 4), halves, strict=True)]
    )  # fmt: skip
    for name in ("bought", "sold", "paid", "fees", "worth", "by_hour", "elecoins", "most"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name))
    assert parts.most_imported == whole.most_imported
    found = metrics(whole, consumed_wh=periods.consumed.sum(), generated_wh=None, step=900)
    net, feed_in = periods.net, periods.members.feed_in

    def grid_bill(bought: Any, sold: Any) -> Any:
        imported, exported = np.maximum(-net, 0) - bought, np.maximum(net, 0) - sold
        return (imported * periods.retail - exported * feed_in).sum(axis=0) / 1000

    alone = grid_bill(0, 0)
    bill = grid_bill(flows.bought, flows.sold) + (flows.paid + flows.fees).sum(axis=0)
    assert found.saving == pytest.approx(alone - bill, abs=1e-12)
    assert found.self_consumption is None
    imported = (np.maximum(-net, 0) - flows.bought).sum(axis=1)
    assert found.self_sufficiency == pytest.approx(1 - imported.sum() / periods.consumed.sum())
    assert found.peak_import_w == pytest.approx(imported.max() * 4)
    assert found.worse_off == []
    assert found.kept == pytest.approx(0, abs=1e-12)


def test_a_limit_is_checked_with_the_fee_rounded_up(
    make_community: Callable[..., Community],
) -> None:
    community = make_community()
    tariffs = Tariffs(community, np.array([0]))
    ticks = np.array([1_013_579])
    words = tariffs.words(ticks, slice(0, 1))
    for i, member in enumerate(community.members):
        said = declaration(community, member, 0, -1, ticks_to_wei(1_013_579))
        assert (words.value[0, i], words.limit[0, i]) == (said.price_ticks, said.limit_ticks)
    none = np.zeros((1, len(community.members)), dtype=np.int64)
    flat = tariffs.retail(slice(0, 1))
    periods = Periods(
        members_of(community, 0.1), np.array([0]), 900, none, none, none, flat, flat, words
    )
    needed, _ = fee_arrays(periods)
    zones = {zone: z for z, zone in enumerate(community.zones)}
    for (source, target), fee in zone_fees(community, ticks_to_wei(1_013_579)).items():
        assert needed[0, zones[source], zones[target]] == -(-fee.total_wei // TICK)


def small_days(community: Community) -> tuple[Profiles, list[dt.date]]:
    """Three hourly days around a clock change, of four members."""
    first, count = dt.date(2026, 3, 28), 71
    rng = np.random.default_rng(0)
    sun = (np.arange(count) % 24 > 8)[:, None]
    profiles = Profiles(
        start=community.local_midnight(first) + 3600 * np.arange(count),
        load_kw=rng.uniform(0, 2, size=(count, 4)).round(3),
        generation_kw=(sun * rng.uniform(0, 4, size=(count, 4))).round(3),
        estimated=np.zeros((count, 4), dtype=bool),
        step=3600,
    )
    return profiles, [first + dt.timedelta(days=i) for i in range(3)]


def test_where_nobody_may_trade_nothing_is_saved(make_community: Callable[..., Community]) -> None:
    community = make_community(step=3600, fee=[])
    for entry in compare(community, *small_days(community), lie_days=1, jobs=1).results:
        found = entry.metrics
        assert (found.volume_kwh, found.price, found.gini, found.spread) == (0, None, None, 0)
        assert not found.saving.any()
        assert entry.gain is None or entry.gain.gain == 0


def test_own_use_that_no_meter_shows_is_null(
    make_community: Callable[..., Community], small_file: dict[str, Any]
) -> None:
    small_file["member"][1]["meter"] = "import_export"
    community = make_community(step=3600, member=small_file["member"])
    found = compare(community, *small_days(community), jobs=1)
    for entry in found.results:
        assert entry.metrics.self_sufficiency is None
        assert entry.metrics.self_consumption is None
        assert entry.metrics.peak_import_w > 0
    # Who loses is named: these forecasts buy elecoins for nothing.
    assert found.results[0].metrics.worse_off == [0, 2]
    assert found.results[0].metrics.saving.min() < -0.01


# --- lies ---------------------------------------------------------------------------------------


def test_the_truth_gains_nothing_and_a_lie_changes_her_words_alone() -> None:
    periods = periods_of(np.random.default_rng(4))
    again = told(periods, 2, Said())
    assert again is periods
    lied = told(periods, 2, Said(net=50, price=150))
    others = [i for i in range(6) if i != 2]
    assert (lied.declared[:, others] == periods.declared[:, others]).all()
    assert (lied.value[:, others] == periods.value[:, others]).all()
    assert (np.abs(lied.declared[:, 2]) == np.abs(periods.declared[:, 2]) // 2).all()
    assert (lied.retail == periods.retail).all()
    assert (lied.words.limit == periods.words.limit).all()


@pytest.mark.parametrize("name", ["equilibrium", "pay_as_clear", "pay_as_bid"])
def test_the_best_lie_is_the_best_of_all_tried(name: str) -> None:
    periods = periods_of(np.random.default_rng(11), periods=6)
    rule = next(m for m in MECHANISMS if m.name == name)
    redemption = REDEMPTION if name == "equilibrium" else None
    best = best_lie(periods, rule.flows, range(6), redemption=redemption)

    def gain(who: int, lie: Said) -> float:
        before = cost(periods, rule.flows(periods), who, redemption)
        after = cost(periods, rule.flows(told(periods, who, lie)), who, redemption)
        return float((before - after).sum())

    tried = {(who, lie): gain(who, lie) for who in range(6) for lie in LIES}
    assert best.gain == pytest.approx(max(tried.values()))
    assert best.gain > 0
    assert best.lie is not None
    assert tried[best.member, best.lie] == pytest.approx(best.gain)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.text)
def test_a_lie_in_our_market_gains_what_the_chains_rules_say(lie: Said) -> None:
    """Against `bench.misdeclare`, where elecoins stay at c: two sellers, two buyers, one period."""
    people = [
        {"name": n, "role": role, "zone": "a", "retail": "flat", "feed_in": 0.08, "rated_kw": 8}
        for n, role in (("amy", "retailer"), ("sue", "retailer"), ("bob", "consumer"),
                        ("cem", "consumer"))
    ]  # fmt: skip
    community = parse_community(
        {
            "currency": "EUR", "timezone": "Europe/Berlin", "step": 900,
            "retail": {"flat": {"energy": 0.25}},
            "fee": [{"from": "a", "to": "a", "network": 0.02}],
            "member": people,
        },
        "four.toml",
    )  # fmt: skip
    start = int(dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC).timestamp())
    net = (1000, 700, -1500, -900)
    made, used = tuple(max(n, 0) for n in net), tuple(max(-n, 0) for n in net)
    day = Day(community, start, (net,), ((made, used),), ((0, 0, 0, 0),))
    tariffs = Tariffs(community, np.array([start]))
    row = slice(0, 1)
    periods = Periods(
        members_of(community, 0.1), np.array([start]), 900, np.array([made]), np.array([used]),
        np.array([net]), tariffs.retail(row), tariffs.value(row),
        tariffs.words(np.array([lowest_elecoin_ticks(community)]), row),
    )  # fmt: skip
    truth = cost_of(periods)
    for who in range(4):
        bench = play(day).cost[who] - play(day, [who], Lie(net=lie.net, price=lie.price)).cost[who]
        gain = truth[who] - cost_of(told(periods, who, lie))[who]
        assert gain == pytest.approx(float(bench), abs=1e-9)


def cost_of(periods: Periods) -> list[float]:
    flows = equilibrium(periods)
    return [float(cost(periods, flows, i, REDEMPTION).sum()) for i in range(4)]


def test_large_energies_keep_their_price_to_the_tick() -> None:
    """Above some 4 MWh a period slopes have fewer bits: the price may move by its last tick."""
    periods = periods_of(np.random.default_rng(5), periods=12, zones=1, fees=False)
    words = periods.words
    found = [
        price_ticks(periods.declared * scale, words.ask, words.value, words.floor)
        for scale in (1, 10**6)
    ]
    assert np.abs(found[0] - found[1]).max() <= 1
    assert len(set(found[0].tolist())) > 3


# --- what members declare and meter -------------------------------------------------------------


@FEW
@given(
    seed=st.integers(0, 2**32 - 1),
    capacity=st.floats(0.5, 15),
    power=st.floats(0.3, 8),
    efficiency=st.floats(0.5, 1),
)
def test_a_battery_on_arrays_is_the_battery(
    seed: int, capacity: float, power: float, efficiency: float
) -> None:
    rng = np.random.default_rng(seed)
    storage = Storage(capacity_kwh=capacity, power_kw=power, efficiency=efficiency)
    load, generation = rng.uniform(0, 6, size=(2, 24)).round(3)
    retail = rng.choice([0.2, 0.3, 0.4], size=24)
    stored = float(rng.uniform(0, capacity))
    many = Batteries.of([storage, storage], 3600)
    net = generation - load
    kept = reserved_kw(net, retail, power)
    plan = plan_kw(storage, stored, load, generation, retail, 3600)
    found = many.plan(np.full(2, stored), np.full(2, net[0]), np.full(2, kept))
    assert found.tolist() == [plan, plan]
    real = rng.uniform(0, 6, size=2).round(3)
    moved = many.operate(np.full(2, stored), found, np.full(2, real[0]), np.full(2, real[1]))
    one = operate(storage, stored, plan, float(real[0]), float(real[1]), 3600)
    assert [array.tolist() for array in moved] == [[one[0]] * 2, [one[1]] * 2]


@pytest.mark.parametrize("method", ON_ARRAYS)
def test_declarations_and_readings_on_arrays_are_the_agents(
    method: Method, make_community: Callable[..., Community], small_file: dict[str, Any]
) -> None:
    """Ten hourly days over a clock change, two batteries, and deadlines of several periods."""
    for who, size in ((0, 6.0), (3, 3.0)):
        small_file["member"][who]["storage"] = {"capacity_kwh": size, "power_kw": 2.0}
    small_file["member"][3]["retail"] = "windows"
    market = {"declaration_lead": 4000, "elecoin_lead": 8000, "epoch_periods": 7}
    community = make_community(step=3600, market=market, member=small_file["member"])
    rng = np.random.default_rng(2)
    count = 10 * 24
    start = community.local_midnight(dt.date(2026, 3, 22))
    sun = np.clip(np.sin((np.arange(count) - 6) * np.pi / 12), 0, None)[:, None]
    profiles = Profiles(
        start=start + 3600 * np.arange(count),
        load_kw=rng.uniform(0, 1.5, size=(count, 4)).round(3),
        generation_kw=(sun * rng.uniform(0, 6, size=(count, 4))).round(3),
        estimated=np.zeros((count, 4), dtype=bool),
        step=3600,
    )
    first, periods = start + 6 * 86_400, 73
    slow = step_by_step(Households(community, profiles, method), first, periods, lambda t: None)
    beyond = 24 + community.epoch_periods
    tariffs = Tariffs(community, first + 3600 * np.arange(periods + beyond))
    rows = ForecastRows(community, profiles, method, beyond)
    fast = behave(community, profiles, rows, first, periods, tariffs.retail(slice(None)))
    for name in ("declared", "generated", "consumed", "expected"):
        assert (getattr(fast, name) == getattr(slow, name)).all(), name
    assert (slow.declared != 0).any(axis=0).all()
