"""What sessions of other systems say beside their time and place, and programmes that are looked at first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NEW = (
    ("speakers", sa.String()),
    ("track", sa.String(120)),
    ("language", sa.String(40)),
    ("link", sa.String(300)),
    ("source", sa.String(300)),
)


def upgrade() -> None:
    for name, kind in _NEW:
        op.add_column("programme_session", sa.Column(name, kind, server_default="", nullable=False))
    op.create_table(
        "programme_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_programme_import_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_programme_import_public_id")),
    )
    op.create_index("ix_programme_import_event_id", "programme_import", ["event_id"])


def downgrade() -> None:
    op.drop_index("ix_programme_import_event_id", "programme_import")
    op.drop_table("programme_import")
    with op.batch_alter_table("programme_session") as table:
        for name, _kind in reversed(_NEW):
            table.drop_column(name)
