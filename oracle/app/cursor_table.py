"""Cursors on the chain's events, kept in a store beside what came of the events."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select

from oracle.chain.event_cursor import CursorMoved, Position
from oracle.rounds.report_json import to_bytes, to_hex
from oracle.service.store import tables
from oracle.service.store.database import Database


@dataclass(frozen=True)
class CursorTable:
    """The cursors of one deployment; `deployment` is the name under which the store has it."""

    database: Database
    deployment: str

    def cursor(self, name: str) -> Position | None:
        with self.database.read() as connection:
            return self.read(connection, name)

    def transaction(self) -> AbstractContextManager[Connection]:
        return self.database.write()

    def move(
        self, transaction: Connection, name: str, before: Position | None, after: Position | None
    ) -> None:
        """To `after`, or away where that is None. Raises CursorMoved unless it is at `before`."""
        if self.read(transaction, name) != before:
            raise CursorMoved(name)
        self._write(transaction, name, after)

    def put(self, name: str, position: Position) -> None:
        """To `position`, wherever it is."""
        with self.database.write() as connection:
            self._write(connection, name, position)

    def _write(self, transaction: Connection, name: str, after: Position | None) -> None:
        transaction.execute(delete(tables.cursors).where(self._is(name)))
        if after is None:
            return
        hashes = json.dumps([(number, hash_.hex()) for number, hash_ in after.hashes])
        row = {"deployment": self.deployment, "name": name, "block": after.block, "hashes": hashes}
        transaction.execute(insert(tables.cursors), row)

    def read(self, connection: Connection, name: str) -> Position | None:
        row = connection.execute(select(tables.cursors).where(self._is(name))).first()
        if row is None:
            return None
        hashes = tuple((number, bytes.fromhex(hash_)) for number, hash_ in json.loads(row.hashes))
        return Position(row.block, hashes)

    # --- what its reader knew there -----------------------------------------------------------

    def learned(self, name: str) -> tuple[int, bytes, str] | None:
        """Block, its hash, and what was kept of it, newest."""
        with self.database.read() as connection:
            row = connection.execute(select(tables.learned).where(self._is_learned(name))).first()
        return None if row is None else (row.block, to_bytes(row.hash), row.state)

    def keep(self, name: str, block: int, hash_: bytes, state: str) -> None:
        """Instead of what was kept before."""
        row = {"block": block, "hash": to_hex(hash_), "state": state}
        with self.database.write() as connection:
            self.forget(connection, name)
            place = {"deployment": self.deployment, "name": name}
            connection.execute(insert(tables.learned), row | place)

    def forget(self, transaction: Connection, name: str) -> None:
        transaction.execute(delete(tables.learned).where(self._is_learned(name)))

    def _is(self, name: str) -> Any:
        table = tables.cursors
        return and_(table.c.deployment == self.deployment, table.c.name == name)

    def _is_learned(self, name: str) -> Any:
        table = tables.learned
        return and_(table.c.deployment == self.deployment, table.c.name == name)
