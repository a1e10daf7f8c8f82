"""Run by Alembic: applies the migrations on the connection that the store hands over."""

from __future__ import annotations

from alembic import context

from oracle.service.store.tables import metadata

connection = context.config.attributes["connection"]
# SQLite cannot alter a table in place; batch mode copies it.
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
