"""One edge server of three may be down or lie, and the price is posted; with two, none is."""

from __future__ import annotations

import dataclasses
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from oracle.app.day.market_day import MarketDay
from oracle.chain.client import Client
from oracle.chain.market import Market
from oracle.rounds.agree import Disagreement
from oracle.rounds.observe import Observation
from oracle.rounds.report import Feed
from tests.app.noon import Bend, honest, noon

pytestmark = pytest.mark.node


def down(view: Market) -> Market:
    """A server whose node does not answer."""
    return Market(Client("http://127.0.0.1:9"), view.deployment)


def lying(by: int) -> Bend:
    """A server that pretends another floor, so signs another price."""

    class Liar(Market):
        def observe(self, feed: Feed, epoch: int, input_block: int) -> Observation:
            seen = super().observe(feed, epoch, input_block)
            return dataclasses.replace(seen, floor_ticks=seen.floor_ticks + by)

    return lambda view: Liar(view.client, view.deployment)


def forgetful(view: Market) -> Market:
    """A server that misses a declaration: it cannot price what the chain committed."""

    class Forgetful(Market):
        def declared(self, feed: Feed, epoch: int, last: int) -> tuple[tuple[str, int], ...]:
            return super().declared(feed, epoch, last)[1:]

    return Forgetful(view.client, view.deployment)


def day_with(folder: Path, *bends: Bend) -> AbstractContextManager[MarketDay]:
    """A day of one period at noon, whose servers see the chain through `bends`."""
    return noon(folder, 1, bends=bends)


@pytest.mark.parametrize(
    "bend", [down, lying(50_000), forgetful], ids=["down", "lying", "forgetful"]
)
def test_one_of_three_stops_nothing(bend: Bend, tmp_path: Path) -> None:
    with day_with(tmp_path, honest, bend, honest) as day:
        day.run()
        (posting,) = [p for p in day.postings if p.feed is Feed.ELECTRICITY]
        honest_signers = {day.roster.servers[i].signer.address for i in (0, 2)}
        assert set(posting.signers) == honest_signers
        stored = day.market.electricity_posting(0)
        assert stored is not None
        assert stored[0] == posting.priced.report.posted.price_ticks


@pytest.mark.parametrize(
    "bends",
    [(down, honest, down), (lying(50_000), honest, lying(90_000)), (forgetful, honest, down)],
    ids=["two down", "two lying apart", "one of each"],
)
def test_two_of_three_and_nothing_is_posted(bends: tuple[Bend, ...], tmp_path: Path) -> None:
    with day_with(tmp_path, *bends) as day:
        with pytest.raises(Disagreement):
            day.run()
        assert day.market.electricity_posting(0) is None
