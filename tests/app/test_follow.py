"""A store that follows a chain by itself tells what the store of the run that drove it tells."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from eth_utils.crypto import keccak
from sqlalchemy import func, select, update

from oracle.app.cursor_table import CursorTable
from oracle.app.day.recorder import MARKET_EVENTS
from oracle.app.day.run import DEPLOYMENT, STORE
from oracle.app.serving.follow import RENAMED, REORGANISED, Follower
from oracle.app.serving.instance import show_deployment
from oracle.chain.client import Client, RpcError
from oracle.chain.event_cursor import CursorMoved, Position
from oracle.chain.market import Market
from oracle.community.load import load_community
from oracle.service.app import create_app
from oracle.service.live import LastHead
from oracle.service.ports import Ports
from oracle.service.settings import ServiceSettings
from oracle.service.store import tables
from oracle.service.store.store import Store, open_store
from tests.app.conftest import Day

pytestmark = pytest.mark.node

PUBLIC = (
    "/api/rounds?limit=1000",
    "/api/prices?limit=1000",
    "/api/rounds/0/book",
    "/api/rounds/52/book",
    "/api/rounds/95/book",
    "/api/postings/electricity/52",
    "/api/postings/elecoin/1",
    "/api/reputation?limit=1000",
    "/api/contests?limit=1000",
)
OF_ALL = (
    "periods", "postings", "proofs", "declarations", "floors", "reputation", "trades", "readings",
    "elecoin_moves", "member_periods",
)  # fmt: skip


def rows(store: Store, *names: str) -> dict[str, list[Any]]:
    return {
        name: [
            {key: value for key, value in row.items() if key != "instance"}
            for batch in store.scan(name, 10_000)
            for row in batch
        ]
        for name in names
    }


def answers(store: Store, folder: Path) -> dict[str, Any]:
    app = create_app(
        ServiceSettings(folder / "token", signature_burst=10**6), store, live=LastHead(),
        ports=Ports(),
    )  # fmt: skip

    async def ask() -> dict[str, Any]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            found = {path: await http.get(path) for path in PUBLIC}
        assert {answer.status_code for answer in found.values()} == {200}
        return {path: answer.json() for path, answer in found.items()}

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def store(day: Day) -> Iterator[Store]:
    with open_store(day.folder / STORE) as opened:
        yield opened


def follower(market: Market, day: Day, store: Store, said: list[str], **what: Any) -> Follower:
    show_deployment(store, day.folder / DEPLOYMENT, market.client.url, None)
    client = Client(market.client.url)
    return Follower(client, market.deployment, store, say=said.append, **what)


def finished(one: Follower) -> None:
    while one.step():
        pass


def changes(store: Store) -> dict[str, int]:
    """How often a kind of news was told."""
    kind = tables.changes.c.kind
    with store.database.read() as connection:
        found = connection.execute(select(kind, func.count()).group_by(kind)).all()
    return {row[0]: row[1] for row in found}


class Killed(BaseException):
    pass


def _killed_at(monkeypatch: pytest.MonkeyPatch, name: str, every: int) -> list[None]:
    """Of `every` calls of the cursor's method the last but one is killed before its effect, and
    the last after it. Grows by one a call.
    """
    calls: list[None] = []
    original = getattr(CursorTable, name)

    def call(*arguments: Any) -> None:
        calls.append(None)
        if len(calls) % every == every - 1:
            raise Killed
        original(*arguments)
        if len(calls) % every == 0:
            raise Killed

    monkeypatch.setattr(CursorTable, name, call)
    return calls


def test_the_same_public_answers_and_books_as_the_run(
    market: Market, day: Day, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed again and again: between records and cursor, and after it."""
    _killed_at(monkeypatch, "move", 3)
    said: list[str] = []
    kills = 0
    with open_store(tmp_path / "new.sqlite") as new:
        community = load_community()
        while True:
            try:
                finished(follower(market, day, new, said, community=community, span=200))
                break
            except Killed:
                kills += 1
        assert kills >= 2
        assert rows(new, *OF_ALL) == rows(store, *OF_ALL)
        assert rows(new, "contests", "tickets") == rows(store, "contests", "tickets")
        assert answers(new, tmp_path) == answers(store, tmp_path)
        elecoin = [
            line for line in rows(store, "bill_lines")["bill_lines"] if line["unit"] == "ELE"
        ]
        assert rows(new, "bill_lines")["bill_lines"] == elecoin
        assert {m.address for m in new.members()} == {m.address for m in store.members()}
        assert {m.name for m in new.members()} == {None}
        # Each is said once a start, and nobody guesses whose terms are hers.
        assert all("no lines of the grid" in line for line in said)
        # What is told twice would be seen twice by whoever streams events.
        assert changes(new) == changes(store)


STALE = RpcError(
    "eth_call", 3, "execution reverted", keccak(b"StalePrice(uint8,uint256)")[:4] + bytes(64)
)


