"""Anvil's clock moved evenly: which blocks it mines while it waits for a phase."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from oracle.app.day.live import next_morning
from oracle.app.day.pace import EvenPace
from oracle.chain.client import Client
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Transaction
from oracle.community.load import load_community
from oracle.devnet import anvil
from oracle.units import WAD

START = 1_800_000_000
RATE = 30.0


class Wall:
    """A wall clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with anvil.running(tmp_path_factory.mktemp("pace"), timestamp=START) as chain:
        yield Client(chain.url)


def even(client: Client, wall: Wall, since: int) -> EvenPace:
    sender = Sender(client, client.chain_id())
    return EvenPace(client, sender, since=since, rate=RATE, clock=wall.clock, sleep=wall.sleep)


def come(pace: EvenPace, when: int) -> int:
    """Comes there; in so many steps."""
    for steps in range(1000):
        if pace.come(when):
            return steps
    raise AssertionError("it never comes")


def times(client: Client, after: int) -> list[int]:
    """Timestamps of the blocks after that number."""
    return [client.block(n).timestamp for n in range(after + 1, client.block().number + 1)]


@pytest.mark.node
def test_blocks_as_time_passes_and_none_at_the_phase(client: Client) -> None:
    wall, head = Wall(), client.block()
    pace = even(client, wall, head.timestamp)
    assert come(pace, head.timestamp + 130) == 4
    assert times(client, head.number) == [head.timestamp + 60, head.timestamp + 120]
    assert wall.now == pytest.approx(130 / RATE)
    # There already: no time passes, and an input block is what lies before the deadline.
    assert come(pace, head.timestamp + 130) == 0
    assert pace.input_block(head.timestamp + 121).timestamp == head.timestamp + 120


@pytest.mark.node
def test_what_a_visitor_sent_is_mined_within_a_second(client: Client) -> None:
    visitor = Signer(b"\x05" * 32)
    client.request("anvil_setBalance", visitor.address, hex(WAD))
    head, wall = client.block(), Wall()
    pace = even(client, wall, head.timestamp)
    own = Sender(client, client.chain_id())
    (sent,) = own.send([Transaction(visitor, visitor.address, b"", "to herself", value=1)])
    assert not pace.come(head.timestamp + 200)
    assert wall.now == 1.0
    (receipt,) = client.receipts([sent.hash])
    assert receipt is not None
    assert client.block(receipt.block).timestamp == head.timestamp + 30


@pytest.mark.node
def test_until_the_morning_nothing_is_waited_for(client: Client) -> None:
    wall, head = Wall(), client.block()
    pace = even(client, wall, head.timestamp + 10_000)
    assert come(pace, head.timestamp + 10_000) == 0
    assert wall.now == 0.0
    # Whatever it mined last, the morning begins where it was told.
    come(pace, head.timestamp + 10_090)
    assert wall.now == pytest.approx(3.0)
    assert times(client, head.number) == [head.timestamp + 10_060]


@pytest.mark.node
def test_a_short_delay_is_made_up_for_and_a_long_sleep_is_not(client: Client) -> None:
    wall, head = Wall(), client.block()
    pace = even(client, wall, head.timestamp)
    come(pace, head.timestamp + 30)
    wall.now += 10
    begun = wall.now
    assert come(pace, head.timestamp + 300) == 0
    wall.now += 3600
    come(pace, head.timestamp + 600)
    assert wall.now - begun >= 3600 + (600 - 300) / RATE
    assert client.block().timestamp < head.timestamp + 600


@pytest.mark.node
def test_a_chain_that_ran_ahead_is_waited_for(client: Client) -> None:
    """As after a contest, whose blocks follow each other by a second."""
    wall, head = Wall(), client.block()
    pace = even(client, wall, head.timestamp)
    come(pace, head.timestamp + 30)
    pace.await_block(head.number + 90)
    ahead = client.block()
    assert ahead.timestamp > head.timestamp + 85
    come(pace, head.timestamp + 150)
    assert wall.now == pytest.approx(5.0)
    # Seconds two to four show nothing that the chain has not passed.
    assert [t - head.timestamp for t in times(client, ahead.number)] == [120]


def test_the_morning_is_local_and_never_in_the_past() -> None:
    community = load_community(None)

    def utc(text: str) -> int:
        return int(dt.datetime.fromisoformat(text + "+00:00").timestamp())

    assert next_morning(community, utc("2026-03-31T22:40")) == utc("2026-04-01T08:00")
    assert next_morning(community, utc("2026-04-01T08:00")) == utc("2026-04-01T08:00")
    # The clock went back in the night between.
    assert next_morning(community, utc("2026-10-24T08:01")) == utc("2026-10-25T09:00")
