"""The migrations make exactly the tables that the program uses."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, inspect, select
from sqlalchemy import types as kinds

from oracle.service.errors import StoreError
from oracle.service.store import tables
from oracle.service.store.database import Database, alembic_config, head_revision
from tests.backends import BACKENDS, Places

OLDER = [
    script.revision
    for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()
    if script.revision != head_revision()
]


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(places: Places, backend: str) -> Iterator[Database]:
    """One without a table."""
    url = places.empty(backend)
    made = Database(url)
    yield made
    made.dispose()
    places.drop(url)


def test_models_and_migrations_agree(database: Database) -> None:
    database.upgrade()
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == head_revision()


def test_the_comparison_would_see_a_difference(database: Database) -> None:
    database.upgrade()
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE periods ADD COLUMN colour TEXT")
        connection.exec_driver_sql("DROP INDEX ix_nonces_expires")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert len(compare_metadata(context, tables.metadata)) == 2


def test_keys_agree_too(database: Database) -> None:
    # The comparison above does not look at primary keys and foreign keys' actions.
    database.upgrade()
    with database.read() as connection:
        found = inspect(connection)
        for name, table in tables.metadata.tables.items():
            key = found.get_pk_constraint(name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key], name
            actions = {k["options"].get("ondelete") for k in found.get_foreign_keys(name)}
            assert actions == {k.ondelete for k in table.foreign_keys}, name


def test_down_and_up_again(database: Database) -> None:
    database.upgrade()
    with database.write() as connection:
        command.downgrade(alembic_config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    database.upgrade()
    with database.read() as connection:
        assert set(inspect(connection).get_table_names()) == {
            "alembic_version",
            *tables.metadata.tables,
        }


@pytest.mark.parametrize("revision", OLDER)
def test_no_row_of_an_older_store_is_lost_up_or_down(database: Database, revision: str) -> None:
    with database.write() as connection:
        command.upgrade(alembic_config(connection), revision)
        written = _fill_each_table(connection)
    assert len(written) > 5
    database.upgrade()
    assert database.revision() == head_revision()
    with database.read() as connection:
        assert _rows(connection, written) == written
    with database.write() as connection:
        command.downgrade(alembic_config(connection), revision)
    assert database.revision() == revision
    with database.read() as connection:
        assert _rows(connection, written) == written


Rows = dict[str, list[dict[str, Any]]]


def _fill_each_table(connection: Connection) -> Rows:
    """Two rows in every table that there is, each value its own."""
    found = MetaData()
    found.reflect(connection)
    written: Rows = {}
    for table in found.sorted_tables:
        if table.name != "alembic_version":
            written[table.name] = [_row(table, i) for i in (1, 2)]
            connection.execute(table.insert(), written[table.name])
    return written


def _row(table: Table, i: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for position, column in enumerate(table.columns):
        kind = column.type
        if column.foreign_keys:
            row[column.name] = i  # the first column of what it points to
        elif isinstance(kind, kinds.Boolean):
            row[column.name] = i == 1
        elif isinstance(kind, kinds.Integer):
            row[column.name] = i + 1000 * position
        elif isinstance(kind, kinds.LargeBinary):
            row[column.name] = bytes([i, position])
        else:
            row[column.name] = f"{i}{position}"
    return row


def _rows(connection: Connection, written: Rows) -> Rows:
    found = MetaData()
    found.reflect(connection)
    read: Rows = {}
    for name, rows in written.items():
        table = found.tables[name]
        columns = [table.c[column] for column in rows[0]]
        ordered = select(*columns).order_by(*columns)
        read[name] = [dict(row) for row in connection.execute(ordered).mappings()]
    return read


def test_a_migration_that_fails_leaves_nothing(database: Database) -> None:
    with database.write() as connection:
        # The last of the tables is in the way.
        connection.exec_driver_sql("CREATE TABLE nonces (x INTEGER)")
    with pytest.raises(StoreError, match=r"^store: .*nonces.*$"):
        database.upgrade()
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["nonces"]


def test_one_line_of_migrations_ships_with_the_package() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert len(scripts.get_heads()) == 1
    shipped = files("oracle.service.store") / "migrations"
    assert (shipped / "script.py.mako").is_file()
    assert (shipped / "versions" / "v0001_first_tables.py").is_file()
