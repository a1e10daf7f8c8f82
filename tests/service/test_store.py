"""The store: exact, idempotent, one writer at a time, and able to forget."""

from __future__ import annotations

import dataclasses
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.service.errors import StoreError
from oracle.service.store.records import (
    BillLine,
    InstanceRecord,
    MemberRecord,
    Page,
    ReputationRecord,
    TradeRecord,
)
from oracle.service.store.store import Store, open_store
from tests.backends import BACKENDS, Places


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_what_is_written_is_read(market: Store, world) -> None:
    assert market.instance() == world.INSTANCE
    assert market.period(3) == world.period(3)
    assert market.posting("electricity", 4) == world.posting(4)
    own = market.member_periods(world.ADA.address, limit=100).items
    assert own == tuple(world.own_period(world.ADA.address, n) for n in range(world.PERIODS))
    ada = market.member(world.ADA.address.lower())
    assert ada is not None
    assert (ada.address, ada.name) == (world.ADA.address, world.SECRET_NAME)
    (trade,) = market.trades_of(world.ADA.address, range(world.PERIODS))
    assert (trade.buyer, trade.cost_wei) == (world.ADA.address, 2 * 10**16)
    assert market.trades_of(world.ADA.address, range(4, 9)) == ()
    assert [r.address for r in market.reputations()] == [world.BOB.address, world.ADA.address]
    assert market.gas()[0].total == 960_000


def test_counts(market: Store, world) -> None:
    stats = market.stats()
    assert stats.periods == 12
    assert stats.priced == 11
    assert stats.last_period == 11
    assert stats.postings == {"electricity": 12, "elecoin": 1}
    assert (stats.members, stats.trades) == (2, 1)
    assert stats.energy_traded_wh == sum(100 + n for n in range(12))


@given(
    amounts=st.lists(st.integers(-(2**255), 2**256 - 1), min_size=1, max_size=4),
    value=st.integers(0, 2**256 - 1),
)
@settings(max_examples=30, deadline=None)
def test_integers_of_any_size_are_exact(shared: Store, world, amounts, value) -> None:
    lines = tuple(BillLine(f"line {i}", "ELE", amount) for i, amount in enumerate(amounts))
    record = dataclasses.replace(world.own_period(world.ADA.address, 1), lines=lines)
    shared.record_member_periods([record])
    assert shared.member_periods(world.ADA.address).items == (record,)
    posting = world.posting(1, value=value)
    shared.record_posting(posting)
    assert shared.posting("electricity", 1) == posting


@given(
    numbers=st.sets(st.integers(0, 60), max_size=20),
    limit=st.integers(1, 9),
    newest_first=st.booleans(),
    start=st.none() | st.integers(-1, 61),
)
@settings(max_examples=40, deadline=None)
def test_pages_join_to_the_whole(shared: Store, world, numbers, limit, newest_first, start) -> None:
    shared.save_instance(InstanceRecord(os.urandom(16).hex(), 1, "0x00"))
    for number in numbers:
        shared.record_period(world.period(number))
    seen: list[int] = []
    cursor = start
    while True:
        page: Page = shared.periods(after=cursor, limit=limit, newest_first=newest_first)
        assert len(page.items) <= limit
        seen += [item.period for item in page.items]
        if page.next is None:
            break
        assert len(page.items) == limit
        cursor = page.next
    expected = sorted(numbers, reverse=newest_first)
    if start is not None:
        expected = [n for n in expected if (n < start if newest_first else n > start)]
    assert seen == expected


def test_the_same_again_is_no_news(market: Store, world) -> None:
    before = market.last_change()
    woken: list[int] = []
    undo = market.watch(lambda: woken.append(1))
    world.fill(market)

    assert market.last_change() == before
    assert not woken
    assert market.stats().periods == world.PERIODS
    market.record_period(world.period(3, state="trading"))
    assert market.last_change() == before + 1
    assert woken == [1]
    change = market.changes_after(before)[0]
    assert (change.kind, change.number) == ("period", 3)
    undo()
    market.record_period(world.period(3))
    assert woken == [1]


