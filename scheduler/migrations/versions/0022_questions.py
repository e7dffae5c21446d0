"""Questions of an event's own, and the answers to them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_KINDS = ("text", "long-text", "one-choice", "several-choices", "yes-no", "file")
_READERS = ("participants", "organisers", "organisers-only")


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("questionkind", _KINDS), nullable=False),
        sa.Column("reader", _enum("answerreader", _READERS), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("label_key", sa.String(), server_default="", nullable=False),
        sa.Column("help", sa.String(500), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("label <> ''", name=op.f("ck_question_label")),
        sa.CheckConstraint("NOT required OR reader <> 'organisers-only'", name=op.f("ck_question_required")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_question_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_question_public_id")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_question_id_kind")),
    )
    op.create_index("uq_question_label_key", "question", ["event_id", "label_key"], unique=True)
    op.create_table(
        "question_type",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_type_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["participant_type.id"], name=op.f("fk_question_type_type_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "type_id", name=op.f("pk_question_type")),
    )
    op.create_index("ix_question_type_type_id", "question_type", ["type_id"])
    op.create_table(
        "question_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(160), nullable=False),
        sa.Column("label_key", sa.String(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("label <> ''", name=op.f("ck_question_choice_label")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_choice_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_choice")),
        sa.UniqueConstraint("question_id", "id", name=op.f("uq_question_choice_question_id_id")),
    )
    op.create_index(
        "uq_question_choice_label_key", "question_choice", ["question_id", "label_key"], unique=True
    )
    _answers()


def _answers() -> None:
    op.create_table(
        "question_answer",
        sa.Column("participant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", _enum("questionkind", _KINDS), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('text', 'long-text')) = (text <> '')", name=op.f("ck_question_answer_text")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_question_answer_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id", "kind"],
            ["question.id", "question.kind"],
            name=op.f("fk_question_answer_question_id_kind"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "question_id", name=op.f("pk_question_answer")),
        sa.UniqueConstraint(
            "participant_id",
            "question_id",
            "kind",
            name=op.f("uq_question_answer_participant_id_question_id_kind"),
        ),
    )
    op.create_index("ix_question_answer_question_id", "question_answer", ["question_id", "participant_id"])
    answer = ["question_answer.participant_id", "question_answer.question_id", "question_answer.kind"]
    op.create_table(
        "answer_choice",
        sa.Column("participant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("choice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('one-choice', 'several-choices', 'yes-no')", name=op.f("ck_answer_choice_kind")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id", "question_id", "kind"],
            answer,
            name=op.f("fk_answer_choice_participant_id_question_id_kind"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id", "choice_id"],
            ["question_choice.question_id", "question_choice.id"],
            name=op.f("fk_answer_choice_question_id_choice_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("participant_id", "choice_id", name=op.f("pk_answer_choice")),
    )
    only = sa.text("kind <> 'several-choices'")
    op.create_index(
        "uq_answer_choice_only",
        "answer_choice",
        ["participant_id", "question_id"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_index("ix_answer_choice_choice_id", "answer_choice", ["choice_id", "participant_id"])
    op.create_index("ix_answer_choice_question_id", "answer_choice", ["question_id", "choice_id"])
    op.create_table(
        "answer_file",
        sa.Column("participant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind = 'file'", name=op.f("ck_answer_file_kind")),
        sa.CheckConstraint(
            "size > 0 AND size <= 5000000 AND length(content) = size", name=op.f("ck_answer_file_size")
        ),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/jpeg', 'image/png')",
            name=op.f("ck_answer_file_media_type"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id", "question_id", "kind"],
            answer,
            name=op.f("fk_answer_file_participant_id_question_id_kind"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "question_id", name=op.f("pk_answer_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_answer_file_public_id")),
    )


def downgrade() -> None:
    for table in (
        "answer_file",
        "answer_choice",
        "question_answer",
        "question_choice",
        "question_type",
        "question",
    ):
        op.drop_table(table)
