"""Who asks to join."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "join_requests",
        sa.Column(
            "instance",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("instances.id", name="fk_join_requests_instance", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("address", sa.String(42), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(64)),
        sa.Column("salt", sa.String(66)),
        sa.Column("name_hash", sa.String(66), nullable=False),
        sa.Column("meter", sa.String(42)),
        sa.PrimaryKeyConstraint("instance", "address", name="pk_join_requests"),
    )


def downgrade() -> None:
    op.drop_table("join_requests")
