"""Statements: the lines are the period bills, to the last unit exact and to the cent on paper."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.community import load_community
from oracle.community.bill import (
    PeriodEntry,
    bill_of,
    corrected,
    corrections_bill,
    period_bill,
    statement,
)
from oracle.community.correction import Correction, grid_changes
from oracle.community.model import Community, Member
from oracle.community.monthly import (
    CENTS,
    BilledCorrection,
    BilledPeriod,
    Kind,
    Monthly,
    SupplyPrice,
    monthly,
    round_half_away,
)
from oracle.community.tariff import feed_in, grid_price, standing_charge
from oracle.units import WAD, exact

COMMUNITY = load_community()
NOON = int(dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC).timestamp())


def supply_price(community: Community, member: Member, start: int) -> SupplyPrice:
    price = grid_price(community, member, start)
    standing = exact(community.retail[member.retail].standing_charge)
    return SupplyPrice(price.energy, price.network, price.levy, price.vat, standing)


def month_of(member: Member, entries: list[PeriodEntry], corrections: list[Correction]) -> Monthly:
    net = {entry.start: entry.imported_wh - entry.exported_wh for entry in entries}
    return monthly(
        [
            BilledPeriod(i, entry, supply_price(COMMUNITY, member, entry.start), Fraction(1, 96))
            for i, entry in enumerate(entries)
        ],
        feed_in(member),
        [
            BilledCorrection(change, supply_price(COMMUNITY, member, change.correction.start))
            for change in grid_changes(net, corrections)
        ],
    )


@st.composite
def entries_of_a_month(draw: st.DrawFn) -> list[PeriodEntry]:
    """Periods as the market closes them: a share of the net traded, at any elecoin price."""
    entries = []
    for k in range(draw(st.integers(0, 12))):
        generated, consumed = draw(st.integers(0, 5000)), draw(st.integers(0, 5000))
        net = generated - consumed
        traded = draw(st.integers(0, abs(net)))
        wei = traded * draw(st.integers(80_000, 300_000)) * 10**9
        entries.append(
            PeriodEntry(
                NOON + 900 * 40 * k,
                generated,
                consumed,
                bought_wh=traded if net < 0 else 0,
                sold_wh=traded if net > 0 else 0,
                energy_wei=wei if net < 0 else -wei,
                network_wei=draw(st.integers(0, 10**17)) if net < 0 and traded else 0,
                levy_wei=draw(st.integers(0, 10**16)) if net < 0 and traded else 0,
                elecoin_price_wei=draw(st.integers(97 * 10**16, 105 * 10**16)),
            )
        )
    return entries


@st.composite
def corrections_of(draw: st.DrawFn, entries: list[PeriodEntry]) -> list[Correction]:
    if not entries:
        return []
    one = st.builds(
        Correction,
        start=st.sampled_from([entry.start for entry in entries]),
        booked_at=st.integers(NOON, NOON + 10**6),
        generated_wh=st.integers(-3000, 3000),
        consumed_wh=st.integers(-3000, 3000),
        reason=st.integers(1, 255),
    )
    return draw(st.lists(one, max_size=4))


@given(data=st.data(), name=st.sampled_from([m.name for m in COMMUNITY.members]))
@settings(max_examples=60, deadline=None)
def test_lines_are_the_period_bills_and_sum_to_the_cent(data: st.DataObject, name: str) -> None:
    member = COMMUNITY.member(name)
    entries = data.draw(entries_of_a_month())
    corrections = data.draw(corrections_of(entries))
    month = month_of(member, entries, corrections)

    bills = [period_bill(COMMUNITY, member, entry) for entry in entries]
    later = corrections_bill(corrected(COMMUNITY, member, entries, corrections))
    exact_total = sum((bill.total for bill in bills), Fraction(0)) + later.total
    assert month.total == exact_total

    by_kind: dict[Kind, Fraction] = defaultdict(Fraction)
    for line in month.lines:
        by_kind[line.kind] += line.amount
    whole = bill_of(COMMUNITY, member, entries)
    assert by_kind["energy_bought"] + by_kind["energy_sold"] == whole.energy
    assert by_kind["community_network"] == whole.network
    assert by_kind["community_levy"] == whole.levy
    assert by_kind["grid_energy"] == whole.grid_import
    assert by_kind["grid_network"] == whole.grid_network
    assert by_kind["grid_levy"] == whole.grid_levy
    assert by_kind["feed_in"] == whole.feed_in
    assert by_kind["standing_charge"] == whole.standing_charge
    corrections_net = sum((line.amount for line in month.section("corrections")), Fraction(0))
    assert by_kind["vat"] + corrections_net == whole.vat + later.corrections

    # On paper: rounded lines, the rounding among them, are the exact total rounded once.
    assert sum(line.cents for line in month.lines) == month.total_cents
    assert month.total_cents == round_half_away(exact_total * CENTS)
    assert month.paid_cents + month.due_cents == month.total_cents
    rounding = month.lines[-1]
    assert rounding.kind == "rounding"
    assert abs(rounding.cents) <= len(month.lines) / 2

    for line in month.lines:
        if line.quantity is not None and line.price is not None:
            assert abs(line.quantity * line.price) == abs(line.amount)


def test_half_cents_go_away_from_zero() -> None:
    halves = [Fraction(n, 2) for n in (-3, -1, 0, 1, 3, 5)]
    assert [round_half_away(value) for value in halves] == [-2, -1, 0, 1, 2, 3]
    assert [round_half_away(Fraction(n, 3)) for n in (-2, -1, 1, 2)] == [-1, 0, 0, 1]


def test_a_correction_by_hand() -> None:
    """100 Wh sold stand; of 600 Wh less generation 400 were feed-in, 200 are the grid's."""
    anna = COMMUNITY.member("anna")
    sold = PeriodEntry(NOON, 1500, 1000, sold_wh=100, energy_wei=-(10**16))
    correction = Correction(NOON, NOON + 10**5, generated_wh=-600, consumed_wh=0, reason=3)
    ((change, amounts),) = corrected(COMMUNITY, anna, [sold], [correction])
    assert (change.imported_wh, change.exported_wh) == (200, -400)
    price = grid_price(COMMUNITY, anna, NOON)
    assert amounts.feed_in == feed_in(anna) * Fraction(4, 10)
    assert amounts.energy == price.energy * Fraction(2, 10)
    assert amounts.vat == price.net_of_vat * price.vat * Fraction(2, 10)
    made = statement(COMMUNITY, anna, [sold], corrections=[correction])
    assert made.bill.corrections == amounts.total
    assert made.bill.total == period_bill(COMMUNITY, anna, sold).total + amounts.total
    # Alone, 500 Wh of feed-in and 100 Wh bought in their place.
    assert made.grid_only == (
        standing_charge(COMMUNITY, anna, NOON) * (1 + price.vat) + price.all_in * Fraction(1, 10)
    )
    # Taken back, it leaves nothing.
    back = Correction(NOON, NOON + 2 * 10**5, generated_wh=600, consumed_wh=0, reason=3)
    both = corrected(COMMUNITY, anna, [sold], [correction, back])
    assert corrections_bill(both).total == 0
    assert both[0] == (change, amounts)


def test_a_month_of_an_import_export_meter_says_what_nobody_knows() -> None:
    entry = PeriodEntry(NOON, 0, 700, bought_wh=200, energy_wei=WAD // 50)
    price = supply_price(COMMUNITY, COMMUNITY.member("eren"), NOON)
    period = BilledPeriod(0, entry, price, Fraction(1, 96))
    energy = monthly([period], Fraction(0), own_use_known=False).energy
    assert (energy.generated_wh, energy.consumed_wh, energy.own_use_wh) == (None, None, None)
    assert (energy.bought_wh, energy.imported_wh) == (200, 500)
    known = monthly([period], Fraction(0)).energy
    assert (known.generated_wh, known.consumed_wh, known.own_use_wh) == (0, 700, 0)
