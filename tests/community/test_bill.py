"""Bills: by hand, to the last unit, and what the market is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.community import Community, load_community
from oracle.community.bill import (
    Account,
    Bill,
    ElecoinPurchase,
    PeriodEntry,
    grid_only_bill,
    period_bill,
    period_entries,
    statement,
    worse_off,
)
from oracle.community.indicators import community_indicators, forecast_mae_wh
from oracle.community.pairing import Trade
from oracle.units import WAD

MakeCommunity = Callable[..., Community]
NOON = int(dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC).timestamp())
KEYS = (
    "energy", "network", "levy", "grid_import", "feed_in", "grid_network", "grid_levy", "vat",
    "standing_charge", "corrections", "total",
)  # fmt: skip


def test_a_buyers_period_by_hand(make_community: MakeCommunity) -> None:
    community = make_community()
    sue = community.member("sue")
    entry = PeriodEntry(
        NOON, generated_wh=100, consumed_wh=900, bought_wh=500,
        energy_wei=WAD // 10, network_wei=WAD // 100, levy_wei=WAD // 200,
        elecoin_price_wei=102 * WAD // 100,
    )  # fmt: skip
    bill = period_bill(community, sue, entry)
    imported = Fraction(3, 10)
    standing = Fraction(3, 10) / 96
    assert (entry.imported_wh, entry.exported_wh) == (300, 0)
    assert bill.energy == Fraction(102, 1000)
    assert bill.network == Fraction(102, 10_000)
    assert bill.levy == Fraction(51, 10_000)
    assert bill.grid_import == Fraction(15, 100) * imported
    assert bill.grid_network == Fraction(8, 100) * imported
    assert bill.grid_levy == Fraction(2, 100) * imported
    assert bill.feed_in == 0
    assert bill.standing_charge == standing
    assert bill.vat == (Fraction(25, 100) * imported + standing) / 5
    assert bill.total == sum(getattr(bill, f.name) for f in fields(Bill))
    assert bill.community + bill.grid == bill.total
    assert tuple(bill.as_floats()) == KEYS
    alone = grid_only_bill(community, sue, entry)
    assert alone.total == Fraction(30, 100) * Fraction(8, 10) + standing * Fraction(6, 5)


def test_a_sellers_period_by_hand(make_community: MakeCommunity) -> None:
    community = make_community()
    sue = community.member("sue")
    entry = PeriodEntry(
        NOON, generated_wh=1500, consumed_wh=500, sold_wh=600, energy_wei=-WAD // 10
    )
    bill = period_bill(community, sue, entry)
    assert (entry.imported_wh, entry.exported_wh) == (0, 400)
    assert bill.energy == Fraction(-1, 10)
    assert bill.feed_in == Fraction(-32, 1000)
    assert bill.vat == Fraction(3, 10) / 96 / 5
    # A surplus that may not be sold still earns its feed-in.
    cem = community.member("cem")
    alone = PeriodEntry(NOON, generated_wh=1000, consumed_wh=0)
    assert period_bill(community, cem, alone).feed_in == Fraction(-6, 100)


def test_nobody_trades_more_than_the_meter_showed() -> None:
    with pytest.raises(ValueError, match="more than the deficit"):
        PeriodEntry(NOON, generated_wh=0, consumed_wh=10, bought_wh=11)
    with pytest.raises(ValueError, match="more than the surplus"):
        PeriodEntry(NOON, generated_wh=10, consumed_wh=10, sold_wh=1)


def test_the_money_of_a_run(make_community: MakeCommunity) -> None:
    """with_market is the cash that left, elecoins held at the end counted at c."""
    community = make_community()
    bob = community.member("bob")
    price = 103 * WAD // 100
    entry = PeriodEntry(
        NOON, generated_wh=0, consumed_wh=1000, bought_wh=1000, energy_wei=WAD // 10,
        network_wei=2 * WAD // 100, levy_wei=WAD // 100, elecoin_price_wei=price,
    )  # fmt: skip
    # She bought 0.2 for 0.206, spent 0.13 and holds 0.07.
    bought = ElecoinPurchase(2 * WAD // 10, 206 * WAD // 1000)
    account = Account((bought,), held_at_end_wei=7 * WAD // 100)
    result = statement(community, bob, [entry], account)
    assert result.grid_only == Fraction(20, 100)
    assert result.with_market == Fraction(206, 1000) - Fraction(97, 100) * Fraction(7, 100)
    assert result.saving == result.grid_only - result.with_market
    assert result.bill.total == Fraction(13, 100) * Fraction(103, 100)
    # What she holds cost 1.03 each and is worth 0.97.
    assert result.elecoin_spread == Fraction(6, 100) * Fraction(7, 100)
    assert result.bill_ele_wei == {
        "energy": WAD // 10, "network": 2 * WAD // 100, "levy": WAD // 100
    }  # fmt: skip
    assert statement(community, bob, [entry]).with_market == result.bill.total
    assert worse_off({"bob": result}) == []


def test_a_seller_is_credited_at_c(make_community: MakeCommunity) -> None:
    community = make_community()
    dot = community.member("dot")
    entry = PeriodEntry(
        NOON, generated_wh=1000, consumed_wh=0, sold_wh=1000, energy_wei=-(WAD // 10),
        elecoin_price_wei=105 * WAD // 100,
    )  # fmt: skip
    standing = Fraction(3, 10) / 96 * Fraction(6, 5)
    redeemed = Account(redemption_paid_wei=97 * WAD // 1000)
    for account in (None, Account(held_at_end_wei=WAD // 10), redeemed):
        result = statement(community, dot, [entry], account)
        assert result.with_market == standing - Fraction(97, 1000)
        assert result.saving == Fraction(97, 1000) - Fraction(7, 100)


@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.floats(0, 1), st.integers(0, 95)),
        min_size=1,
        max_size=30,
    )
)
def test_lines_add_up_exactly(periods: list[tuple[int, int, float, int]]) -> None:
    community = load_community()
    bakery = community.member("bakery")
    entries = []
    for generated, consumed, share, k in periods:
        net = generated - consumed
        traded = int(abs(net) * share)
        entries.append(
            PeriodEntry(
                NOON + 900 * k,
                generated,
                consumed,
                bought_wh=traded if net < 0 else 0,
                sold_wh=traded if net > 0 else 0,
                energy_wei=(-1 if net > 0 else 1) * traded * 123_456 * 10**9,
                elecoin_price_wei=1_013_377 * 10**12,
            )
        )
        entry = entries[-1]
        left = entry.generated_wh + entry.bought_wh + entry.imported_wh
        assert left == entry.consumed_wh + entry.sold_wh + entry.exported_wh
    total = statement(community, bakery, entries).bill
    by_period = [period_bill(community, bakery, e) for e in entries]
    for field in fields(Bill):
        assert getattr(total, field.name) == sum(getattr(b, field.name) for b in by_period)
    assert total.total == sum(b.total for b in by_period)


def test_entries_from_trades() -> None:
    trades = [
        Trade("s", "b", 300, 3 * 10**16, 10**15, 5 * 10**14),
        Trade("s", "c", 200, 2 * 10**16, 2 * 10**15, 10**15),
        Trade("t", "b", 100, 10**16, 10**15, 10**15),
    ]
    entries = period_entries(
        ["s", "t", "b", "c"], NOON, [900, 400, 0, 50], [100, 0, 700, 250], trades, WAD
    )
    assert entries["s"].sold_wh == 500
    assert entries["s"].energy_wei == -5 * 10**16
    assert entries["b"].bought_wh == 400
    assert (entries["b"].network_wei, entries["b"].levy_wei) == (2 * 10**15, 15 * 10**14)
    assert entries["c"].imported_wh == 0
    assert sum(e.energy_wei for e in entries.values()) == 0
    assert sum(e.bought_wh for e in entries.values()) == sum(e.sold_wh for e in entries.values())


def test_indicators_by_hand() -> None:
    entries = [
        PeriodEntry(NOON, generated_wh=1000, consumed_wh=400, sold_wh=200),
        PeriodEntry(NOON, generated_wh=0, consumed_wh=500, bought_wh=200),
        PeriodEntry(NOON + 900, generated_wh=0, consumed_wh=700),
    ]
    got = community_indicators(entries, 900)
    # Imported 300 and 700 of 1600; exported 400 of 1000.
    assert got.self_sufficiency == pytest.approx(0.375)
    assert got.self_consumption == pytest.approx(0.6)
    assert (got.peak_import_w, got.peak_export_w) == (2800, 1600)
    # Behind import/export meters the two shares are unknown; what passed the meters is not.
    unknown = community_indicators(entries, 900, own_use_known=False)
    assert (unknown.self_sufficiency, unknown.self_consumption) == (None, None)
    assert (unknown.peak_import_w, unknown.peak_export_w) == (2800, 1600)
    nothing = community_indicators([], 900)
    assert (nothing.self_sufficiency, nothing.peak_import_w) == (0, 0)
    assert forecast_mae_wh([100, -50], [80, 10]) == 40
    assert forecast_mae_wh([], []) == 0
