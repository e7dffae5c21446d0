"""Who was invited, who came in, whom others see at once; mails about a round that opens

Until now everybody who was registered was active and seen at once: of those nothing changes.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KIND = "round-open"
COUNTS = ["event_id", "state", "type_id", "availability_confirmed_at"]
INSTANTS = ("invited_at", "came_in_at", "shown_at")


def upgrade() -> None:
    for name in INSTANTS:
        op.add_column("participant", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "ALTER TABLE participant ADD COLUMN invitations INTEGER NOT NULL DEFAULT 0"
        " CONSTRAINT ck_participant_invitations CHECK (invitations >= 0)"
    )
    op.execute("UPDATE participant SET shown_at = created_at WHERE state = 'active'")
    op.execute(
        "UPDATE participant SET came_in_at = (SELECT last_sign_in_at FROM user_account"
        " WHERE user_account.id = participant.user_id) WHERE state = 'active'"
    )
    written = "FROM outbox_message WHERE participant_id = participant.id AND kind = 'invitation'"
    op.execute(
        f"UPDATE participant SET invited_at = (SELECT max(created_at) {written}),"  # noqa: S608
        f" invitations = (SELECT count(*) {written})"
    )
    op.drop_index("ix_participant_counts", "participant")
    op.create_index("ix_participant_counts", "participant", [*COUNTS, "invited_at", "came_in_at"])
    _allow(add=KIND)


def downgrade() -> None:
    for table in ("outbox_message", "reminder_done"):
        kind: sa.ColumnClause[str] = sa.column("kind")
        op.execute(sa.delete(sa.table(table, kind)).where(kind == KIND))
    _allow(remove=KIND)
    op.drop_index("ix_participant_counts", "participant")
    op.create_index("ix_participant_counts", "participant", COUNTS)
    # On SQLite this column's CHECK goes with it, as it was added with it.
    op.execute("ALTER TABLE participant DROP COLUMN invitations")
    for name in INSTANTS:
        op.drop_column("participant", name)


def _allow(*, add: str = "", remove: str = "") -> None:
    """The kinds of messages in the CHECKs: those that are there, with one more or one less."""
    for table in ("outbox_message", "reminder_done"):
        made = _definition(table)
        listed = re.search(r"kind\b[^']*?(?:IN|ANY)\s*\(.*?('[^\)\]]*)[\)\]]", made, re.DOTALL)
        if listed is None:
            raise RuntimeError(f"the table {table} does not say which kinds it takes")
        kinds = [word for word in re.findall(r"'([a-z-]+)'", listed[1]) if word != remove]
        words = ", ".join(f"'{word}'" for word in dict.fromkeys([*kinds, add] if add else kinds))
        if op.get_bind().dialect.name == "sqlite":
            _copy_with(table, made, words)
        else:
            name = f"ck_{table}_messagekind"
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (kind IN ({words}))")


def _definition(table: str) -> str:
    if op.get_bind().dialect.name == "sqlite":
        statement = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"
        name = table
    else:
        statement = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
        name = f"ck_{table}_messagekind"
    return str(op.get_bind().scalar(sa.text(statement), {"name": name}))


def _copy_with(table: str, made: str, words: str) -> None:
    """SQLite changes no CHECK. The table is copied with its own statement, so that its other CHECKs stay; no table
    refers to these two, so dropping the old one deletes nothing else.
    """
    bind = op.get_bind()
    wanted = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL"
    indexes = list(bind.scalars(sa.text(wanted), {"name": table}))
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
