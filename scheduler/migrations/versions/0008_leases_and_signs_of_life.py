"""Leases, workers' signs of life, whose attempt a message is, what was learned of a round"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("sender_lease")
    op.create_table(
        "work_lease",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("holder", sa.String(160), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_work_lease")),
    )
    op.create_table(
        "worker_beat",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_beat")),
    )
    op.create_table(
        "matching_model",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["matchmaking_round.id"],
            name=op.f("fk_matching_model_round_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_matching_model")),
    )
    # Columns one by one: a copy of the table would take its dependants along on SQLite.
    op.add_column(
        "outbox_message", sa.Column("claimed_by", sa.String(160), nullable=False, server_default="")
    )
    op.add_column("plan", sa.Column("errand_attempts", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("plan", "errand_attempts")
    op.drop_column("outbox_message", "claimed_by")
    for name in ("matching_model", "worker_beat", "work_lease"):
        op.drop_table(name)
    op.create_table(
        "sender_lease",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_lease")),
    )
