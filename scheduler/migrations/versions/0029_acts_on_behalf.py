"""For whom an act was done: organisers act for participants, and both are named"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INDEX = "ix_audit_entry_on_behalf_of_id"
KEY = "fk_audit_entry_on_behalf_of_id"


def upgrade() -> None:
    # SQLite copies the table; no other refers to it, so nothing goes with the old one.
    with op.batch_alter_table("audit_entry") as table:
        table.add_column(sa.Column("on_behalf_of_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f(KEY), "participant", ["on_behalf_of_id"], ["id"], ondelete="SET NULL")
    op.create_index(INDEX, "audit_entry", ["on_behalf_of_id", "id"])


def downgrade() -> None:
    op.drop_index(INDEX, "audit_entry")
    with op.batch_alter_table("audit_entry") as table:
        table.drop_constraint(op.f(KEY), type_="foreignkey")
        table.drop_column("on_behalf_of_id")
