"""The clock's windows fit together, and its ring holds what is open at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.rounds.clock import Schedule, ScheduleError, ring_length

SECONDS = st.integers(1, 100_000)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    period, lead = draw(SECONDS), draw(SECONDS)
    grace, trade, rating = draw(SECONDS), draw(SECONDS), draw(st.integers(0, 100_000))
    elecoin = draw(SECONDS)
    return Schedule(
        start=draw(st.integers(lead + elecoin + 1, 2**40 - 1)),
        period=period,
        step=draw(SECONDS),
        declaration_lead=lead,
        reading_grace=grace,
        trade_window=trade,
        rating_window=rating,
        elecoin_lead=elecoin,
        epoch_periods=draw(st.integers(1, 500)),
        round_periods=draw(st.integers(1, 500)),
        ring_length=ring_length(period, lead, grace, trade, rating),
    )


PERIODS = st.integers(0, 2**24 - 2)


@given(schedules(), PERIODS)
def test_a_period_goes_through_its_phases_in_order(clock: Schedule, period: int) -> None:
    times = [
        clock.declaration_deadline(period),
        clock.start_of(period),
        clock.end_of(period),
        clock.reading_deadline(period),
        clock.trading_end(period),
        clock.closing_time(period),
    ]
    assert times == sorted(times)
    assert times[0] < times[1] < times[2] < times[3] < times[4] <= times[5]
    assert times[3] <= clock.pool_opening(period) < times[4]
    assert clock.end_of(period) == clock.start_of(period + 1)
    assert clock.period_at(clock.start_of(period)) == period
    assert clock.period_at(clock.end_of(period) - 1) == period


@given(schedules(), PERIODS)
def test_every_target_is_declared_knowing_the_elecoin_price(clock: Schedule, period: int) -> None:
    epoch = clock.epoch_of(period)
    first = epoch * clock.epoch_periods
    assert first <= period < first + clock.epoch_periods
    assert clock.need_deadline(epoch) < clock.elecoin_deadline(epoch)
    assert clock.elecoin_deadline(epoch) == clock.declaration_deadline(first)
    assert clock.elecoin_deadline(epoch) <= clock.declaration_deadline(period)
    assert clock.need_deadline(0) > 0


@given(schedules(), PERIODS)
def test_a_round_settles_when_its_last_period_may_be_closed(clock: Schedule, period: int) -> None:
    round_ = clock.round_of(period)
    last = clock.last_period_of(round_)
    assert last - clock.round_periods < period <= last
    assert clock.settlement_opening(round_) == clock.closing_time(last)


@given(schedules(), PERIODS)
def test_the_ring_has_a_slot_for_every_open_period(clock: Schedule, period: int) -> None:
    """When period p is first declared, the one a ring earlier is closed; with fewer it is not."""
    earlier = period + clock.ring_length
    opens = clock.declaration_deadline(earlier)
    assert clock.closing_time(period) <= opens
    assert clock.closing_time(period + 2) > opens - clock.period


def test_before_the_start_it_is_period_0() -> None:
    assert MINUTES.period_at(0) == MINUTES.period_at(MINUTES.start - 1) == 0
    assert MINUTES.period_at(MINUTES.start) == 0
    assert MINUTES.period_at(MINUTES.start + MINUTES.period) == 1


MINUTES = Schedule(1_000_000, 900, 900, 300, 300, 600, 600, 300, 24, 24, 4)


def test_the_default_community_holds_four_slots() -> None:
    assert ring_length(900, 300, 300, 600, 600) == 4
    assert ring_length(20, 6, 6, 13, 13) == 4
    assert ring_length(900, 300, 300, 600, 86_400) == 100


@pytest.mark.parametrize(("block", "depth"), [(1.5, 0), (12.0, 20), (30.0, 6), (75.0, 0)])
def test_leads_that_the_chain_can_keep(block: float, depth: int) -> None:
    MINUTES.check(block, depth)


@pytest.mark.parametrize(
    ("field", "lead", "block", "depth", "solver", "allowed"),
    [
        ("declaration_lead", 300, 1.0, 0, 0.0, "at most 200 s"),
        ("declaration_lead", 300, 12.0, 22, 0.0, "at least 312 s"),
        ("declaration_lead", 300, 12.0, 20, 13.0, "at least 301 s"),
        ("elecoin_lead", 301, 1.5, 0, 0.0, "at most 300 s"),
        ("elecoin_lead", 5, 2.0, 0, 0.0, "at least 8 s"),
    ],
)
def test_a_lead_that_the_chain_cannot_keep(
    field: str, lead: int, block: float, depth: int, solver: float, allowed: str
) -> None:
    clock = replace(MINUTES, **{field: lead})
    with pytest.raises(ScheduleError, match=rf"^schedule\.{field}: {lead}: {allowed}") as caught:
        clock.check(block, depth, solver)
    assert caught.value.field == field
    assert "\n" not in str(caught.value)
