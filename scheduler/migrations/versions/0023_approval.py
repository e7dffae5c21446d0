"""Events that approve people before others see them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("approval", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("participant", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("participant", "approved_at")
    op.drop_column("event", "approval")
