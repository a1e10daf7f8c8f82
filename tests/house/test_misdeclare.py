"""What a lie gains: nothing at factor 1, the closed form between two, no more than there is."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from bench.misdeclare import TRUTH, Day, Lie, coalitions, gains, lies, observe, play
from bench.misdeclare_page import BEGIN, END, block, most_redistributed
from oracle.community import load_community, load_profiles, parse_community
from oracle.community.problem import declaration, floor_ticks
from oracle.community.simulate import simulate
from oracle.units import TICKS_PER_ELE, WH_PER_KWH, exact

SELLER, BUYER = 0, 1
SURPLUS, NEED = 1_000, 1_500


def two(surplus: int = SURPLUS, need: int = NEED) -> Day:
    """One period of a seller and a buyer in one zone; what they declare is what is metered."""
    community = parse_community(
        {
            "currency": "EUR",
            "timezone": "Europe/Berlin",
            "step": 900,
            "retail": {"flat": {"energy": 0.25}},
            "fee": [{"from": "a", "to": "a", "network": 0.02}],
            "member": [
                {"name": "sue", "role": "retailer", "zone": "a", "retail": "flat",
                 "feed_in": 0.08, "rated_kw": 8},
                {"name": "bob", "role": "consumer", "zone": "a", "retail": "flat", "rated_kw": 8},
            ],
        },
        "two.toml",
    )  # fmt: skip
    start = int(dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC).timestamp())
    return Day(community, start, ((surplus, -need),), (((surplus, 0), (0, need)),), ((0, 0),))


def words(day: Day) -> tuple[int, int, Fraction]:
    """The buyer's value, the floor, both in ticks, and the price of an elecoin."""
    price = exact(day.community.market.lowest_price)
    buyer = declaration(
        day.community, day.community.members[BUYER], day.start, -NEED, int(price * 10**18)
    )
    return buyer.price_ticks, floor_ticks(day.community), price


@pytest.mark.parametrize("percent", [70, 80, 90, 110, 150])
def test_between_two_the_buyers_gain_is_the_closed_form(percent: int) -> None:
    day = two()
    value, floor, elecoin = words(day)

    def price(need: int) -> Fraction:
        return max(Fraction(floor), value - Fraction((value - floor) * SURPLUS, need))

    told = NEED * percent // 100
    expected = (price(NEED) - price(told)) * SURPLUS * elecoin / TICKS_PER_ELE / WH_PER_KWH
    gain = play(day).cost[BUYER] - play(day, [BUYER], Lie(net=percent)).cost[BUYER]
    assert abs(gain - expected) < Fraction(2, 10**6)
    assert (gain > 0) == (percent < 100)


def test_a_lie_that_halves_what_she_may_buy_costs_her() -> None:
    """Of 1,500 Wh she may then buy 825, and the grid sells her the rest."""
    day = two()
    outcome = play(day, [BUYER], Lie(net=50))
    assert outcome.traded_wh == 825
    value, floor, elecoin = words(day)
    truth = value - Fraction((value - floor) * SURPLUS, NEED)
    fees = exact(0.02)
    grid = exact(0.25)
    lost = (SURPLUS - 825) * (grid - fees - floor * elecoin / TICKS_PER_ELE) / WH_PER_KWH
    won = SURPLUS * (truth - floor) * elecoin / TICKS_PER_ELE / WH_PER_KWH
    gain = play(day).cost[BUYER] - outcome.cost[BUYER]
    assert abs(gain - (won - lost)) < Fraction(2, 10**6)


@pytest.mark.parametrize(("surplus", "need"), [(1_000, 1_500), (1_500, 1_000), (1_000, 1_000)])
def test_no_lie_gains_more_than_the_trade_leaves_to_gain(surplus: int, need: int) -> None:
    """A buyer can at best pay the floor, a seller at best get the buyer's value, for all of it."""
    day = two(surplus, need)
    value, floor, elecoin = words(day)
    truth = play(day)
    most = (value - floor) * min(surplus, need) * elecoin / TICKS_PER_ELE / WH_PER_KWH
    assert most_redistributed(day) == (most, min(surplus, need))
    for member, lie in product((SELLER, BUYER), lies()):
        told = play(day, [member], lie)
        assert truth.cost[member] - told.cost[member] <= most
        if lie.net != 100:
            assert told.reputation[member] < truth.reputation[member]
        else:
            assert told.reputation[member] == truth.reputation[member]


def test_sellers_without_rivals_set_the_price() -> None:
    """Their surplus covers the need, so the price is their ask, and all is still sold at it."""
    day = two(1_500, 1_000)
    value, floor, _ = words(day)
    sellers, buyers = coalitions(day)
    assert (sellers["role"], sellers["members"]) == ("retailer", 1)
    assert (sellers["best"]["price"]["price"], floor * 150 // 100 < value) == (150, True)
    raised = (floor * 150 // 100 - floor) * 1_000 * exact(day.community.market.redemption)
    gained = raised / TICKS_PER_ELE / WH_PER_KWH
    assert abs(sellers["best"]["price"]["gain"] - float(gained)) < 2e-6
    assert [sellers["best"], buyers["best"]] == [row["best"] for row in gains(day)]


def test_what_deviates_costs_its_share_of_the_rated_energy() -> None:
    day = two()
    told = play(day, [BUYER], Lie(net=80))
    lost = play(day).reputation[BUYER] - told.reputation[BUYER]
    assert lost == Fraction(300, 2_000) / day.community.round_periods


def test_the_truth_is_the_simulated_day_and_gains_nothing() -> None:
    community = load_community(None)
    profiles = load_profiles(community, None)
    assert community.default_start is not None
    start = community.local_midnight(community.default_start) + 44 * community.step
    day = observe(community, profiles, start, 4)
    truth = play(day)
    run = simulate(community, profiles, start, 4)
    assert truth.traded_wh == run.energy_traded_wh > 0
    for member, cost in zip(community.members, truth.cost, strict=True):
        # The simulation rounds the float price up to a tick, which may be the next.
        assert abs(cost - run.statements[member.name].with_market) < Fraction(1, 10**6)
    for i, row in enumerate(gains(day, [Lie(net=100), Lie(price=90)])):
        assert play(day, [i], TRUTH) == truth
        assert row["best"]["none"]["gain"] == 0
        assert row["best"]["none"]["reputation_lost"] == 0


def test_the_page_shows_the_committed_result(root: Path) -> None:
    result = json.loads((root / "bench" / "results" / "misdeclare.json").read_text())
    page = (root / "docs" / "security.md").read_text(encoding="utf-8")
    shown = BEGIN + page.partition(BEGIN)[2].partition(END)[0] + END
    assert shown == block(result), "write it anew: python -m bench.misdeclare_page"
