"""Engines and migrations: SQLite with one writer at a time, or PostgreSQL by URL."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)

from oracle.service.errors import StoreError

BUSY_SECONDS = 30
REACH_SECONDS = 10
# Those of the program, not of the world.
_FAULTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
# Any number will do, as long as every writer takes the same.
WRITER_LOCK = 0x77617474

# What is to be compacted is noted where a transaction covers it: by SQLite or not.
_NOTE = {True: "PRAGMA user_version = 1", False: "COMMENT ON TABLE members IS 'uncompacted'"}
_NOTED = {True: "PRAGMA user_version", False: "SELECT obj_description('members'::regclass)"}
_UNNOTE = {True: "PRAGMA user_version = 0", False: "COMMENT ON TABLE members IS NULL"}

_POSTGRES_SIZE = "SELECT pg_database_size(current_database())"


class Database:
    """An engine whose `read` sees one snapshot and whose `write` is alone.

    `durable`: a write is on the disk when it returns, and survives a loss of power, not only of
    the process. Both raise StoreError, one line, where the database cannot be reached or refuses.
    """

    def __init__(self, url: str | Path, *, durable: bool = False) -> None:
        self.url = _url(url)
        try:
            self.engine = create_engine(self.url, **_options(self.url))
        except ImportError as error:
            raise StoreError(
                f"store: {self.shown}: the driver {error.name} is not installed; "
                "`pip install wattmarket[postgres]` brings psycopg"
            ) from None
        except (NoSuchModuleError, ArgumentError) as error:
            raise StoreError(f"store: {self.shown}: {_line(error)}") from None
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            _private_file(self.url)
            event.listen(self.engine, "connect", _on_connect)
            if durable:
                event.listen(self.engine, "connect", _on_durable_connect)
            event.listen(self.engine, "begin", _on_begin)
        elif durable:
            event.listen(self.engine, "connect", _on_durable_session)
        # SQLite's readers see a snapshot anyway.
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._writer = self.engine.execution_options(immediate=True)
        self._lock = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        self._watching = threading.Lock()
        self._writes = 0

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._in_one_line(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start.

        A read that becomes a write fails at once in SQLite, whatever the timeout; so writers
        begin as writers. Within the process a lock spares them SQLite's sleeping until it is their
        turn. PostgreSQL gets the same by an advisory lock, which also makes change
        numbers appear in order.
        """
        with self._in_one_line(), self._lock, self._writer.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": WRITER_LOCK})
            yield connection
        self._writes += 1

    def version(self) -> Hashable:
        """Equal as long as nobody has written, in whatever process, at the cost of microseconds.

        PostgreSQL tells of its own process's writes only: there it changes twice a second too.
        """
        if not self.is_sqlite:
            return self._writes, int(2 * time.monotonic())
        with self._watching:
            if self._watcher is None:
                # A connection that never writes sees every commit as somebody else's.
                self._watcher = sqlite3.connect(
                    str(self.url.database), check_same_thread=False, isolation_level=None
                )
            return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _in_one_line(self) -> Iterator[None]:
        """What the world does to a database; a fault of the program keeps its traceback."""
        try:
            yield
        except DBAPIError as error:
            if isinstance(error, _FAULTS):
                raise
            raise StoreError(f"store: {self.shown}: {_line(error)}") from error

    def revision(self) -> str | None:
        """Of the tables as they are; None if there are none. Raises StoreError."""
        with self.read() as connection:
            return _current(connection)

    def size(self) -> int:
        """Bytes on disk, without the write-ahead log. Raises StoreError."""
        with self.read() as connection:
            if not self.is_sqlite:
                return int(connection.execute(text(_POSTGRES_SIZE)).scalar_one())
            pages, each = (
                int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
                for name in ("page_count", "page_size")
            )
            return pages * each

    def upgrade(self) -> None:
        """Bring the tables to this version. Raises StoreError."""
        try:
            with self.write() as connection:
                if _current(connection) != head_revision():
                    command.upgrade(alembic_config(connection), "head")
        except CommandError as error:
            raise StoreError(
                f"store: {self.shown}: made by another version of wattmarket ({_line(error)})"
            ) from None
        except SQLAlchemyError as error:
            raise StoreError(f"store: {self.shown}: {_line(error)}") from None

    def forget(self) -> None:
        """Leave no erased text behind in the write-ahead log (SQLite)."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def leave_to_compact(self, connection: Connection) -> None:
        """In a transaction: note, for good, that pages which it frees hold what it erases."""
        connection.exec_driver_sql(_NOTE[self.is_sqlite])

    def uncompacted(self) -> bool:
        """Whether something was erased and `compact` did not follow."""
        with self.read() as connection:
            return bool(connection.exec_driver_sql(_NOTED[self.is_sqlite]).scalar())

    def compact(self) -> None:
        """Write the tables anew, so that nothing that was erased is left in their files.

        Raises StoreError where somebody else reads or writes too long; then call it again.
        """
        try:
            if self.is_sqlite:
                with self.engine.connect() as connection:
                    raw = connection.connection.driver_connection
                    assert isinstance(raw, sqlite3.Connection)
                    raw.execute("VACUUM")
                    (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    if busy:
                        raise StoreError(f"store: {self.shown}: a reader is in the way; try again")
                    raw.execute(_UNNOTE[True])
            else:
                alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
                with alone.connect() as connection:
                    connection.exec_driver_sql(f"SET lock_timeout = {round(BUSY_SECONDS * 1000)}")
                    connection.exec_driver_sql("VACUUM FULL members")
                    connection.exec_driver_sql("RESET lock_timeout")
                    connection.exec_driver_sql(_UNNOTE[False])
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise StoreError(f"store: {self.shown}: {_line(error)}") from None

    def dispose(self) -> None:
        self.engine.dispose()
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None


def alembic_config(connection: Connection | None = None) -> Config:
    """The migrations of this package, run on the given connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def head_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _url(url: str | Path) -> URL:
    """A path means SQLite. Raises StoreError on what is neither a path nor a known URL."""
    if isinstance(url, Path):
        return URL.create("sqlite", database=str(url))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            f"store: {_without_password(url)!r}: allowed: sqlite:///FILE or postgresql+psycopg://…"
        ) from None
    backend = parsed.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise StoreError(f"store: {backend}: allowed: sqlite or postgresql")
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StoreError("store: sqlite in memory: allowed: sqlite:///FILE")
    if backend == "postgresql" and parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed


def _without_password(text: str) -> str:
    return re.sub(r"(//[^:@/]*):.*@", r"\1:***@", text, flags=re.DOTALL)


def _options(url: URL) -> dict[str, Any]:
    """Of the engine. A server of PostgreSQL may be restarted, or be no longer there."""
    if url.get_backend_name() == "sqlite":
        return {}
    reach = {} if "connect_timeout" in url.query else {"connect_timeout": REACH_SECONDS}
    return {"pool_pre_ping": True, "connect_args": reach}


def _private_file(url: URL) -> None:
    """Make the file before SQLite does, for its owner alone: names and readings are in it."""
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"store: {path}: {error.strerror}") from None


def _on_connect(connection: Any, _record: Any) -> None:
    # The driver's own idea of transactions would begin too late.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_durable_connect(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = FULL")


def _on_durable_session(connection: Any, _record: Any) -> None:
    """A server that is told to answer before its disk does must not do so here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _line(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split())[:160]


__all__ = ["Database", "Engine", "alembic_config", "head_revision"]
