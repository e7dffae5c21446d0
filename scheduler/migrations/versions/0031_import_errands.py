"""What workers do with large lists of people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_errand",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(120), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(32), nullable=True),
        sa.CheckConstraint("task IN ('store', 'undo')", name=op.f("ck_import_errand_importtask")),
        sa.CheckConstraint(
            "refusal IN ('taken', 'list', 'database', 'worker-gone', 'our-fault')",
            name=op.f("ck_import_errand_importrefusal"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["people_import.id"], name=op.f("fk_import_errand_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_import_errand_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["home_id"], ["organisation.id"], name=op.f("fk_import_errand_home_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_import_errand")),
    )
    op.create_index("ix_import_errand_by_id", "import_errand", ["by_id"])
    op.create_index("ix_import_errand_home_id", "import_errand", ["home_id"])


def downgrade() -> None:
    op.drop_table("import_errand")
