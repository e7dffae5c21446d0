"""What organisers ask of a plan, and the answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("wish", sa.String(80), nullable=False),
        sa.Column("happening", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("worker", sa.String(120), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("moved_at", _INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('hold', 'mend')", name=op.f("ck_inquiry_inquirykind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'answered', 'failed', 'applied')",
            name=op.f("ck_inquiry_inquirystate"),
        ),
        sa.CheckConstraint("(kind = 'hold') = (wish <> '')", name=op.f("ck_inquiry_wish")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_inquiry_plan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_inquiry_asked_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_inquiry_public_id")),
    )
    op.create_index("ix_inquiry_plan_id", "inquiry", ["plan_id", "wish"])
    op.create_index("ix_inquiry_state", "inquiry", ["state"])
    op.create_index("ix_inquiry_asked_by_id", "inquiry", ["asked_by_id"])


def downgrade() -> None:
    op.drop_table("inquiry")
