"""What a worker was asked to do with a plan; when each part of a memory was said"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ERRANDS = "errand IN ('publish', 'unpublish')"


def upgrade() -> None:
    # Columns are added one by one and never by a copy of the table: on SQLite, dropping the old table would
    # take the meetings of every plan with it.
    # Alembic adds a CHECK in a statement of its own, which SQLite does not have.
    op.execute(
        f"ALTER TABLE plan ADD COLUMN errand VARCHAR(32) CONSTRAINT ck_plan_planerrand CHECK ({ERRANDS})"
    )
    op.add_column("plan", sa.Column("errand_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("plan", sa.Column("errand_worker", sa.String(120), nullable=False, server_default=""))
    op.add_column("plan", sa.Column("errand_problem", sa.String(500), nullable=False, server_default=""))
    op.add_column("meeting_memory", sa.Column("said_at", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("meeting_memory", "said_at")
    for name in ("errand_problem", "errand_worker", "errand_since"):
        op.drop_column("plan", name)
    op.execute("ALTER TABLE plan DROP COLUMN errand")
