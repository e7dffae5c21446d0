"""What a co-organiser is responsible for: an organisation's people, a delegation, a pavilion, a round"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NEW = {"delegation_id": "delegation", "pavilion_id": "pavilion", "round_id": "matchmaking_round"}
SCOPES = ("organisation_id", *NEW)
COUNTED = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in SCOPES)
ONCE = "role <> 'co-organiser'"


def upgrade() -> None:
    # No other table refers to this one, so SQLite may copy it.
    op.execute("UPDATE event_role SET organisation_id = NULL WHERE role <> 'co-organiser'")
    with op.batch_alter_table("event_role") as table:
        for column, of in NEW.items():
            table.add_column(sa.Column(column, sa.Integer(), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_event_role_{column}"), of, [column], ["id"], ondelete="CASCADE"
            )
        table.drop_constraint(op.f("uq_event_role_user_id_event_id_role"), type_="unique")
        for column in SCOPES:
            table.create_unique_constraint(op.f(f"uq_event_role_user_id_{column}"), ["user_id", column])
        table.create_check_constraint(op.f("ck_event_role_scope"), f"{COUNTED} <= 1")
        table.create_check_constraint(op.f("ck_event_role_scoped"), f"role = 'co-organiser' OR {COUNTED} = 0")
    op.create_index(
        "ix_event_role_once",
        "event_role",
        ["user_id", "event_id", "role"],
        unique=True,
        sqlite_where=sa.text(ONCE),
        postgresql_where=sa.text(ONCE),
    )


def downgrade() -> None:
    op.drop_index("ix_event_role_once", "event_role")
    # Of what a co-organiser is responsible for, only one organisation's people were known.
    op.execute(
        "DELETE FROM event_role WHERE delegation_id IS NOT NULL OR pavilion_id IS NOT NULL OR round_id IS NOT NULL"
    )
    op.execute(
        "DELETE FROM event_role WHERE id NOT IN"
        " (SELECT min(id) FROM event_role GROUP BY user_id, event_id, role)"
    )
    with op.batch_alter_table("event_role") as table:
        for name in ("scope", "scoped"):
            table.drop_constraint(op.f(f"ck_event_role_{name}"), type_="check")
        for column in SCOPES:
            table.drop_constraint(op.f(f"uq_event_role_user_id_{column}"), type_="unique")
        for column in NEW:
            table.drop_constraint(op.f(f"fk_event_role_{column}"), type_="foreignkey")
            table.drop_column(column)
        table.create_unique_constraint(
            op.f("uq_event_role_user_id_event_id_role"), ["user_id", "event_id", "role"]
        )
