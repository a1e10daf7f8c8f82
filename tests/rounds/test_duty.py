"""Which epochs an edge server prices at a time, against the definition and every second of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oracle.rounds.clock import Schedule, ring_length
from oracle.rounds.duty import duties, duty, place_of
from oracle.rounds.report import Feed

SERVERS = ["0xAb", "0xCd", "0xEf"]


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    period = draw(st.integers(1, 1000))
    lead, grace, trade, rating, elecoin = (draw(st.integers(1, 3 * period)) for _ in range(5))
    return Schedule(
        start=draw(st.integers(5000, 10_000)),
        period=period,
        step=900,
        declaration_lead=lead,
        reading_grace=grace,
        trade_window=trade,
        rating_window=rating,
        elecoin_lead=elecoin,
        epoch_periods=draw(st.integers(1, 30)),
        round_periods=draw(st.integers(1, 30)),
        ring_length=ring_length(period, lead, grace, trade, rating),
    )


@given(schedules(), st.integers(0, 40_000))
def test_exactly_the_open_windows_are_duties(schedule: Schedule, now: int) -> None:
    found = duties(schedule, now)
    near = (now - schedule.start) // schedule.period
    periods = range(max(0, near - 5), near + 10)
    windows = [duty(schedule, Feed.ELECTRICITY, period) for period in periods]
    windows += [
        duty(schedule, Feed.ELECOIN, epoch)
        for epoch in range(max(0, near + 20) // schedule.epoch_periods + 3)
    ]
    wanted = {one for one in windows if one.opens <= now < one.closes}
    assert wanted <= set(found)
    assert all(one.opens <= now < one.closes for one in found)
    assert len(set(found)) == len(found)


def test_turns_follow_each_other() -> None:
    one = duty(_schedule(), Feed.ELECTRICITY, 4)
    assert one.name == "electricity:4"
    assert [one.turn_opens(place, 20) - one.opens for place in range(3)] == [0, 20, 40]


def test_a_round_ends_the_order() -> None:
    schedule = _schedule()
    assert duty(schedule, Feed.ELECTRICITY, 23).round == 0
    assert duty(schedule, Feed.ELECTRICITY, 24).round == 1
    assert duty(schedule, Feed.ELECOIN, 1).round == 1


def test_the_place_in_the_order() -> None:
    assert place_of(SERVERS, "0xcd") == 1
    assert place_of(SERVERS, "0x99") is None


def _schedule() -> Schedule:
    return Schedule(
        start=10_000, period=900, step=900, declaration_lead=300, reading_grace=300,
        trade_window=600, rating_window=600, elecoin_lead=300, epoch_periods=24,
        round_periods=24, ring_length=5,
    )  # fmt: skip
