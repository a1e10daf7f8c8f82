"""The daemon's memory on either database: outbox, signatures, what peers said, the switch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from oracle.app.backup.archive import BackupError
from oracle.app.backup.rows import dump, fill
from oracle.app.daemon.durable import Durable
from oracle.chain.outbox.entry import Attempt, Call, Entry, Inclusion, State
from oracle.chain.outbox.fees import Fees
from oracle.chain.signer import Signer
from oracle.rounds.peer_messages import share
from oracle.rounds.report import Domain, Feed, Report
from oracle.service.store import tables
from oracle.service.store.database import Database
from tests.backends import BACKENDS, Places

DOMAIN = Domain(4711, "0x" + "0A" * 20)
OURS, PEER = Signer(bytes(range(1, 33))), Signer(bytes(range(2, 34)))
MOST = 2**256 - 1


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, places: Places) -> Iterator[Durable]:
    url = places.empty(request.param)
    database = Database(url, durable=True)
    database.upgrade()
    yield Durable(database, DOMAIN, OURS.address)
    database.dispose()
    places.drop(url)


def report(value: int = 5, epoch: int = 7) -> Report:
    return Report(Feed.ELECTRICITY, epoch, value, 20, b"\x01" * 32, b"\x02" * 32, 1)


def entry(nonce: int, key: str = "post:electricity:7", state: State = State.BUILT) -> Entry:
    call = Call(key, PEER.address, bytes(range(256)), value=MOST, gas=2**40)
    attempts = tuple(
        Attempt(bytes([nonce, i]) * 16, bytes([i]) * 70, Fees(MOST - i, MOST // 3), 10 + i)
        for i in range(3)
    )
    return Entry(call, OURS.address, nonce, state, attempts)


def test_an_entry_is_read_as_it_was_written(store: Durable) -> None:
    assert store.find("post:electricity:7") is None
    assert store.next_nonce(OURS.address) == 0
    built = entry(4)
    store.save(built)
    assert store.find(built.call.key) == built == store.at_nonce(OURS.address, 4)
    assert store.next_nonce(OURS.address) == 5
    mined = replace(built, state=State.MINED, attempts=built.attempts[:2],
                    inclusion=Inclusion(b"\x09" * 32, 2**40, b"\x08" * 32, False))  # fmt: skip
    store.save(mined)
    assert store.open_entries(OURS.address) == [mined]
    store.save(replace(mined, state=State.FINAL))
    assert store.open_entries(OURS.address) == []
    assert store.find(built.call.key) == replace(mined, state=State.FINAL)


def test_a_nonce_is_taken_once_whoever_is_faster(store: Durable) -> None:
    ours, theirs = entry(4), entry(4, key="bond:at-9")
    assert store.add(ours)
    assert not store.add(theirs)
    assert store.at_nonce(OURS.address, 4) == ours
    assert store.find("bond:at-9") is None
    store.save(replace(ours, state=State.LOST))
    assert store.add(theirs)
    assert store.at_nonce(OURS.address, 4) == theirs


def test_a_lost_one_frees_its_effect_and_its_nonce(store: Durable) -> None:
    store.save(entry(4))
    store.save(entry(5, state=State.LOST))
    assert store.next_nonce(OURS.address) == 5
    store.save(entry(4, state=State.LOST))
    assert store.find("post:electricity:7") is None
    assert store.next_nonce(OURS.address) == 0
    assert [one.nonce for one in store.open_entries(OURS.address)] == []


def test_a_pair_is_claimed_once(store: Durable) -> None:
    first, second = report(5), report(MOST)
    claimed = store.claim(first, first.digest(DOMAIN))
    assert (claimed.report, claimed.signature) == (first, None)
    assert store.claim(second, second.digest(DOMAIN)) == claimed
    signature = (b"\x00" * 31 + b"\x01", b"\xff" * 32)
    store.keep_signature(first, signature)
    assert store.signed(Feed.ELECTRICITY, 7) == replace(claimed, signature=signature)
    assert store.signed(Feed.ELECOIN, 7) is None
    assert store.claim(report(1, epoch=8), b"\x01" * 32).report.epoch == 8


def test_two_reports_of_a_peer_are_both_kept(store: Durable) -> None:
    said = []
    for value in (5, 6, 5):
        one = report(value)
        digest = one.digest(DOMAIN)
        message = share(one, PEER.sign_digest(digest), DOMAIN, PEER, OURS.address, 900)
        said.append(store.hear(message, digest))
    assert said == [True, True, False]
    assert [one.report.value for one in store.heard(Feed.ELECTRICITY, 7)] == [5, 6]
    assert store.equivocations() == 1


def test_deployments_and_keys_do_not_mix(store: Durable) -> None:
    store.save(entry(0))
    store.claim(report(), b"\x01" * 32)
    store.pause(True)
    store.pause(True)
    assert store.paused()
    other_key = Durable(store.database, DOMAIN, PEER.address)
    assert other_key.signed(Feed.ELECTRICITY, 7) is None
    assert other_key.next_nonce(PEER.address) == 0
    elsewhere = Durable(store.database, Domain(1, DOMAIN.oracle), OURS.address)
    assert elsewhere.find("post:electricity:7") is None
    assert elsewhere.signed(Feed.ELECTRICITY, 7) is None
    assert not elsewhere.paused()
    store.pause(False)
    assert not store.paused()


def test_a_backups_rows_are_the_same_on_the_other(store: Durable, places: Places) -> None:
    """And its counters go on behind the rows that came along."""
    written = entry(4)
    store.save(written)
    store.claim(report(), b"\x03" * 32)
    instance = {"instance_id": "a", "chain_id": 7, "genesis_hash": "0x00", "deployment": "{}"}
    with store.database.write() as connection:
        connection.execute(tables.instances.insert(), [{"id": 5} | instance])
    url = places.empty("postgresql" if store.database.is_sqlite else "sqlite")
    copied = Database(url, durable=True)
    fill(copied, dump(store.database))
    there = Durable(copied, DOMAIN, OURS.address)
    assert there.open_entries(OURS.address) == [written]
    found = there.signed(Feed.ELECTRICITY, 7)
    assert found is not None
    assert found.digest == b"\x03" * 32
    with copied.write() as connection:
        following = connection.execute(
            tables.instances.insert(), instance | {"instance_id": "b"}
        ).inserted_primary_key
    assert following[0] == 6
    with pytest.raises(BackupError, match="is not empty"):
        fill(copied, dump(store.database))
    copied.dispose()
    places.drop(url)
