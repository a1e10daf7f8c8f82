"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.String(80)
ADDRESS = sa.String(42)
HASH = sa.String(66)

# Names in the order in which they depend on each other.
OF_INSTANCE = (
    "periods",
    "postings",
    "members",
    "member_periods",
    "bill_lines",
    "trades",
    "reputation",
    "gas",
)


def upgrade() -> None:
    op.create_table(
        "instances",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        _need("instance_id", sa.String(64)),
        _need("chain_id"),
        _need("genesis_hash", HASH),
        _need("deployment", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
        sa.UniqueConstraint("instance_id", name="uq_instances_instance_id"),
        sqlite_autoincrement=True,
    )
    _create(
        "periods",
        ["period"],
        _need("period"),
        _need("starts_at"),
        _need("ends_at"),
        _need("state", sa.String(16)),
        _need("round"),
        _need("elecoin_epoch"),
        sa.Column("price_wei", EXACT),
        sa.Column("matching_probability", EXACT),
        sa.Column("served_fraction", EXACT),
        sa.Column("elecoin_price_wei", EXACT),
        _need("elecoin_carried", sa.Boolean()),
        _need("energy_traded_wh"),
        sa.Column("leader", ADDRESS),
        sa.Column("digest", HASH),
    )
    _create(
        "postings",
        ["feed", "epoch"],
        _need("feed", sa.String(16)),
        _need("epoch"),
        _need("digest", HASH),
        _need("value", EXACT),
        _need("price_wei", EXACT),
        _need("block"),
        _need("posted_at"),
        _need("valid_from"),
        _need("valid_until"),
        _need("transaction", HASH),
        sa.Column("leader", ADDRESS),
        _need("signers", sa.Text()),
    )
    _create(
        "members",
        ["address"],
        _need("address", ADDRESS),
        _need("role", sa.String(16)),
        _need("zone", sa.String(64)),
        _need("name_hash", HASH),
        sa.Column("name", sa.String(64)),
        sa.Column("salt", HASH),
        _need("name_changed", sa.Boolean()),
    )
    _create(
        "member_periods",
        ["address", "period"],
        _need("address", ADDRESS),
        _need("period"),
        _need("generated_wh"),
        _need("consumed_wh"),
        _need("bought_wh"),
        _need("sold_wh"),
        _need("imported_wh"),
        _need("exported_wh"),
        sa.Column("declared_wh", sa.BigInteger()),
    )
    _create(
        "bill_lines",
        ["address", "period", "position"],
        _need("address", ADDRESS),
        _need("period"),
        _need("position", sa.Integer()),
        _need("name", sa.String(32)),
        _need("unit", sa.String(16)),
        _need("amount", EXACT),
    )
    _create(
        "trades",
        ["transaction", "log_index"],
        _need("transaction", HASH),
        _need("log_index", sa.Integer()),
        _need("period"),
        _need("seller", ADDRESS),
        _need("buyer", ADDRESS),
        _need("energy_wh"),
        _need("price_wei", EXACT),
        _need("cost_wei", EXACT),
        _need("network_wei", EXACT),
        _need("levy_wei", EXACT),
    )
    for side in ("buyer", "seller"):
        op.create_index(f"ix_trades_instance_{side}_period", "trades", ["instance", side, "period"])
    _create(
        "reputation",
        ["round", "address"],
        _need("round"),
        _need("address", ADDRESS),
        _need("value", EXACT),
        _need("leader", sa.Boolean()),
    )
    _create(
        "gas",
        ["function"],
        _need("function", sa.String(128)),
        _need("count"),
        _need("median"),
        _need("total"),
    )
    op.create_table(
        "changes",
        sa.Column("sequence", COUNTER, autoincrement=True, nullable=False),
        _need("instance", COUNTER),
        _need("kind", sa.String(16)),
        _need("feed", sa.String(16)),
        _need("number"),
        sa.PrimaryKeyConstraint("sequence", name="pk_changes"),
        _of_instance("changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_instance_sequence", "changes", ["instance", "sequence"])
    op.create_table(
        "nonces",
        _need("nonce", HASH),
        _need("expires"),
        sa.PrimaryKeyConstraint("nonce", name="pk_nonces"),
    )
    op.create_index("ix_nonces_expires", "nonces", ["expires"])


def downgrade() -> None:
    for name in ("nonces", "changes", *reversed(OF_INSTANCE), "instances"):
        op.drop_table(name)


def _need(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.BigInteger(), nullable=False, autoincrement=False)


def _of_instance(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["instance"], ["instances.id"], name=f"fk_{table}_instance", ondelete="CASCADE"
    )


def _create(name: str, key: list[str], *columns: sa.Column[Any]) -> None:
    """A table of one instance's rows, keyed within it."""
    op.create_table(
        name,
        _need("instance", COUNTER),
        *columns,
        sa.PrimaryKeyConstraint("instance", *key, name=f"pk_{name}"),
        _of_instance(name),
    )
