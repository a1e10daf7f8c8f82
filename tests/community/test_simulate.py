"""Whole days of the shipped community, off chain: books, prices, and nobody worse off."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from oracle.community import Community, Profiles
from oracle.community.forecast import Method
from oracle.community.problem import floor_ticks
from oracle.community.simulate import MarketRun, simulate
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.words import Target
from oracle.units import TICK, WAD


@pytest.fixture(scope="module")
def day(default_community: Community, default_profiles: Profiles) -> MarketRun:
    return run_day(default_community, default_profiles, default_community.default_start)


def run_day(
    community: Community,
    profiles: Profiles,
    date: dt.date | None,
    method: Method = "persistence",
) -> MarketRun:
    assert date is not None
    start = community.local_midnight(date)
    return simulate(community, profiles, start, community.periods_of_day(date), method)


def test_the_default_day_trades_and_nobody_is_worse_off(
    day: MarketRun, default_community: Community
) -> None:
    assert len(day.periods) == 96
    assert day.energy_traded_wh > 20_000
    assert day.worse_off == []
    # Everybody gains, not only nobody loses.
    assert min(s.saving for s in day.statements.values()) > Fraction(1, 100)
    assert set(day.statements) == {m.name for m in default_community.members}
    prices = {p.price.price_ticks for p in day.periods if p.price is not None}
    assert len(prices) > 10
    assert {e.flagged for e in day.epochs} == {True, False}
    for epoch in day.epochs:
        assert 97 * WAD // 100 <= epoch.price_wei <= 105 * WAD // 100
    assert 0.3 < day.indicators.self_sufficiency < 0.8
    assert 0.3 < day.indicators.self_consumption < 1
    assert day.indicators.peak_import_w > 1000


@pytest.mark.parametrize(
    ("date", "method"),
    [
        ((2026, 3, 31), "profile"),
        ((2026, 3, 31), "perfect"),
        ((2026, 3, 24), "persistence"),  # the first day: nobody has a yesterday
        ((2026, 3, 27), "persistence"),
        ((2026, 4, 1), "persistence"),
        ((2026, 4, 2), "persistence"),
        ((2026, 3, 29), "perfect"),  # the clock change, a Sunday
        ((2026, 4, 4), "perfect"),
    ],
)
def test_other_days_leave_nobody_worse_off(
    default_community: Community,
    default_profiles: Profiles,
    date: tuple[int, int, int],
    method: Method,
) -> None:
    run = run_day(default_community, default_profiles, dt.date(*date), method)
    assert len(run.periods) == (92 if date == (2026, 3, 29) else 96)
    assert run.energy_traded_wh > 1000
    assert run.worse_off == []


@pytest.mark.parametrize("periods", [1, 26, 33, 47, 75])
def test_a_part_of_the_day_leaves_nobody_worse_off(
    default_community: Community, default_profiles: Profiles, periods: int
) -> None:
    assert default_community.default_start is not None
    start = default_community.local_midnight(default_community.default_start)
    assert simulate(default_community, default_profiles, start, periods).worse_off == []


def test_the_prices_are_those_of_the_integer_finish(
    day: MarketRun, default_community: Community
) -> None:
    floor = floor_ticks(default_community)
    for number, period in enumerate(day.periods):
        targets = [
            Target(number, d.net_wh, d.price_ticks, d.limit_ticks) for d in period.declarations
        ]
        integers = market(targets, floor)
        assert (integers is None) == (period.price is None)
        if integers is not None and period.price is not None:
            posted = finish_clearing(integers, floor)
            assert abs(posted.price_ticks - period.price.price_ticks) <= 1
            assert posted.matching_wad / WAD == pytest.approx(period.price.matching_probability)


def test_the_books_balance_to_the_last_unit(day: MarketRun, default_community: Community) -> None:
    fees = 0
    for period in day.periods:
        entries = period.entries.values()
        for entry in entries:
            left = entry.generated_wh + entry.bought_wh + entry.imported_wh
            assert left == entry.consumed_wh + entry.sold_wh + entry.exported_wh
        # Every elecoin that a buyer pays is a seller's or a fee.
        assert sum(e.energy_wei for e in entries) == 0
        assert sum(e.bought_wh for e in entries) == sum(e.sold_wh for e in entries)
        fees += sum(e.network_wei + e.levy_wei for e in entries)
    assert fees == sum(t.network_wei + t.levy_wei for p in day.periods for t in p.trades)
    for member in default_community.members:
        statement = day.statements[member.name]
        paid = sum(
            p.entries[member.name].energy_wei
            + p.entries[member.name].network_wei
            + p.entries[member.name].levy_wei
            for p in day.periods
        )
        assert sum(statement.bill_ele_wei.values()) == paid
        # Elecoins never cost less than they are worth.
        assert statement.elecoin_spread >= 0


def test_nobody_pays_above_her_price_or_sells_below_her_feed_in(
    day: MarketRun, default_community: Community
) -> None:
    traded = 0
    for period in day.periods:
        words = {d.account: d for d in period.declarations}
        for trade in period.trades:
            assert period.price is not None
            price = period.price.price_ticks
            traded += 1
            assert words[trade.seller].price_ticks <= price <= words[trade.buyer].price_ticks
            limit = words[trade.buyer].limit_ticks * TICK * trade.energy_wh
            assert trade.buyer_pays_wei * 1000 <= limit + 2000
            seller = default_community.member(trade.seller)
            assert seller.may_sell
            # At c, what it brings is at least the feed-in.
            worth = Fraction(97, 100) * trade.energy_wei / WAD
            assert worth >= Fraction(str(seller.feed_in)) * Fraction(trade.energy_wh, 1000)
    assert traded > 100


def test_the_same_day_twice_is_the_same_day(
    day: MarketRun, default_community: Community, default_profiles: Profiles
) -> None:
    again = run_day(default_community, default_profiles, default_community.default_start)
    assert again.periods == day.periods
    assert again.epochs == day.epochs
    assert again.statements == day.statements


def test_days_beyond_the_profiles_are_refused(
    default_community: Community, default_profiles: Profiles
) -> None:
    with pytest.raises(ValueError, match="the profiles cover"):
        run_day(default_community, default_profiles, dt.date(2026, 4, 7))