def test_a_round_is_news_once(market: Store, world) -> None:
    before = market.last_change()
    records = [ReputationRecord(1, world.ADA.address, 5), ReputationRecord(1, world.BOB.address, 6)]
    market.record_reputation(records)
    market.record_reputation(records)
    assert [c.number for c in market.changes_after(before)] == [1]
    market.record_reputation([ReputationRecord(1, world.ADA.address, 7)])
    assert [c.number for c in market.changes_after(before)] == [1, 1]
    assert market.reputations()[0].value == 7


def test_bill_lines_are_replaced_not_added(market: Store, world) -> None:
    record = dataclasses.replace(
        world.own_period(world.ADA.address, 2), lines=(BillLine("energy", "ELE", 1),)
    )
    market.record_member_periods([record])
    assert market.member_periods(world.ADA.address, after=1, limit=1).items == (record,)


def test_instances_do_not_mix(market: Store, world) -> None:
    market.save_instance(InstanceRecord("aa" * 16, 4711, world.INSTANCE.genesis_hash))
    assert market.stats().periods == 0
    assert market.members() == ()
    assert market.reputations() == ()
    assert market.newest_readable("electricity", None) is None
    market.record_period(world.period(0, price_wei=1))
    market.save_instance(world.INSTANCE)
    found = market.period(0)
    assert found is not None
    assert found.price_wei == world.period(0).price_wei


def test_the_newest_instance_is_found_again(url: str, world) -> None:
    with open_store(url) as store:
        world.fill(store)
    with open_store(url) as store:
        assert store.instance() == world.INSTANCE
        assert store.stats().periods == world.PERIODS


def test_nothing_is_written_without_a_deployment(store: Store, world) -> None:
    assert store.instance() is None
    with pytest.raises(StoreError, match="no deployment yet"):
        store.record_period(world.period(0))
    assert store.periods().items == ()
    assert store.stats().last_period is None


def test_an_address_that_is_none_is_refused(market: Store) -> None:
    with pytest.raises(StoreError, match=r"^store: address: 'bob': allowed: 0x and 40 hex digits$"):
        market.record_members([MemberRecord("bob", "consumer", "north", "0x00")])
    trade = TradeRecord(1, "0x00", 0, "0x12", "0x13", 1, 1, 1)
    with pytest.raises(StoreError, match="seller"):
        market.record_trades([trade])


# --- forgetting -------------------------------------------------------------------------------


def test_an_erased_name_is_in_no_file(tmp_path: Path, world) -> None:
    store = open_store(tmp_path / "s.db")
    world.fill(store)

    def on_disk(text: str) -> bool:
        return any(text.encode() in file.read_bytes() for file in tmp_path.iterdir())

    assert on_disk(world.SECRET_NAME)
    assert store.change_name(world.ADA.address, None)
    assert not on_disk(world.SECRET_NAME)
    assert not on_disk("0x" + "77" * 32)  # the salt would prove the name from its hash
    found = store.member(world.ADA.address)
    assert found is not None
    assert (found.name, found.salt, found.name_hash) == (None, None, "0x" + "22" * 32)
    store.close()
    assert not on_disk(world.SECRET_NAME)


def test_no_writer_brings_an_erased_name_back(market: Store, world) -> None:
    market.change_name(world.ADA.address, None)
    market.change_name(world.BOB.address, "Robert")
    world.fill(market)
    names = {m.address: m.name for m in market.members()}
    assert names == {world.ADA.address: None, world.BOB.address: "Robert"}
    market.record_members([MemberRecord(world.ADA.address, "retailer", "west", "0x44", "Ada")])
    found = market.member(world.ADA.address)
    assert found is not None
    assert (found.role, found.zone, found.name) == ("retailer", "west", None)


