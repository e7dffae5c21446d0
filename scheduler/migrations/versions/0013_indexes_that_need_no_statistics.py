"""Indexes that are the right ones whatever is known of the data"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GONE = sa.text("status = 'cancelled'")
OPEN = sa.text("state IN ('queued', 'claimed', 'sending')")
IN_HAND = sa.text("state IN ('claimed', 'sending')")


def upgrade() -> None:
    op.drop_index("ix_agenda_entry_event_id_uid", "agenda_entry")
    op.drop_index("ix_agenda_entry_status_ends_at", "agenda_entry")
    op.create_index("ix_agenda_entry_uid", "agenda_entry", ["uid", "event_id"])
    op.create_index(
        "ix_agenda_entry_gone",
        "agenda_entry",
        ["event_id", "ends_at"],
        sqlite_where=GONE,
        postgresql_where=GONE,
    )
    op.drop_index("ix_outbox_message_open", "outbox_message")
    op.create_index(
        "ix_outbox_message_open",
        "outbox_message",
        ["priority", "due_at", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_outbox_message_in_hand",
        "outbox_message",
        ["claimed_by"],
        sqlite_where=IN_HAND,
        postgresql_where=IN_HAND,
    )
    op.create_index("ix_outbox_message_event_id", "outbox_message", ["event_id", "state", "kind"])


def downgrade() -> None:
    op.drop_index("ix_outbox_message_in_hand", "outbox_message")
    op.drop_index("ix_outbox_message_open", "outbox_message")
    op.create_index(
        "ix_outbox_message_open",
        "outbox_message",
        ["priority", "due_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.drop_index("ix_outbox_message_event_id", "outbox_message")
    op.drop_index("ix_agenda_entry_gone", "agenda_entry")
    op.drop_index("ix_agenda_entry_uid", "agenda_entry")
    op.create_index("ix_agenda_entry_status_ends_at", "agenda_entry", ["status", "ends_at"])
    op.create_index("ix_agenda_entry_event_id_uid", "agenda_entry", ["event_id", "uid"])