def test_a_runs_store_goes_on_and_a_reorganisation_is_read_anew(
    market: Market, day: Day, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run's own bills come back with the grid's lines: the store has the names.

    Read anew where the contract's ring of postings has come round, the prices are the same.
    """
    everything = (*OF_ALL, "bill_lines", "contests", "tickets", "supplies", "supply_prices", "gas")
    before = rows(store, *everything)
    said: list[str] = []
    with (
        closing(sqlite3.connect(day.folder / STORE)) as there,
        closing(sqlite3.connect(tmp_path / "copy.sqlite")) as here,
    ):
        there.backup(here)
    with open_store(tmp_path / "copy.sqlite") as copy:
        told = changes(copy)
        finished(follower(market, day, copy, said, community=load_community()))
        assert rows(copy, *everything) == before
        assert (changes(copy), said) == (told, [])
        instance = copy.instance()
        assert instance is not None
        assert instance.deployment["community"] == load_community().name
        table = CursorTable(copy.database, instance.instance_id)
        at = table.cursor(MARKET_EVENTS)
        assert at is not None
        assert at.block == market.client.block().number
        table.put(MARKET_EVENTS, Position(at.block, ((at.block, bytes(32)),)))
        with copy.database.write() as connection:
            connection.execute(update(tables.periods).values(energy_traded_wh=7))
        asked: list[int] = []

        def forgotten(_: Market, epoch: int) -> tuple[int, bool]:
            asked.append(epoch)
            raise STALE

        monkeypatch.setattr(Market, "elecoin_price", forgotten)
        finished(follower(market, day, copy, said, community=load_community()))
        assert len(set(asked)) > 1
        assert rows(copy, *everything) == before
        assert said == [REORGANISED]


def test_zones_get_the_names_of_a_community_that_comes_later(
    market: Market, day: Day, store: Store, tmp_path: Path
) -> None:
    said: list[str] = []
    with open_store(tmp_path / "new.sqlite") as new:
        slow = follower(market, day, new, said, span=50)
        assert slow.step()
        finished(follower(market, day, new, said))
        # Two that follow into one store would write each other's past.
        with pytest.raises(CursorMoved):
            slow.step()
        assert {member.zone for member in new.members()} == {"0", "1"}
        assert said == []
        finished(follower(market, day, new, said, community=load_community()))
        assert said[0] == RENAMED
        finished(follower(market, day, new, said, community=load_community()))
        assert said.count(RENAMED) == 1
        assert {m.address: m.zone for m in new.members()} == {
            m.address: m.zone for m in store.members()
        }
        assert rows(new, "contests", "tickets") == rows(store, "contests", "tickets")
        assert answers(new, tmp_path) == answers(store, tmp_path)


def test_a_start_goes_on_where_the_last_one_was(
    market: Market, day: Day, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended after every range, or killed before or after what it learned is kept: the same comes
    of it, and no start reads more than the last ranges again. What was kept of another chain, or
    in another form, is not used.
    """
    keeps = _killed_at(monkeypatch, "keep", 4)
    asked: list[int] = []
    batch = Client.batch_answers

    def noted(self: Client, calls: Any) -> Any:
        asked.extend(int(p[0]["fromBlock"], 16) for name, p in calls if name == "eth_getLogs")
        return batch(self, calls)

    monkeypatch.setattr(Client, "batch_answers", noted)
    with open_store(tmp_path / "new.sqlite") as new:
        recorded, starts, again = -1, 0, 0
        more = True
        while more:
            one = follower(market, day, new, [], community=load_community(), span=40)
            asked.clear()
            with contextlib.suppress(Killed):
                while more and cursor_of(new) == recorded:
                    more = one.step()
            if asked and recorded > 200:
                again = max(again, recorded + 1 - asked[0])
            recorded, starts = cursor_of(new), starts + 1
        assert starts > 10
        assert len(keeps) > 10
        assert 0 < again <= 120
        assert rows(new, *OF_ALL) == rows(store, *OF_ALL)
        assert rows(new, "contests", "tickets") == rows(store, "contests", "tickets")
        assert answers(new, tmp_path) == answers(store, tmp_path)
        assert changes(new) == changes(store)
        with new.database.read() as connection:
            (hash_,) = connection.execute(select(tables.learned.c.hash)).scalars()
        for wrong in ({"hash": "0x" + "00" * 32}, {"hash": hash_, "state": '{"form": 0}'}):
            with new.database.write() as connection:
                connection.execute(update(tables.learned).values(**wrong))
            asked.clear()
            finished(follower(market, day, new, [], community=load_community()))
            assert asked[0] == market.deployment.block
        assert rows(new, *OF_ALL) == rows(store, *OF_ALL)


def cursor_of(store: Store) -> int:
    """The last block whose events are in it."""
    instance = store.instance()
    position = instance and CursorTable(store.database, instance.instance_id).cursor(MARKET_EVENTS)
    return position.block if position else -1
