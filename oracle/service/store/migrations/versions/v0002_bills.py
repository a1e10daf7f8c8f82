"""What bills are made of: readings, corrections, elecoins bought and redeemed, terms of supply."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.String(80)
RATIO = sa.String(200)
ADDRESS = sa.String(42)
HASH = sa.String(66)
NAME = sa.String(64)
COUNT = sa.Integer()
FLAG = sa.Boolean()
BIG = sa.BigInteger()

TABLES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "readings": (
        ["address", "period"],
        {
            "address": ADDRESS,
            "period": BIG,
            "generation_wh": BIG,
            "consumption_wh": BIG,
            "generated_wh": BIG,
            "consumed_wh": BIG,
            "estimated": FLAG,
        },
    ),
    "corrections": (
        ["transaction", "log_index"],
        {
            "transaction": HASH,
            "log_index": COUNT,
            "block": BIG,
            "address": ADDRESS,
            "period": BIG,
            "booked_at": BIG,
            "generated_wh": BIG,
            "consumed_wh": BIG,
            "reason": COUNT,
        },
    ),
    "elecoin_moves": (
        ["transaction", "log_index"],
        {
            "transaction": HASH,
            "log_index": COUNT,
            "address": ADDRESS,
            "kind": sa.String(16),
            "at": BIG,
            "amount_wei": EXACT,
            "value_wei": EXACT,
        },
    ),
    "supplies": (
        ["address"],
        {
            "address": ADDRESS,
            "meter": ADDRESS,
            "tariff": NAME,
            "feed_in": RATIO,
            "own_use_known": FLAG,
        },
    ),
    "supply_prices": (
        ["tariff", "period"],
        {
            "tariff": NAME,
            "period": BIG,
            "starts_at": BIG,
            "energy": RATIO,
            "network": RATIO,
            "levy": RATIO,
            "vat": RATIO,
            "standing": RATIO,
        },
    ),
}


def upgrade() -> None:
    for name, (key, columns) in TABLES.items():
        op.create_table(
            name,
            sa.Column("instance", COUNTER, nullable=False, autoincrement=False),
            *(
                sa.Column(column, kind, nullable=False, autoincrement=False)
                for column, kind in columns.items()
            ),
            sa.PrimaryKeyConstraint("instance", *key, name=f"pk_{name}"),
            sa.ForeignKeyConstraint(
                ["instance"], ["instances.id"], name=f"fk_{name}_instance", ondelete="CASCADE"
            ),
        )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
