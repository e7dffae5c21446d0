"""Matchmaking rounds, and the interests and requests collected in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import InterestLevel, RequestMode, RequestState, RoundState
from scheduler.domain.text_key import name_key as as_name
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.keys import key_of
from scheduler.models.people import Participant
from scheduler.models.slots import MeetingBlock

round_block = Table(
    "round_block",
    Base.metadata,
    Column("round_id", ForeignKey("matchmaking_round.id", ondelete="CASCADE"), primary_key=True),
    Column("block_id", ForeignKey("meeting_block.id", ondelete="CASCADE"), primary_key=True, index=True),
)


def _limit_checks() -> tuple[CheckConstraint, ...]:
    bounds = dict.fromkeys(("max_meetings", "max_meetings_per_day", "max_meetings_per_half_day"), (0, 1000))
    bounds |= {"pause_after": (1, 1000), "pause_minutes": (5, 240)}
    return tuple(
        CheckConstraint(f"{name} BETWEEN {least} AND {most}", name=name)
        for name, (least, most) in bounds.items()
    )


class _Limits:
    """How many meetings one person has at most, and after how many in a row they pause. None: no limit of this kind."""

    max_meetings: Mapped[int | None]
    max_meetings_per_day: Mapped[int | None]
    max_meetings_per_half_day: Mapped[int | None]
    pause_after: Mapped[int | None]
    pause_minutes: Mapped[int | None]
    """None: as long as a meeting."""


class MatchmakingRound(_Limits, Base):
    """A window in which interests and requests are collected, and the rules that hold in it."""

    __tablename__ = "matchmaking_round"
    __table_args__ = (
        UniqueConstraint("event_id", "name"),
        Index("uq_matchmaking_round_name_key", "event_id", "name_key", unique=True),
        CheckConstraint("opens_at < closes_at", name="times"),
        CheckConstraint("request_cap >= 0", name="request_cap"),
        CheckConstraint("guarantee >= 0", name="guarantee"),
        CheckConstraint("answer_days >= 0", name="answer_days"),
        CheckConstraint("half_day_at BETWEEN 1 AND 1439", name="half_day_at"),
        *_limit_checks(),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = key_of(as_name, "name")
    state: Mapped[RoundState] = mapped_column(text_enum(RoundState), default=RoundState.DRAFT)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    request_mode: Mapped[RequestMode] = mapped_column(text_enum(RequestMode), default=RequestMode.OPT_IN)
    request_cap: Mapped[int] = mapped_column(default=30)
    """How many open and accepted requests one participant may have sent."""
    answer_days: Mapped[int] = mapped_column(default=0)
    """Days within which a request wants an answer before it expires; 0: until the round closes."""
    guarantee: Mapped[int] = mapped_column(default=0)
    """How many meetings the organiser owes everybody who takes part; a participant's own figure adds to none."""
    half_day_at: Mapped[int] = mapped_column(default=13 * 60, server_default=str(13 * 60))
    """Minutes after local midnight at which the second half of a day begins."""
    created_at: Mapped[datetime]

    blocks: Mapped[list[MeetingBlock]] = relationship(secondary=round_block, order_by=MeetingBlock.starts_at)


class RoundTypeRule(_Limits, Base):
    """What holds in a round for participants of one type; what is none is as the round says for everybody."""

    __tablename__ = "round_type_rule"
    __table_args__ = (
        CheckConstraint("request_cap BETWEEN 0 AND 1000", name="request_cap"),
        CheckConstraint("answer_days BETWEEN 0 AND 365", name="answer_days"),
        CheckConstraint("guarantee BETWEEN 0 AND 1000", name="guarantee"),
        Index("ix_round_type_rule_type_id", "type_id"),
        *_limit_checks(),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("matchmaking_round.id", ondelete="CASCADE"), primary_key=True
    )
    type_id: Mapped[int] = mapped_column(
        ForeignKey("participant_type.id", ondelete="CASCADE"), primary_key=True
    )
    request_cap: Mapped[int | None]
    answer_days: Mapped[int | None]
    guarantee: Mapped[int | None]


class Interest(Base):
    """What one participant thinks of meeting another. `rather-not` is never shown to the other."""

    __tablename__ = "interest"
    __table_args__ = (
        UniqueConstraint("round_id", "from_id", "to_id"),
        CheckConstraint("from_id <> to_id", name="pair"),
        Index("ix_interest_to_id", "to_id", "round_id"),
        Index("ix_interest_from_id", "from_id", "round_id"),
        Index("ix_interest_round_id_level", "round_id", "level"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("matchmaking_round.id", ondelete="CASCADE"))
    from_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    level: Mapped[InterestLevel] = mapped_column(text_enum(InterestLevel))
    note: Mapped[str] = mapped_column(String(500), default="")
    """For oneself, never shown to the other."""
    updated_at: Mapped[datetime]


class Request(Base):
    """An interest that has been sent, with a message."""

    __tablename__ = "request"
    __table_args__ = (
        UniqueConstraint("round_id", "from_id", "to_id"),
        CheckConstraint("from_id <> to_id", name="pair"),
        Index("ix_request_to_id", "to_id", "round_id", "state"),
        Index("ix_request_from_id", "from_id", "round_id", "state"),
        Index("ix_request_round_id_state", "round_id", "state"),
        Index("ix_request_round_id_to_id", "round_id", "to_id", "state"),
        Index(
            "ix_request_proposed_id",
            "proposed_id",
            sqlite_where=text("proposed_id IS NOT NULL"),
            postgresql_where=text("proposed_id IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    round_id: Mapped[int] = mapped_column(ForeignKey("matchmaking_round.id", ondelete="CASCADE"))
    from_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    state: Mapped[RequestState] = mapped_column(text_enum(RequestState), default=RequestState.OPEN)
    message: Mapped[str] = mapped_column(String(1000), default="")
    answer: Mapped[str] = mapped_column(String(500), default="")
    """The optional reason given with an answer."""
    any_representative: Mapped[bool] = mapped_column(default=False)
    """Whether any representative of the asked participant's organisation may take the meeting."""
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    """Who answered: another representative than the one asked, where any of them may."""
    proposed_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    """The colleague whom the asked participant proposes instead; it binds once they and the sender say yes."""
    colleague_agrees: Mapped[bool] = mapped_column(default=False)
    sender_agrees: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
    expired_by_closing: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it expired because the round was closed: opening the round again undoes that."""
    reminded_at: Mapped[datetime | None]

    proposed: Mapped[Participant | None] = relationship(foreign_keys=proposed_id)
    sender: Mapped[Participant] = relationship(foreign_keys=from_id)
    receiver: Mapped[Participant] = relationship(foreign_keys=to_id)
    round: Mapped[MatchmakingRound] = relationship()
