"""A store's rows as text: a consistent copy while others write, of SQLite and PostgreSQL alike.

First line: the revision of the tables. Then `{"table": …, "columns": […]}` and an array per row.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from oracle.app.backup.archive import BackupError
from oracle.service.store.database import Database, alembic_config

VERSIONS = "alembic_version"
ROWS_AT_ONCE = 1000


def dump(database: Database) -> bytes:
    """Every row at one moment: one snapshot of a database that goes on being used.

    Raises BackupError where it was never used.
    """
    with database.read() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise BackupError(f"store: {database.shown}: has no tables; is it the right one?")
        lines = [json.dumps({"revision": revision})]
        for table in _tables(connection):
            columns = [column["name"] for column in inspect(connection).get_columns(table)]
            lines.append(json.dumps({"table": table, "columns": columns}))
            named = ", ".join(f'"{name}"' for name in columns)
            # Raw values: the program's own types would read some of them as floats.
            found = connection.exec_driver_sql(f'SELECT {named} FROM "{table}"')
            lines += (json.dumps([_packed(value) for value in row]) for row in found)
    return "\n".join(lines).encode() + b"\n"


def fill(database: Database, data: bytes) -> int:
    """Fills an empty database with the rows of a dump, then brings it to this version.

    Returns the number of rows. Raises BackupError where it is not empty, or the dump is newer.
    """
    lines = [json.loads(line) for line in data.splitlines()]
    revision = lines[0]["revision"]
    try:
        with database.write() as connection:
            if _tables(connection):
                raise BackupError(f"store: {database.shown}: is not empty; restore into a new one")
            command.upgrade(alembic_config(connection), revision)
            written = sum(
                _insert(connection, head["table"], head["columns"], rows)
                for head, rows in _grouped(lines[1:])
            )
            if not database.is_sqlite:
                _advance_counters(connection)
    except CommandError:
        raise BackupError(
            f"the backup's tables are of revision {revision}: a newer wattmarket made it"
        ) from None
    except SQLAlchemyError as error:
        raise BackupError(
            f"store: {database.shown}: {' '.join(str(error).split())[:160]}"
        ) from None
    database.upgrade()
    return written


def _tables(connection: Connection) -> list[str]:
    """Those with rows of ours, each after the tables that it refers to."""
    ordered = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name is not None and name != VERSIONS]


def _grouped(lines: list[Any]) -> Iterator[tuple[dict[str, Any], list[list[Any]]]]:
    head: dict[str, Any] | None = None
    rows: list[list[Any]] = []
    for line in lines:
        if isinstance(line, dict):
            if head is not None:
                yield head, rows
            head, rows = line, []
        else:
            rows.append(line)
    if head is not None:
        yield head, rows


def _insert(connection: Connection, table: str, columns: list[str], rows: list[list[Any]]) -> int:
    named = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f":c{i}" for i in range(len(columns)))
    statement = text(f'INSERT INTO "{table}" ({named}) VALUES ({values})')
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        connection.execute(
            statement, [{f"c{i}": _unpacked(value) for i, value in enumerate(row)} for row in part]
        )
    return len(rows)


def _advance_counters(connection: Connection) -> None:
    """PostgreSQL's counters do not see rows that brought their numbers along."""
    for table in _tables(connection):
        for column in inspect(connection).get_columns(table):
            if "nextval" not in str(column.get("default") or ""):
                continue
            place = {"table": table, "column": column["name"]}
            sequence = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), place
            ).scalar()
            most = connection.exec_driver_sql(
                f'SELECT max("{column["name"]}") FROM "{table}"'
            ).scalar()
            if sequence is not None and most is not None:
                connection.execute(text("SELECT setval(:s, :m)"), {"s": sequence, "m": most})


def _packed(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    (kind, packed), *_ = value.items()
    return base64.b64decode(packed) if kind == "bytes" else Decimal(packed)
