"""PostgreSQL as an operator meets it: what is wrong is one line; a server may be restarted."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from sqlalchemy.engine import URL, make_url

from oracle.service.errors import StoreError
from oracle.service.store.database import Database
from oracle.service.store.store import Store, open_store
from tests.backends import Places


@pytest.fixture(scope="module")
def backend() -> str:
    return "postgresql"


def said_of(url: URL | str) -> str:
    """What opening it says: one line, and no password."""
    text = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    with pytest.raises(StoreError) as caught:
        open_store(text)
    line = str(caught.value)
    assert line.startswith("store: ")
    assert "\n" not in line
    assert "hunter2" not in line
    return line


def test_a_server_that_is_down() -> None:
    began = time.monotonic()
    said = said_of("postgresql+psycopg://user:hunter2@127.0.0.1:1/x")
    assert "postgresql+psycopg://user:***@127.0.0.1:1/x" in said
    assert "Connection refused" in said
    assert time.monotonic() - began < 10


def test_a_wrong_password_and_a_database_that_is_not_there(places: Places) -> None:
    url = places.server.url
    assert 'database "nowhere" does not exist' in said_of(url.set(database="nowhere"))
    if places.server.checks_passwords:
        assert "password authentication failed" in said_of(url.set(password="hunter2"))


def test_urls_that_are_none() -> None:
    for url in ("postgresql://user:hunter2@host:port/x", "://user:hunter2@host/x"):
        assert "allowed: sqlite:///FILE or postgresql+psycopg://" in said_of(url)
    assert "nodriver" in said_of("postgresql+nodriver://user:hunter2@127.0.0.1:1/x")


def test_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = said_of("postgresql://user:hunter2@127.0.0.1:1/x")
    assert said.endswith(
        "the driver psycopg is not installed; `pip install wattmarket[postgres]` brings psycopg"
    )


def test_a_user_who_may_not_make_tables(places: Places, url: str) -> None:
    name = f"reader_{make_url(url).database}"
    places.server.do(f"CREATE ROLE {name} LOGIN PASSWORD 'hunter2'")
    try:
        empty = make_url(places.empty("postgresql"))
        said = said_of(empty.set(username=name, password="hunter2"))
        assert "permission denied for schema public" in said
        places.drop(empty.render_as_string(hide_password=False))
    finally:
        places.server.do(f"DROP ROLE {name}")


def test_a_server_that_was_restarted_is_found_again(store: Store, places: Places, world) -> None:
    world.fill(store)
    places.server.do(_END.format(store.database.url.database))
    assert store.stats().periods == world.PERIODS
    # In the midst of a transaction it is one line; the next one is whole.
    with pytest.raises(StoreError, match=r"^store: .*terminat"):
        _cut_off(store, places)
    store.record_period(world.period(99))
    assert store.stats().periods == world.PERIODS + 1


_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


def _cut_off(store: Store, places: Places) -> None:
    with store.database.write() as connection:
        places.server.do(_END.format(store.database.url.database))
        connection.exec_driver_sql("SELECT 1")


def test_what_must_be_durable_waits_for_the_disk(url: str) -> None:
    name = make_url(url).database
    setting = "SELECT current_setting('synchronous_commit')"
    plain = Database(url)
    with plain.write() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    plain.dispose()
    for durable, expected in ((False, "off"), (True, "on")):
        database = Database(url, durable=durable)
        with database.write() as connection:
            assert connection.exec_driver_sql(setting).scalar() == expected
        database.dispose()


def test_writers_take_turns_across_connections(url: str) -> None:
    first, second = Database(url), Database(url)
    order: list[str] = []

    def wait() -> None:
        with second.write():
            order.append("second")

    with first.write() as connection:
        thread = threading.Thread(target=wait)
        thread.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while not connection.exec_driver_sql(waiting).scalar():
            time.sleep(0.01)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
    first.dispose()
    second.dispose()


def test_compacting_does_not_wait_for_ever(market: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.service.store.database.BUSY_SECONDS", 0.05)
    with market.database.write() as connection:
        market.database.leave_to_compact(connection)
    with market.database.read() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM members")
        with pytest.raises(StoreError, match="lock timeout"):
            market.database.compact()
        assert market.database.uncompacted()
    market.database.compact()
    assert not market.database.uncompacted()
