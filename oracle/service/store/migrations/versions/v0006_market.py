"""What everybody may see of the market: declared words, proofs of prices, draws of contests."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.String(80)
ADDRESS = sa.String(42)
HASH = sa.String(66)
FEED = sa.String(16)
ZONE = sa.String(64)
COUNT = sa.Integer()
BIG = sa.BigInteger()

TABLES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "declarations": (
        {"feed": FEED, "epoch": BIG, "position": COUNT},
        {"address": ADDRESS, "value": EXACT},
        {},
    ),
    "floors": ({"period": BIG}, {"ticks": BIG}, {}),
    "proofs": (
        {"feed": FEED, "epoch": BIG},
        {
            "tier": sa.String(16),
            "commitment": HASH,
            "input_block": BIG,
            "servers": sa.Text(),
            "poster": ADDRESS,
            "gas_used": BIG,
            "quorum": COUNT,
            "voided": sa.Boolean(),
        },
        {"bound_wei": EXACT, "challengeable_until": BIG},
    ),
    "contests": (
        {"round": BIG, "zone": ZONE},
        {
            "number": COUNT,
            "state": sa.String(16),
            "least_wh": BIG,
            "transactions": sa.Text(),
        },
        {"prize_wei": EXACT, "seed": HASH, "block_hash": HASH, "winner": ADDRESS, "entry": COUNT},
    ),
    "tickets": (
        {"round": BIG, "zone": ZONE, "position": COUNT},
        {"address": ADDRESS, "energy_wh": BIG},
        {},
    ),
}


def upgrade() -> None:
    for name, (key, needed, optional) in TABLES.items():
        op.create_table(
            name,
            sa.Column("instance", COUNTER, nullable=False, autoincrement=False),
            *(
                sa.Column(column, kind, nullable=False, autoincrement=False)
                for column, kind in (key | needed).items()
            ),
            *(sa.Column(column, kind, nullable=True) for column, kind in optional.items()),
            sa.PrimaryKeyConstraint("instance", *key, name=f"pk_{name}"),
            sa.ForeignKeyConstraint(
                ["instance"], ["instances.id"], name=f"fk_{name}_instance", ondelete="CASCADE"
            ),
        )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