def test_a_name_is_erased_in_every_instance(market: Store, world) -> None:
    market.save_instance(InstanceRecord("aa" * 16, 4711, "0x00"))
    assert market.change_name(world.ADA.address, None)
    market.save_instance(world.INSTANCE)
    found = market.member(world.ADA.address)
    assert found is not None
    assert found.name is None
    assert not market.change_name(world.EVE.address, "Eve")


def test_a_nonce_counts_once_until_it_expires(store: Store) -> None:
    assert store.use_nonce("0x01", expires=100, now=50)
    assert not store.use_nonce("0x01", expires=100, now=100)
    assert store.use_nonce("0x02", expires=200, now=100)
    # Expired ones are dropped, so that the table stays small; their signatures are refused by time.
    assert store.use_nonce("0x01", expires=300, now=101)


# --- files and writers ------------------------------------------------------------------------


def test_the_files_are_their_owners_alone(tmp_path: Path, world) -> None:
    old = os.umask(0o000)
    try:
        with open_store(tmp_path / "deep" / "s.db") as store:
            world.fill(store)
            for file in (tmp_path / "deep").iterdir():
                assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    finally:
        os.umask(old)


WRITER = """
import sys
from oracle.service.store.records import PeriodRecord
from oracle.service.store.store import open_store
first = int(sys.argv[2])
with open_store(sys.argv[1]) as store:
    for n in range(first, first + 40):
        store.record_period(PeriodRecord(n, n, n + 1, "declared", 0, 0))
        store.record_period(PeriodRecord(n, n, n + 1, "closed", 0, 0, energy_traded_wh=1))
"""


def test_writers_of_several_processes_and_readers_share_it(url: str, world) -> None:
    with open_store(url) as store:
        store.save_instance(world.INSTANCE)
        source = str(Path(__file__).parents[2])
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, url, str(first)],
                env={**os.environ, "PYTHONPATH": source},
                stderr=subprocess.PIPE,
            )
            for first in (0, 1000)
        ]
        failures: list[BaseException] = []
        done = threading.Event()

        def read() -> None:
            try:
                while not done.is_set():
                    stats = store.stats()
                    assert stats.periods >= stats.energy_traded_wh
                    done.wait(0.01)
            except BaseException as error:
                failures.append(error)

        def write() -> None:
            try:
                for n in range(2000, 2040):
                    store.record_period(world.period(n, energy_traded_wh=1))
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=read), *(threading.Thread(target=write) for _ in "ab")]
        for thread in threads:
            thread.start()
        for writer in writers:
            _, said = writer.communicate(timeout=60)
            assert writer.returncode == 0, said
        done.set()
        for thread in threads:
            thread.join()
        assert not failures
        assert store.stats().periods == store.stats().energy_traded_wh == 120
        numbers = [c.sequence for c in store.changes_after(0, limit=1000)]
        assert numbers == sorted(set(numbers))
        # Two each for the processes' 80 periods, one each for the 40 that two threads both wrote.
        assert len(numbers) == 200


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "store: sqlite in memory: allowed: sqlite:///FILE"),
        ("mysql://u:p@h/d", "store: mysql: allowed: sqlite or postgresql"),
        ("not a url", "store: 'not a url': allowed:"),
        ("sqlite:////proc/none/s.db", "store: /proc/none"),
    ],
)
def test_an_unusable_address_is_one_line(url: str, said: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(StoreError) as caught:
        open_store("postgresql+nodriver://user:hunter2@127.0.0.1:1/x")
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_store_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text(
        "a letter to a friend, long enough to be no database header " * 9
    )
    with pytest.raises(StoreError, match=r"^store: .*not a database$"):
        open_store(tmp_path / "s.db")


def test_a_store_of_a_newer_program_is_one_line(store: Store, url: str) -> None:
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"^store: .* another version of wattmarket .*9999.*\)$"):
        open_store(url)


@pytest.fixture(scope="module")
def shared(places: Places, backend: str, world):
    url = places.copy(backend, "new", lambda url: open_store(url).close())
    with open_store(url) as opened:
        opened.save_instance(world.INSTANCE)
        yield opened
    places.drop(url)
