"""Sizes of organisations, mails about requests, colleagues who are asked

Columns are added and dropped by plain statements: copying a table, as Alembic does on SQLite by default, would
delete the rows of all tables that refer to it.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEFORE = (
    "sign-in",
    "invitation",
    "round-closing",
    "requests-waiting",
    "agenda-published",
    "tomorrow",
    "change",
    "digest",
    "note",
)
_AFTER = (*_BEFORE, "news")


def upgrade() -> None:
    op.add_column("organisation", sa.Column("employees", sa.Integer(), nullable=True))
    op.add_column("organisation", sa.Column("inhabitants", sa.Integer(), nullable=True))
    op.add_column(
        "participant", sa.Column("wanted_sizes", sa.String(length=40), nullable=False, server_default="")
    )
    op.create_index("ix_participant_country", "participant", ["country", "event_id"])
    for name in ("colleague_agrees", "sender_agrees"):
        op.add_column("request", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    where = sa.text("proposed_id IS NOT NULL")
    op.create_index(
        "ix_request_proposed_id", "request", ["proposed_id"], sqlite_where=where, postgresql_where=where
    )
    op.execute(
        "ALTER TABLE message_preference ADD COLUMN requests VARCHAR(32) NOT NULL DEFAULT 'at-once'"
        " CONSTRAINT ck_message_preference_requestmail CHECK (requests IN ('at-once', 'daily', 'never'))"
    )
    _allow(_AFTER)


def downgrade() -> None:
    for table in ("outbox_message", "reminder_done"):
        kind: sa.ColumnClause[str] = sa.column("kind")
        op.execute(sa.delete(sa.table(table, kind)).where(kind == "news"))
    _allow(_BEFORE)
    op.execute("ALTER TABLE message_preference DROP COLUMN requests")
    op.drop_index("ix_request_proposed_id", "request")
    for name in ("colleague_agrees", "sender_agrees"):
        op.execute(f"ALTER TABLE request DROP COLUMN {name}")
    op.drop_index("ix_participant_country", "participant")
    op.execute("ALTER TABLE participant DROP COLUMN wanted_sizes")
    for name in ("employees", "inhabitants"):
        op.execute(f"ALTER TABLE organisation DROP COLUMN {name}")


def _allow(kinds: tuple[str, ...]) -> None:
    """The kinds of messages, in the CHECK of both tables that hold them."""
    words = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ("outbox_message", "reminder_done"):
        if op.get_bind().dialect.name == "sqlite":
            _copy_with(table, words)
        else:
            name = f"ck_{table}_messagekind"
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (kind IN ({words}))")


def _copy_with(table: str, words: str) -> None:
    """SQLite changes no CHECK. The table is copied with its own statement, so that its other CHECKs stay; no table
    refers to these two, so dropping the old one deletes nothing else.
    """
    bind = op.get_bind()
    (made,) = bind.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    ).one()
    indexes = list(
        bind.scalars(
            sa.text(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
            ),
            {"table": table},
        )
    )
    made, found = re.subn(r"kind IN \([^)]*\)", f"kind IN ({words})", made)
    made, named = re.subn(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_copy", made)
    if (found, named) != (1, 1):
        raise RuntimeError(f"the table {table} is not the one that the first step made")
    bind.exec_driver_sql(made)
    bind.exec_driver_sql(f"INSERT INTO {table}_copy SELECT * FROM {table}")  # noqa: S608 - names of ours
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_copy RENAME TO {table}")
    for index in indexes:
        bind.exec_driver_sql(index)
