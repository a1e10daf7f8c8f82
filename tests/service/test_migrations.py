"""The migrations make exactly the tables that the program uses."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from oracle.service import tables
from oracle.service.database import Database, alembic_config, head_revision
from oracle.service.errors import StoreError


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.db")
    database.upgrade()
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == head_revision()
    database.dispose()


def test_the_comparison_would_see_a_difference(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.db")
    database.upgrade()
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE periods ADD COLUMN colour TEXT")
        connection.exec_driver_sql("DROP INDEX ix_nonces_expires")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert len(compare_metadata(context, tables.metadata)) == 2
    database.dispose()


def test_keys_agree_too(tmp_path: Path) -> None:
    # The comparison above does not look at primary keys and foreign keys' actions.
    database = Database(tmp_path / "s.db")
    database.upgrade()
    with database.read() as connection:
        found = inspect(connection)
        for name, table in tables.metadata.tables.items():
            key = found.get_pk_constraint(name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key], name
            actions = {k["options"].get("ondelete") for k in found.get_foreign_keys(name)}
            assert actions == {k.ondelete for k in table.foreign_keys}, name
    database.dispose()


def test_down_and_up_again(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.db")
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
    database.dispose()


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.db")
    with database.write() as connection:
        # The last of the tables is in the way.
        connection.exec_driver_sql("CREATE TABLE nonces (x INTEGER)")
    with pytest.raises(StoreError, match=r"^store: .*nonces.*$"):
        database.upgrade()
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["nonces"]
    database.dispose()


def test_one_line_of_migrations_ships_with_the_package() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert len(scripts.get_heads()) == 1
    shipped = files("oracle.service") / "migrations"
    assert (shipped / "script.py.mako").is_file()
    assert (shipped / "versions" / "v0001_first_tables.py").is_file()
