"""What organisers write to many people at once, whom it is for, and mails of that kind"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KIND = "announcement"


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(78), nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("press", sa.String(40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed", sa.Integer, nullable=False),
        sa.Column("left_out", sa.JSON, nullable=False),
        sa.CheckConstraint(
            "kind IN ('announcement', 'answer', 'times')", name=op.f("ck_announcement_writingkind")
        ),
        sa.CheckConstraint("mailed >= 0", name=op.f("ck_announcement_mailed")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_announcement_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_announcement_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_announcement_public_id")),
        sa.UniqueConstraint("event_id", "press", name=op.f("uq_announcement_event_id_press")),
    )
    op.create_index("ix_announcement_event_id_sent_at", "announcement", ["event_id", "sent_at"])
    op.create_table(
        "announcement_reader",
        sa.Column("announcement_id", sa.Integer, nullable=False),
        sa.Column("participant_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announcement_reader_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_announcement_reader_participant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "participant_id", name=op.f("pk_announcement_reader")),
    )
    op.create_index("ix_announcement_reader_participant_id", "announcement_reader", ["participant_id"])
    _allow(add=KIND)


def downgrade() -> None:
    for table in ("outbox_message", "reminder_done"):
        kind: sa.ColumnClause[str] = sa.column("kind")
        op.execute(sa.delete(sa.table(table, kind)).where(kind == KIND))
    _allow(remove=KIND)
    op.drop_table("announcement_reader")
    op.drop_table("announcement")


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
