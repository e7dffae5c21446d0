"""Logo, colour, imprint, contact and languages of an event"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_look",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("colour", sa.String(7), nullable=False),
        sa.Column("imprint", sa.String(), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("website", sa.String(300), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("logo_id", sa.String(20), nullable=True),
        sa.Column("logo_type", sa.String(20), nullable=False),
        sa.Column("logo_width", sa.Integer(), nullable=False),
        sa.Column("logo_height", sa.Integer(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(logo IS NULL) = (logo_id IS NULL)", name=op.f("ck_event_look_logo")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_look_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_look")),
    )


def downgrade() -> None:
    op.drop_table("event_look")
