"""The scale of the hall's plan, what to assume for unknown ways, and joint visits as attendances of their members"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One by one and by plain statements, as in 0003: on SQLite a copy of the table would delete what refers to it.
    for name, most in (("hall_width", 20000), ("hall_depth", 20000), ("assumed_walk", 240)):
        least = 0 if name == "assumed_walk" else 1
        op.execute(
            f"ALTER TABLE event ADD COLUMN {name} INTEGER CONSTRAINT ck_event_{name}"
            f" CHECK ({name} >= {least} AND {name} <= {most})"
        )
    op.add_column("pavilion", sa.Column("placed", sa.Boolean(), nullable=False, server_default=sa.false()))
    # The middle of the plan is where a pavilion is drawn of which nobody has said where it lies.
    op.execute("UPDATE pavilion SET placed = true WHERE x <> 50 OR y <> 50")
    op.execute(
        "INSERT INTO session_attendance (session_id, participant_id, role)"
        " SELECT s.id, m.participant_id, 'attendee' FROM programme_session s"
        " JOIN delegation_member m ON m.delegation_id = s.delegation_id"
        " WHERE NOT EXISTS (SELECT 1 FROM session_attendance a"
        "  WHERE a.session_id = s.id AND a.participant_id = m.participant_id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE pavilion DROP COLUMN placed")
    for name in ("assumed_walk", "hall_depth", "hall_width"):
        op.execute(f"ALTER TABLE event DROP COLUMN {name}")
