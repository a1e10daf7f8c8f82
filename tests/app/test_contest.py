"""When a day books and commits: rarely, and never too late."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.app.day.contest import booking_periods, open_commitments
from oracle.app.day.plan import development_roster, renewable_accounts, schedule
from oracle.community.load import load_community
from oracle.rounds.clock import Schedule

COMMUNITY = load_community()
SCHEDULE = schedule(COMMUNITY, 1_800_000_000, 900)


@pytest.mark.parametrize("windows", [(600, 600), (300, 600), (1, 0), (900, 900), (9000, 0)])
@pytest.mark.parametrize("round_periods", [1, 2, 5, 24])
def test_every_period_is_booked_while_it_is_surely_held(
    windows: tuple[int, int], round_periods: int
) -> None:
    trade, rating = windows
    s = replace(
        SCHEDULE, trade_window=trade, rating_window=rating, round_periods=round_periods,
        ring_length=20,
    )  # fmt: skip
    periods = 3 * round_periods
    booked = booking_periods(s, periods)
    assert booked[-1] == periods - 1
    for t in range(periods):
        when = s.reading_deadline(next(b for b in booked if b >= t))
        assert s.reading_deadline(t) <= when < s.closing_time(t)
    # Each round's last period by itself, before its entries can close.
    assert {t for t in range(periods) if (t + 1) % round_periods == 0} <= set(booked)


def most_open(s: Schedule, rounds: int) -> int:
    """Commitments of a server that no reveal has freed, at most, by going through time."""
    span = s.round_periods
    commits = [s.reading_deadline((v + 1) * span - 1) for v in range(rounds)]
    frees = [s.closing_time((v + 1) * span - 1) for v in range(rounds)]
    return max(sum(c <= at for c in commits) - sum(f < at for f in frees) for at in commits)


@pytest.mark.parametrize("round_periods", [1, 2, 24])
def test_a_server_has_as_many_bonds_as_rounds_are_open(round_periods: int) -> None:
    for trade in (1, 899, 901, 2000):
        s = replace(
            SCHEDULE, trade_window=trade, rating_window=0, round_periods=round_periods,
            ring_length=20,
        )  # fmt: skip
        assert open_commitments(s) >= most_open(s, 10)


def test_supported_and_unmarked_plants_have_no_tickets() -> None:
    roster = development_roster(COMMUNITY, 0)
    marked = renewable_accounts(COMMUNITY, roster)
    names = {who.address: who.name for who in roster.members}
    assert [names[address] for address in marked] == [
        m.name for m in COMMUNITY.members if not m.supported and m.role != "consumer"
    ]
    plain = COMMUNITY.members[0].model_copy(update={"renewable": False})
    other = COMMUNITY.model_copy(update={"members": (plain, *COMMUNITY.members[1:])})
    assert roster.members[0].address in marked
    assert roster.members[0].address not in renewable_accounts(other, roster)
