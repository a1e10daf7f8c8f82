"""Events by cursor on a real chain: none lost, none twice, through reorganisations and faults."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from faulty_node import FAULTS, LIES, FaultyNode, faulty_node
from market_lab import STRANGER, Lab
from sqlalchemy import Connection

from oracle.app.daemon.staked import Staked
from oracle.chain.client import ChainError, Client, Log, RpcError
from oracle.chain.event_cursor import CursorMoved, EventCursor, Position
from oracle.chain.rpc_pool import AgreedClient, Endpoint, Endpoints, Identity
from oracle.chain.transactions import Transaction
from oracle.rounds.report import Domain
from oracle.service.store.database import Database
from tests.backends import new_sqlite

pytestmark = pytest.mark.node

SPEAKER = "0x" + "12" * 20
SPEAKS = "0x60003560006000a100"
"""A contract that logs the first word of its calldata as a topic."""
DEPTH = 4


class Died(BaseException):
    """What a killed process does not catch."""


@dataclass
class Heard:
    """A sink that writes each event once: a second time would be an error of the database."""

    dies: bool = False

    def take(self, transaction: Connection, logs: Sequence[Log]) -> None:
        for log in logs:
            word = int.from_bytes(log.topics[0], "big")
            transaction.exec_driver_sql("INSERT INTO heard VALUES (?, ?)", (word, log.block))
        if self.dies:
            raise Died

    def undo(self, transaction: Connection, block: int) -> None:
        transaction.exec_driver_sql("DELETE FROM heard WHERE block > ?", (block,))
        if self.dies:
            raise Died


@dataclass
class Reading:
    """A chain that speaks, and a store that listens."""

    lab: Lab
    store: Staked
    first: int
    sink: Heard = field(default_factory=Heard)
    said: list[str] = field(default_factory=list)
    words: int = 0

    def cursor(self, client: Client | None = None, **options: int) -> EventCursor[Connection]:
        return EventCursor(
            client or self.lab.client, self.store, self.sink, "test", [SPEAKER], [], self.first,
            DEPTH, trouble=self.said.append, **options,
        )  # fmt: skip

    def speak(self, *counts: int) -> None:
        """A block for each count, with as many events."""
        for count in counts:
            spoken = []
            for _ in range(count):
                self.words += 1
                data = self.words.to_bytes(32, "big")
                spoken.append(Transaction(STRANGER, SPEAKER, data, "speak", gas=60_000))
            sender = type(self.lab.sender)(self.lab.client, self.lab.sender.chain_id)
            self.lab.mine(sender.send(spoken))

    def take_back(self, blocks: int) -> None:
        """What was spoken, and never what was there before."""
        blocks = min(blocks, self.lab.client.block().number - self.first + 1)
        if blocks > 0:
            self.lab.client.request("anvil_reorg", blocks, [])

    @property
    def heard(self) -> list[tuple[int, int]]:
        with self.store.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT word, block FROM heard ORDER BY word")
            return [(row.word, row.block) for row in rows]

    @property
    def spoken(self) -> list[tuple[int, int]]:
        head = self.lab.client.block().number
        logs = self.lab.client.logs(SPEAKER, [], self.first, head)
        return sorted((int.from_bytes(log.topics[0], "big"), log.block) for log in logs)


@pytest.fixture
def reading(lab: Lab, tmp_path: Path) -> Iterator[Reading]:
    lab.client.request("anvil_setCode", SPEAKER, SPEAKS)
    new_sqlite(tmp_path / "s.db")
    database = Database(tmp_path / "s.db")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE heard (word INTEGER PRIMARY KEY, block INTEGER)")
    store = Staked(database, Domain(1, SPEAKER), STRANGER.address)
    yield Reading(lab, store, lab.client.block().number + 1)
    database.dispose()


@pytest.fixture
def node(lab: Lab) -> Iterator[FaultyNode]:
    with faulty_node(lab.client.url) as made:
        yield made


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_it_is_as_the_chain_says(reading: Reading, seed: int) -> None:
    """Blocks, reorganisations within the depth, deaths before the end of a transaction."""
    rng = random.Random(seed)
    for _ in range(14):
        if rng.random() < 0.5:
            reading.take_back(rng.randrange(1, DEPTH))
        reading.speak(*(rng.randrange(3) for _ in range(rng.randrange(1, 4))))
        reading.sink.dies = rng.random() < 0.3
        try:
            reading.cursor(span=rng.randrange(1, 5)).follow()
        except Died:
            pass
        else:
            assert reading.heard == reading.spoken
    reading.sink.dies = False
    reading.cursor().follow()
    assert reading.heard == reading.spoken
    assert reading.words > len(reading.heard) > 0
    assert reading.said == []


def test_hashes_are_kept_to_the_depth(reading: Reading) -> None:
    reading.speak(*[1] * 9)
    reading.cursor(span=3).follow()
    position = reading.store.cursor("test")
    head = reading.lab.client.block()
    assert position is not None
    assert position.block == head.number
    assert [number for number, _ in position.hashes] == [
        head.number - i for i in range(DEPTH, -1, -1)
    ]
    assert position.hashes[-1][1] == head.hash


def test_what_is_deeper_than_the_depth_is_read_anew_and_said(reading: Reading) -> None:
    reading.speak(*[1] * 9)
    reading.cursor().follow()
    reading.take_back(DEPTH + 2)
    reading.speak(2)
    reading.cursor().follow()
    assert reading.heard == reading.spoken
    assert len(reading.heard) == 9 - DEPTH - 2 + 2
    assert reading.said == [f"a reorganisation deeper than {DEPTH} blocks: read anew"]


def test_a_node_that_refuses_wide_ranges_is_asked_for_narrower_ones(
    reading: Reading, node: FaultyNode
) -> None:
    reading.speak(*[1] * 12)
    node.widest = 3
    reading.cursor(Client(node.url)).follow()
    assert reading.heard == reading.spoken
    assert len(reading.heard) == 12
    # So does whoever reads a past range at once; then it knows how wide to ask.
    client, last = Client(node.url), reading.lab.client.block().number
    logs = client.logs(SPEAKER, [], reading.first, last)
    assert [log.block for log in logs] == [block for _, block in reading.spoken]
    before = node.asked.count("eth_getLogs")
    assert client.logs(SPEAKER, [], reading.first, last) == logs
    assert node.asked.count("eth_getLogs") - before == 4
    node.widest = 0
    reading.speak(1)
    for refused in (
        lambda: reading.cursor(Client(node.url)).follow(),
        lambda: client.logs(SPEAKER, [], reading.first, last),
    ):
        with pytest.raises(RpcError, match="query exceeds 0 blocks"):
            refused()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_node_that_fails_or_lies_loses_nothing(
    reading: Reading, node: FaultyNode, fault: str
) -> None:
    """Where it only fails, alone; where it lies, with two others of which two must agree."""
    honest = reading.lab.client
    client = Client(node.url, timeout=0.3)
    if fault in LIES:
        nodes = [Endpoint(one) for one in (client, Client(honest.url), Client(honest.url))]
        identity = Identity(honest.chain_id(), honest.block(0).hash)
        client = AgreedClient(Endpoints(nodes, identity, time.monotonic), 2)
    reading.speak(1, 2)
    reading.cursor().follow()
    reading.speak(1)
    cursor = reading.cursor(client)
    node.fault = fault
    try:
        cursor.follow()
    except ChainError:
        assert len(reading.heard) == 3
    else:
        assert fault not in LIES or reading.heard == reading.spoken
    node.fault = ""
    reading.cursor(Client(node.url)).follow()
    assert reading.heard == reading.spoken
    assert len(reading.heard) == 4


def test_two_who_read_by_one_name_do_not_hear_it_twice(reading: Reading) -> None:
    reading.speak(1)

    class Slow(Heard):
        def take(self, transaction: Connection, logs: Sequence[Log]) -> None:
            super().take(transaction, logs)
            reading.store.move(transaction, "test", None, Position(logs[-1].block))

    reading.sink = Slow()
    with pytest.raises(CursorMoved):
        reading.cursor().follow()
    assert reading.heard == []
    reading.sink = Heard()
    reading.cursor().follow()
    assert reading.heard == reading.spoken
