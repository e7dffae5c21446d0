"""Open calls: a participant posts a topic, others answer, and those taken meet as one group."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import AnswerState, CallState
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.people import Participant, Topic


class OpenCall(Base):
    """`Cities with the same pilot, to buy together`: seen by those who may ask its author for a meeting."""

    __tablename__ = "open_call"
    __table_args__ = (
        Index("ix_open_call_round_id_state", "round_id", "state"),
        Index("ix_open_call_author_id", "author_id"),
        Index("ix_open_call_topic_id", "topic_id"),
        CheckConstraint("seats >= 1", name="seats"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    round_id: Mapped[int] = mapped_column(ForeignKey("matchmaking_round.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(2000), default="")
    state: Mapped[CallState] = mapped_column(text_enum(CallState), default=CallState.OPEN)
    seats: Mapped[int] = mapped_column(default=4)
    """How many who answer can be taken."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    author: Mapped[Participant] = relationship()
    topic: Mapped[Topic | None] = relationship()
    answers: Mapped[list[CallAnswer]] = relationship(
        back_populates="call", cascade="all, delete-orphan", passive_deletes=True
    )


class CallAnswer(Base):
    """Somebody's answer to a call; the answers taken make one meeting with the author."""

    __tablename__ = "call_answer"
    __table_args__ = (Index("ix_call_answer_participant_id", "participant_id"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("open_call.id", ondelete="CASCADE"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[AnswerState] = mapped_column(text_enum(AnswerState), default=AnswerState.WAITING)
    message: Mapped[str] = mapped_column(String(500), default="")
    optional: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the group meets without them when there is no time that suits all."""
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    call: Mapped[OpenCall] = relationship(back_populates="answers")
    participant: Mapped[Participant] = relationship()
