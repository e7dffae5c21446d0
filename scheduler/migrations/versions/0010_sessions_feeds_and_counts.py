"""Sessions that can be ended, who made a feed, whose notes are whose, counts of rate limits, no tokens in the outbox"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_RATING = "rating IS NULL OR (rating >= 1 AND rating <= 5)"
_MAKER = "made_by_id INTEGER"
_MAKER_KEY = "CONSTRAINT fk_feed_token_made_by_id FOREIGN KEY (made_by_id) REFERENCES user_account (id) ON DELETE CASCADE"
_KEPT = "held, rating, note, follow_up, updated_at, said_at"


def upgrade() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_user_session_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_session"),
        sa.UniqueConstraint("key_hash", name="uq_user_session_key_hash"),
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"])
    op.execute("ALTER TABLE user_account DROP COLUMN session_key")
    op.create_table(
        "rate_count",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_count"),
    )
    op.create_index("ix_rate_count_ends_at", "rate_count", ["ends_at"])
    _tell_who_made_feeds()
    _give_notes_to_users()
    # What was sent opens nothing any more, and what waits has its token in it and leaves with it.
    op.execute(
        "UPDATE outbox_message SET text = '', html = '' WHERE kind = 'sign-in' AND state NOT IN ('queued', 'kept')"
    )


def downgrade() -> None:
    _give_notes_to_seats()
    op.drop_index("ix_feed_token_made_by_id", "feed_token")
    if op.get_bind().dialect.name == "sqlite":
        _edit_feeds(f"{_MAKER}, ", "", f", {_MAKER_KEY}", "")
    else:
        op.execute("ALTER TABLE feed_token DROP COLUMN made_by_id")
    op.drop_table("rate_count")
    op.execute("ALTER TABLE user_account ADD COLUMN session_key VARCHAR(32) NOT NULL DEFAULT ''")
    op.drop_table("user_session")


def _tell_who_made_feeds() -> None:
    """A participant's feeds were made by that user; of a delegation's nobody knows, so they become the leader's."""
    if op.get_bind().dialect.name == "sqlite":
        _edit_feeds("(", f"({_MAKER}, ", ")", f", {_MAKER_KEY})")
    else:
        op.execute(f"ALTER TABLE feed_token ADD COLUMN {_MAKER}, ADD {_MAKER_KEY}")
    op.create_index("ix_feed_token_made_by_id", "feed_token", ["made_by_id"])
    op.execute(
        "UPDATE feed_token SET made_by_id ="
        " (SELECT user_id FROM participant WHERE participant.id = feed_token.participant_id)"
        " WHERE kind = 'participant'"
    )
    op.execute(
        "UPDATE feed_token SET made_by_id ="
        " (SELECT participant.user_id FROM delegation JOIN participant ON participant.id = delegation.leader_id"
        " WHERE delegation.id = feed_token.delegation_id)"
        " WHERE kind = 'delegation'"
    )


def _edit_feeds(first: str, instead_first: str, last: str, instead_last: str) -> None:
    """SQLite adds no constraint: the table is copied with its own statement, edited at its head and its end.

    No table refers to this one, so dropping the old one deletes nothing else.
    """
    bind = op.get_bind()
    made: str = bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'feed_token'").scalar_one()
    indexes = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'feed_token' AND sql IS NOT NULL"
    ).scalars()
    statements = list(indexes)
    made = made.replace(first, instead_first, 1)
    made = instead_last.join(made.rsplit(last, 1))
    bind.exec_driver_sql("ALTER TABLE feed_token RENAME TO feed_token_before")
    bind.exec_driver_sql(made)
    before = {row[1] for row in bind.exec_driver_sql("PRAGMA table_info(feed_token_before)")}
    after = [row[1] for row in bind.exec_driver_sql("PRAGMA table_info(feed_token)")]
    columns = ", ".join(name for name in after if name in before)
    bind.exec_driver_sql(
        f"INSERT INTO feed_token ({columns}) SELECT {columns} FROM feed_token_before"  # noqa: S608 - names of ours
    )
    bind.exec_driver_sql("DROP TABLE feed_token_before")
    for statement in statements:
        bind.exec_driver_sql(statement)


