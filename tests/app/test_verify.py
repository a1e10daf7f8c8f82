"""What `verify` finds: prices that every server agreed on and that are wrong all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.app.verify import Posting, floor_ticks, read_history, verify
from oracle.rounds.report import Feed
from oracle.units import TICK
from tests.app.test_servers_down_or_lying import day_with, honest, lying

pytestmark = pytest.mark.node


def test_a_price_that_all_servers_falsified_is_found(tmp_path: Path) -> None:
    with day_with(tmp_path, *[lying(50_000)] * 3) as day:
        day.run()
        verdict = verify(day.market, read_history(day.market), Posting(Feed.ELECTRICITY, 0))
        assert not verdict.equal
        assert verdict.posted != verdict.recomputed
        assert any("value" in difference for difference in verdict.differences)


def test_a_price_that_was_kept_back_is_found(tmp_path: Path) -> None:
    with day_with(tmp_path, honest, honest, honest) as day:
        silent = [phase for phase in day.phases() if phase.action != "price electricity"]
        for phase in silent:
            day.perform(phase)
        verdict = verify(day.market, read_history(day.market), Posting(Feed.ELECTRICITY, 0))
        assert verdict.posted is None
        assert "not posted" in verdict.differences[0]


def test_the_floor_follows_every_change_of_the_constants(tmp_path: Path) -> None:
    """Changes made while one waits replace it; those made after it took hold follow it."""
    with day_with(tmp_path, honest, honest, honest) as day:
        market, pace, schedule = day.market, day.pace, day.market.schedule
        administrator = day.roster.administrator
        made = [(2, 60_000), (3, 90_000), (schedule.epoch_periods + 12, 70_000)]
        for period, feed_in in made:
            change = market.transaction(administrator, "setConstants", feed_in, 1000, 50)
            pace.perform(schedule.start_of(period), [change])
        history = read_history(market)
        last = schedule.epoch_periods + 12
        for period in range(last, last + 2 * schedule.epoch_periods):
            (contract,) = market.read("floorPrice", period)
            assert floor_ticks(market, history, period) * TICK == contract
