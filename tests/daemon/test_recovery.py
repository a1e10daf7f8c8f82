"""A server whose store is an hour old: it learns what its key did, or leaves the epoch out."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from community_of_servers import Servers
from market_lab import SCHEDULE, SERVERS

from oracle.app.backup.rows import dump, fill
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.recovery import Recovery
from oracle.rounds.duty import Duty
from oracle.rounds.report import Feed
from oracle.service.store.database import Database

pytestmark = pytest.mark.node

PERIOD = 4
DEADLINE = SCHEDULE.declaration_deadline(PERIOD)
HOUR = 3600


def restored(servers: Servers, i: int, backup: bytes, folder: Path) -> Durable:
    """A store filled from a backup, marked as `wattmarket restore` does."""
    database = Database(folder / f"restored-{i}.sqlite", durable=True)
    fill(database, backup)
    store = Durable(database, servers.stores[i].domain, SERVERS[i].address)
    store.set_restored(True)
    servers.stores[i] = store
    return store


def start(servers: Servers, i: int, peers: Sequence[int]) -> list[str]:
    """A new process on the restored store, which reaches these peers; what it will say."""
    me, client = SERVERS[i].address, servers.lab.client
    said: list[str] = []

    def ask(duty: Duty) -> list[tuple[str, bytes]]:
        return [
            (SERVERS[j].address, body)
            for j in peers
            if j in servers.running
            for body in servers.running[j].kept(duty.feed, duty.epoch, me)
        ]

    recovery = Recovery(
        client, servers.stores[i], servers.lab.market.domain, me, ask,
        lambda: client.nonce(me), lambda: servers.now, lambda text, _: said.append(text),
    )  # fmt: skip
    recovery.begin()
    servers.start(i, recovery=recovery)
    return said


def leader(servers: Servers) -> int:
    first, *_ = servers.lab.market.order_of(SCHEDULE.round_of(PERIOD))
    return [key.address for key in SERVERS].index(first)


def lose(servers: Servers, i: int, tmp_path: Path) -> bytes:
    """A backup, an hour, then a declared period of which the server signs; then it is lost."""
    servers.mine(DEADLINE - HOUR)
    servers.tick()
    backup = dump(servers.stores[i].database)
    servers.declare(PERIOD)
    servers.mine(DEADLINE, 4)
    return backup


def test_its_own_signature_comes_back_from_a_peer(servers: Servers, tmp_path: Path) -> None:
    """The chain was reorganised meanwhile: priced anew, the digest would be another."""
    backup = lose(servers, 0, tmp_path)
    servers.tick()
    before = servers.stores[0].signed(Feed.ELECTRICITY, PERIOD)
    assert before is not None
    servers.stop(0)
    servers.lab.client.request("anvil_reorg", 5, [])
    servers.now = max(servers.lab.client.block().timestamp + 1, DEADLINE + 4)
    servers.mine(servers.now, 6)
    store = restored(servers, 0, backup, tmp_path)
    assert store.signed(Feed.ELECTRICITY, PERIOD) is None
    start(servers, 0, [1, 2])
    servers.live(40)
    after = store.signed(Feed.ELECTRICITY, PERIOD)
    assert after is not None
    assert after.digest == before.digest
    assert [server.equivocations() for server in servers.stores] == [0, 0, 0]


def test_what_nobody_can_tell_of_is_left_out(servers: Servers, tmp_path: Path) -> None:
    """Its signature reached nobody: the others post, and the next it signs again."""
    backup = lose(servers, 0, tmp_path)
    servers.cut = {(0, 1), (0, 2)}
    servers.tick()
    servers.stop(0)
    servers.cut = set()
    store = restored(servers, 0, backup, tmp_path)
    start(servers, 0, [1, 2])
    servers.live(60)
    assert store.signed(Feed.ELECTRICITY, PERIOD) is None
    assert servers.postings() == [("electricity", PERIOD)]
    assert store.restored(), "the window is still open"
    left_out = {note.duty for i, note in servers.notes if "left out" in note.text}
    assert left_out == {f"electricity:{PERIOD}"}

    servers.declare(PERIOD + 1)
    servers.mine(SCHEDULE.declaration_deadline(PERIOD + 1), 4)
    servers.live(60)
    assert not store.restored()
    assert store.signed(Feed.ELECTRICITY, PERIOD + 1) is not None
    assert servers.postings() == [("electricity", PERIOD), ("electricity", PERIOD + 1)]
    assert servers.alarms == []


def test_it_sends_nothing_while_a_transaction_of_its_own_waits(
    servers: Servers, tmp_path: Path
) -> None:
    """Its posting is in the nodes' pools alone: no other transaction takes its nonce."""
    i = leader(servers)
    backup = lose(servers, i, tmp_path)
    for _ in range(3):
        servers.tick()
    client, me = servers.lab.client, SERVERS[i].address
    assert client.nonce(me) == client.mined_nonce(me) + 1, "posted, not yet mined"
    (waiting,) = client.request("txpool_content")["pending"][me.lower()].values()
    for j in list(servers.running):
        servers.stop(j)
    store = restored(servers, i, backup, tmp_path)
    said = start(servers, i, [])
    for _ in range(3):
        servers.tick()
    assert said[-1].endswith("not yet mined: waiting")
    assert store.open_entries(me) == []
    servers.mine(servers.now + 4)
    mined = client.request("eth_getTransactionReceipt", waiting["hash"])
    assert int(mined["status"], 16) == 1
    servers.live(12)
    assert client.nonce(me) == client.mined_nonce(me) == int(waiting["nonce"], 16) + 1
    assert servers.postings() == [("electricity", PERIOD)]


def test_a_store_that_knows_less_than_the_chain_is_taken_for_an_old_one(
    servers: Servers, tmp_path: Path
) -> None:
    """Copied back by hand, without our command."""
    i = leader(servers)
    backup = lose(servers, i, tmp_path)
    servers.live(40)
    servers.stop(i)
    store = restored(servers, i, backup, tmp_path)
    store.set_restored(False)
    start(servers, i, [])
    assert store.restored()


def test_the_rows_of_a_store_in_use_come_back_the_same(servers: Servers, tmp_path: Path) -> None:
    lose(servers, 0, tmp_path)
    servers.live(40)
    copied = Database(tmp_path / "copy.sqlite", durable=True)
    fill(copied, dump(servers.stores[0].database))

    def content(path: str) -> list[str]:
        with sqlite3.connect(path) as raw:
            return sorted(raw.iterdump())

    original = str(servers.stores[0].database.url.database)
    assert content(str(copied.url.database)) == content(original)
