"""When an event was archived, and when it will be deleted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("archived_at", "deletes_at"):
        op.add_column("event", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # By plain statements, as in 0006: on SQLite a copy of the table would delete what refers to it.
    for name in ("deletes_at", "archived_at"):
        op.execute(f"ALTER TABLE event DROP COLUMN {name}")
