"""Forgetting a member in the store: the right one, by any spelling, and nobody else."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from oracle.service.errors import StoreError
from oracle.service.own.forget import find_member, forget_member
from oracle.service.store.records import InstanceRecord, MemberRecord
from oracle.service.store.store import Store, open_store
from tests.backends import BACKENDS

JOSÉ = "José García"
DECOMPOSED = "Jose\u0301 Garci\u0301a"


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def by_address(store: Store) -> dict[str, tuple[str | None, str | None]]:
    return {member.address: (member.name, member.salt) for member in store.members()}


def test_name_and_salt_give_way_to_a_label_and_others_stay(market: Store, world) -> None:
    before = by_address(market)
    (gone,) = forget_member(market, world.SECRET_NAME)
    place = sorted(before, key=str.lower).index(world.ADA.address) + 1
    assert (gone.address, gone.names) == (world.ADA.address, (world.SECRET_NAME,))
    assert by_address(market) == before | {world.ADA.address: (f"former member {place}", None)}


def test_again_changes_nothing_and_no_name_finds_her(market: Store, world) -> None:
    (first,) = forget_member(market, world.SECRET_NAME)
    after = by_address(market)
    assert find_member(market, world.SECRET_NAME) == ()
    (again,) = forget_member(market, world.ADA.address.lower())
    assert again == replace(first, names=())
    assert by_address(market) == after
    assert find_member(market, world.EVE.address) == ()


def test_labels_differ_within_a_deployment(market: Store, world) -> None:
    labels = {forget_member(market, name)[0].label for name in (world.SECRET_NAME, "Bob")}
    assert labels == {"former member 1", "former member 2"}


def test_she_is_forgotten_in_every_deployment_under_each_name(market: Store, world) -> None:
    market.save_instance(InstanceRecord("aa" * 16, 4711, "0x00"))
    other = MemberRecord(world.ADA.address, "prosumer", "north", "0x23", "Ada", "0x78")
    market.record_members([other])
    (gone,) = forget_member(market, "Ada")
    assert set(gone.names) == {"Ada", world.SECRET_NAME}
    for instance in (world.INSTANCE, InstanceRecord("aa" * 16, 4711, "0x00")):
        market.save_instance(instance)
        assert by_address(market)[world.ADA.address] == (gone.label, None)
    market.record_members([other])
    assert by_address(market)[world.ADA.address] == (gone.label, None)


def test_a_name_is_compared_as_it_reads(store: Store, world) -> None:
    store.save_instance(world.INSTANCE)
    store.record_members([MemberRecord(world.ADA.address, "prosumer", "north", "0x22", DECOMPOSED)])
    (gone,) = forget_member(store, JOSÉ)
    assert gone.names == (DECOMPOSED,)


def test_two_of_one_name_are_told_apart_by_address(market: Store, world) -> None:
    market.change_name(world.ADA.address, "Bob")
    with pytest.raises(StoreError, match=r"NAME: 'Bob': several members") as refused:
        forget_member(market, "Bob")
    assert world.ADA.address in str(refused.value)
    assert [one.address for one in forget_member(market, world.BOB.address)] == [world.BOB.address]
    assert find_member(market, "Bob")[0].address == world.ADA.address


def test_compacting_waits_for_readers_and_is_remembered(market: Store, world) -> None:
    assert not market.database.uncompacted()
    forget_member(market, world.SECRET_NAME)
    with open_store(market.database.url.render_as_string(hide_password=False)) as other:
        assert other.database.uncompacted()
        other.database.compact()
    assert not market.database.uncompacted()


def test_a_reader_in_the_way_is_named_and_later_it_is_done(
    tmp_path: Path, world, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.service.store.database.BUSY_SECONDS", 0)
    with open_store(tmp_path / "s.db") as store:
        world.fill(store)
        with store.database.read() as reader:
            reader.exec_driver_sql("SELECT count(*) FROM members").scalar()
            forget_member(store, world.SECRET_NAME)
            with pytest.raises(StoreError, match=r"a reader is in the way|locked"):
                store.database.compact()
            assert store.database.uncompacted()
        store.database.compact()
        held = [f.name for f in tmp_path.iterdir() if world.SECRET_NAME.encode() in f.read_bytes()]
        assert held == []


def test_free_pages_of_a_store_that_kept_its_deleted_text_are_overwritten(
    tmp_path: Path, world
) -> None:
    """A tool without secure_delete has renamed Ada: her old name lies in a free page."""
    path = tmp_path / "s.db"
    with open_store(path) as store:
        world.fill(store)
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA secure_delete = OFF")
        raw.execute("CREATE TABLE copied AS SELECT name FROM members")
        raw.execute("DROP TABLE copied")
    raw.close()
    with open_store(path) as store:
        forget_member(store, world.SECRET_NAME)
        store.database.compact()
        assert world.SECRET_NAME.encode() not in path.read_bytes()


def test_who_only_asked_to_join_is_forgotten_by_name_or_address(market: Store, world) -> None:
    for account, name in ((world.EVE, "Eve"), (world.ADA, world.SECRET_NAME)):
        asked = market.ask_to_join(account.address, name, asked_at=7, most=9)
        assert (asked.name, asked.state, len(asked.salt)) == (name, "requested", 66)
    (eve,) = forget_member(market, "Eve")
    (ada,) = forget_member(market, world.SECRET_NAME)
    assert (eve.address, ada.address) == (world.EVE.address, world.ADA.address)
    assert {(r.name, r.salt) for r in market.join_requests()} == {(None, None)}
    assert market.member(world.EVE.address) is None
    assert find_member(market, world.EVE.address)[0].names == ()


def test_a_name_erased_by_its_bearer_is_gone_from_her_request_too(market: Store, world) -> None:
    first = market.ask_to_join(world.ADA.address, "Ada", asked_at=7, most=9)
    market.change_name(world.ADA.address, None)
    again = market.ask_to_join(world.ADA.address, "Ada again", asked_at=8, most=9)
    assert again == replace(first, name=None, salt=None)
    assert market.ask_to_join(world.EVE.address, "Eve", asked_at=9, most=1) is None
