"""Why runs ended, as facts in the place of English sentences"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

run = sa.table("run", sa.column("id"), sa.column("message", sa.Text), sa.column("outcome", sa.JSON))


def upgrade() -> None:
    op.add_column("run", sa.Column("outcome", sa.JSON(), server_default="{}", nullable=False))
    connection = op.get_bind()
    for key, message in connection.execute(sa.select(run.c.id, run.c.message)).all():
        if message:
            # What it said can't be read back into facts; the sentence stays as it was.
            kept = {"end": "text", "values": {"text": message}, "findings": []}
            connection.execute(sa.update(run).where(run.c.id == key).values(outcome=kept))
    with op.batch_alter_table("run") as table:
        table.drop_column("message")


def downgrade() -> None:
    op.add_column("run", sa.Column("message", sa.Text(), server_default="", nullable=False))
    connection = op.get_bind()
    for key, outcome in connection.execute(sa.select(run.c.id, run.c.outcome)).all():
        if outcome:
            said = outcome.get("values", {}).get("text") or outcome["end"]
            connection.execute(sa.update(run).where(run.c.id == key).values(message=said))
    with op.batch_alter_table("run") as table:
        table.drop_column("outcome")
