"""How many seats a session has, who may, must or is invited to attend, and who waits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme_session") as table:
        table.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        table.add_column(sa.Column("by_invitation", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_check_constraint(
            op.f("ck_programme_session_capacity"), "capacity >= 1 AND capacity <= 100000"
        )
    op.add_column(
        "session_attendance", sa.Column("required", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _list("session_audience", "type_id", "participant_type")
    _list("session_invitation", "participant_id", "participant")
    _list("session_waiting", "participant_id", "participant", sa.Column("since", _INSTANT, nullable=False))


def downgrade() -> None:
    for name in ("session_waiting", "session_invitation", "session_audience"):
        op.drop_table(name)
    with op.batch_alter_table("session_attendance") as table:
        table.drop_column("required")
    with op.batch_alter_table("programme_session") as table:
        table.drop_constraint(op.f("ck_programme_session_capacity"), type_="check")
        table.drop_column("by_invitation")
        table.drop_column("capacity")


_INSTANT = sa.DateTime(timezone=True)


def _list(name: str, key: str, of: str, *more: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(key, sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["session_id"], ["programme_session.id"], name=op.f(f"fk_{name}_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint([key], [f"{of}.id"], name=op.f(f"fk_{name}_{key}"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", key, name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_{key}", name, [key])
