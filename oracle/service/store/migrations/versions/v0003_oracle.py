"""What an edge server must not forget: its outbox, what it signed, what it heard, where it is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

EXACT = sa.String(80)
ADDRESS = sa.String(42)
HASH = sa.String(66)
DEPLOYMENT = sa.String(64)
FEED = sa.String(16)
TABLES = ("outbox", "attempts", "signed_reports", "heard_shares", "cursors", "switches")


def upgrade() -> None:
    _create(
        "outbox",
        ["deployment", "signer", "nonce"],
        _need("deployment", DEPLOYMENT),
        _need("signer", ADDRESS),
        _need("nonce"),
        _need("effect", sa.String(160)),
        _need("to", ADDRESS),
        _need("data", sa.LargeBinary()),
        _need("value", EXACT),
        _need("gas"),
        _need("state", sa.String(16)),
        sa.Column("included_as", HASH),
        sa.Column("included_in", sa.BigInteger()),
        sa.Column("included_block", HASH),
        sa.Column("succeeded", sa.Boolean()),
    )
    op.create_index(
        "ix_outbox_deployment_signer_effect", "outbox", ["deployment", "signer", "effect"]
    )
    _create(
        "attempts",
        ["deployment", "signer", "nonce", "position"],
        _need("deployment", DEPLOYMENT),
        _need("signer", ADDRESS),
        _need("nonce"),
        _need("position", sa.Integer()),
        _need("hash", HASH),
        _need("raw", sa.LargeBinary()),
        _need("most", EXACT),
        _need("tip", EXACT),
        sa.Column("sent_at", sa.BigInteger()),
    )
    _create(
        "signed_reports",
        ["deployment", "signer", "feed", "epoch"],
        _need("deployment", DEPLOYMENT),
        _need("signer", ADDRESS),
        _need("feed", FEED),
        _need("epoch"),
        _need("digest", HASH),
        _need("report", sa.Text()),
        sa.Column("r", HASH),
        sa.Column("vs", HASH),
    )
    _create(
        "heard_shares",
        ["deployment", "signer", "feed", "epoch", "sender", "digest"],
        _need("deployment", DEPLOYMENT),
        _need("signer", ADDRESS),
        _need("feed", FEED),
        _need("epoch"),
        _need("sender", ADDRESS),
        _need("digest", HASH),
        _need("sequence"),
        _need("message", sa.LargeBinary()),
    )
    _create(
        "cursors",
        ["deployment", "name"],
        _need("deployment", DEPLOYMENT),
        _need("name", sa.String(64)),
        _need("block"),
        _need("hashes", sa.Text()),
    )
    _create(
        "switches",
        ["deployment", "name"],
        _need("deployment", DEPLOYMENT),
        _need("name", sa.String(64)),
        _need("on", sa.Boolean()),
    )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def _need(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.BigInteger(), nullable=False, autoincrement=False)


def _create(name: str, key: list[str], *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))
