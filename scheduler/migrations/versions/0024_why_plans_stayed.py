"""Why plans were not published, as facts in the place of English sentences"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

plan = sa.table(
    "plan",
    sa.column("id"),
    sa.column("errand_problem", sa.String),
    sa.column("errand_refusal", sa.JSON),
)


def upgrade() -> None:
    # Columns come and go one by one: on SQLite a copy of the table would take the meetings of every plan with it.
    op.add_column("plan", sa.Column("errand_refusal", sa.JSON(), server_default="{}", nullable=False))
    connection = op.get_bind()
    said = sa.select(plan.c.id, plan.c.errand_problem).where(plan.c.errand_problem != "")
    for key, sentence in connection.execute(said).all():
        # What it said can't be read back into facts; the sentence stays as it was.
        kept = {"why": "text", "count": 0, "name": sentence, "state": ""}
        connection.execute(sa.update(plan).where(plan.c.id == key).values(errand_refusal=kept))
    op.drop_column("plan", "errand_problem")


def downgrade() -> None:
    op.add_column("plan", sa.Column("errand_problem", sa.String(500), nullable=False, server_default=""))
    connection = op.get_bind()
    for key, refusal in connection.execute(sa.select(plan.c.id, plan.c.errand_refusal)).all():
        if refusal:
            said = refusal["name"] if refusal["why"] == "text" else refusal["why"]
            connection.execute(sa.update(plan).where(plan.c.id == key).values(errand_problem=said[:500]))
    op.drop_column("plan", "errand_refusal")