def _give_notes_to_users() -> None:
    """Notes of a seat that nobody holds any more are nobody's to read: they go."""
    owners = (
        f"SELECT user_id, uid, participant_id, {_KEPT} FROM meeting_memory"  # noqa: S608 - names of ours
        " JOIN participant ON participant.id = meeting_memory.participant_id WHERE user_id IS NOT NULL"
    )
    if op.get_bind().dialect.name == "sqlite":
        _copied(
            sa.Column("user_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["user_id"], ["user_account.id"], name="fk_meeting_memory_user_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("user_id", "uid", name="pk_meeting_memory"),
            columns="user_id, uid, participant_id",
            rows=owners.replace("updated_at", "meeting_memory.updated_at"),
        )
    else:
        op.execute(
            "ALTER TABLE meeting_memory ADD COLUMN user_id INTEGER CONSTRAINT fk_meeting_memory_user_id"
            " REFERENCES user_account (id) ON DELETE CASCADE"
        )
        op.execute(
            "UPDATE meeting_memory SET user_id ="
            " (SELECT user_id FROM participant WHERE participant.id = meeting_memory.participant_id)"
        )
        op.execute("DELETE FROM meeting_memory WHERE user_id IS NULL")
        op.execute("ALTER TABLE meeting_memory ALTER COLUMN user_id SET NOT NULL")
        op.execute("ALTER TABLE meeting_memory DROP CONSTRAINT pk_meeting_memory")
        op.execute("ALTER TABLE meeting_memory ADD CONSTRAINT pk_meeting_memory PRIMARY KEY (user_id, uid)")
    op.create_index("ix_meeting_memory_participant_id", "meeting_memory", ["participant_id"])


def _give_notes_to_seats() -> None:
    """Only those of who holds the seat now: of two users' notes on one meeting, one can stay."""
    op.drop_index("ix_meeting_memory_participant_id", "meeting_memory")
    foreign = (
        "DELETE FROM meeting_memory WHERE NOT EXISTS (SELECT 1 FROM participant WHERE"
        " participant.id = meeting_memory.participant_id AND participant.user_id = meeting_memory.user_id)"
    )
    op.execute(foreign)
    if op.get_bind().dialect.name == "sqlite":
        _copied(
            sa.PrimaryKeyConstraint("participant_id", "uid", name="pk_meeting_memory"),
            columns="uid, participant_id",
            rows=f"SELECT uid, participant_id, {_KEPT} FROM meeting_memory",  # noqa: S608 - names of ours
        )
    else:
        op.execute("ALTER TABLE meeting_memory DROP CONSTRAINT pk_meeting_memory")
        op.execute(
            "ALTER TABLE meeting_memory ADD CONSTRAINT pk_meeting_memory PRIMARY KEY (participant_id, uid)"
        )
        op.execute("ALTER TABLE meeting_memory DROP COLUMN user_id")


def _copied(*parts: sa.Column[int] | sa.Constraint, columns: str, rows: str) -> None:
    """SQLite changes no primary key. No table refers to this one, so dropping the old one deletes nothing else."""
    op.create_table(
        "meeting_memory_copy",
        *(part for part in parts if isinstance(part, sa.Column)),
        sa.Column("uid", sa.String(40), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(4000), nullable=False),
        sa.Column("follow_up", sa.String(500), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.JSON(), nullable=False, server_default="{}"),
        sa.CheckConstraint(_RATING, name=op.f("ck_meeting_memory_rating")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_meeting_memory_participant_id"),
            ondelete="CASCADE",
        ),
        *(part for part in parts if isinstance(part, sa.Constraint)),
    )
    op.execute(f"INSERT INTO meeting_memory_copy ({columns}, {_KEPT}) {rows}")
    op.drop_table("meeting_memory")
    op.rename_table("meeting_memory_copy", "meeting_memory")
    op.create_index("ix_meeting_memory_uid", "meeting_memory", ["uid"])
