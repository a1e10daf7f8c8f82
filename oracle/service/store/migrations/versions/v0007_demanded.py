"""Parts of a proof on stakes that were demanded and not yet shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("proofs") as table:
        table.add_column(sa.Column("demanded", sa.Text(), nullable=True))
    op.execute("UPDATE proofs SET demanded = '[]'")
    with op.batch_alter_table("proofs") as table:
        table.alter_column("demanded", existing_type=sa.Text(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("proofs") as table:
        table.drop_column("demanded")
