"""From when somebody leaves; which requests a closing ended; who is optional in a group"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participant", sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "request", sa.Column("expired_by_closing", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "call_answer", sa.Column("optional", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("call_answer", "optional")
    op.drop_column("request", "expired_by_closing")
    op.drop_column("participant", "leaves_at")
