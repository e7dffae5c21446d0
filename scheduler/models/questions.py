"""Questions of an event's own, and what people answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.domain.text_key import name_key as as_name
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.keys import key_of
from scheduler.models.people import ParticipantType

question_type = Table(
    "question_type",
    Base.metadata,
    Column("question_id", ForeignKey("question.id", ondelete="CASCADE"), primary_key=True),
    Column("type_id", ForeignKey("participant_type.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_question_type_type_id", "type_id"),
)
"""Whom a question is for; one without a row is for everybody."""


class ProfileQuestion(Base):
    """One question that an event asks beside the profile."""

    __tablename__ = "question"
    __table_args__ = (
        # Answers carry the kind, so that the database knows what they are made of.
        UniqueConstraint("id", "kind"),
        Index("uq_question_label_key", "event_id", "label_key", unique=True),
        CheckConstraint("label <> ''", name="label"),
        CheckConstraint("NOT required OR reader <> 'organisers-only'", name="required"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    reader: Mapped[AnswerReader] = mapped_column(text_enum(AnswerReader))
    label: Mapped[str] = mapped_column(String(200))
    label_key: Mapped[str] = key_of(as_name, "label")
    help: Mapped[str] = mapped_column(String(500), default="")
    required: Mapped[bool] = mapped_column(default=False)
    """Whether a profile without an answer is incomplete, and an answer can't be emptied."""
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]
    """Since when nobody is asked; what was answered stays."""

    choices: Mapped[list[QuestionChoice]] = relationship(
        order_by="(QuestionChoice.position, QuestionChoice.id)",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    types: Mapped[list[ParticipantType]] = relationship(
        secondary=question_type, order_by=ParticipantType.name
    )


class QuestionChoice(Base):
    """One of the answers that a question offers; of a yes/no question `yes` or `no`."""

    __tablename__ = "question_choice"
    __table_args__ = (
        UniqueConstraint("question_id", "id"),
        Index("uq_question_choice_label_key", "question_id", "label_key", unique=True),
        CheckConstraint("label <> ''", name="label"),
    )

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(160))
    label_key: Mapped[str] = key_of(as_name, "label")
    position: Mapped[int] = mapped_column(default=0)


class ProfileAnswer(Base):
    """What one person answers to one question; its choices and its file lie in tables of their own."""

    __tablename__ = "question_answer"
    __table_args__ = (
        ForeignKeyConstraint(["question_id", "kind"], ["question.id", "question.kind"], ondelete="CASCADE"),
        UniqueConstraint("participant_id", "question_id", "kind"),
        Index("ix_question_answer_question_id", "question_id", "participant_id"),
        CheckConstraint("(kind IN ('text', 'long-text')) = (text <> '')", name="text"),
    )

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    question_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    text: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime]


class AnswerChoice(Base):
    """A choice that somebody has chosen. The keys say that it is one of the question's, and of an answer to it."""

    __tablename__ = "answer_choice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "question_id", "kind"],
            ["question_answer.participant_id", "question_answer.question_id", "question_answer.kind"],
            # Of two people who become one the answers move, with what hangs on them.
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        # A chosen choice is not deleted. Checked at the end, for with a question both go, in whatever order.
        ForeignKeyConstraint(
            ["question_id", "choice_id"],
            ["question_choice.question_id", "question_choice.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(
            "uq_answer_choice_only",
            "participant_id",
            "question_id",
            unique=True,
            sqlite_where=text("kind <> 'several-choices'"),
            postgresql_where=text("kind <> 'several-choices'"),
        ),
        # Whom a filter finds is read from this index alone.
        Index("ix_answer_choice_choice_id", "choice_id", "participant_id"),
        Index("ix_answer_choice_question_id", "question_id", "choice_id"),
        CheckConstraint("kind IN ('one-choice', 'several-choices', 'yes-no')", name="kind"),
    )

    participant_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    choice_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))


class AnswerFile(Base):
    """The file of an answer: a PDF as it came, or a picture that we encoded."""

    __tablename__ = "answer_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "question_id", "kind"],
            ["question_answer.participant_id", "question_answer.question_id", "question_answer.kind"],
            # Of two people who become one the answers move, with what hangs on them.
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint("kind = 'file'", name="kind"),
        CheckConstraint("size > 0 AND size <= 5000000 AND length(content) = size", name="size"),
        CheckConstraint("media_type IN ('application/pdf', 'image/jpeg', 'image/png')", name="media_type"),
    )

    participant_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32), default=QuestionKind.FILE.value)
    public_id: Mapped[PublicId]
    """New with every upload."""
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    """Octets."""
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
