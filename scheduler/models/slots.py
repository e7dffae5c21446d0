"""Meeting blocks, their slots, and when participants can not meet."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import BusySource
from scheduler.models.base import Base, Key, PublicId, text_enum

TICK_MINUTES = 5
"""Meeting times lie on a grid of five minutes: what lets the schema refuse a double booking by uniqueness."""


class MeetingBlock(Base):
    """A stretch of a day divided into slots of equal length with equal pauses between them."""

    __tablename__ = "meeting_block"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint(f"slot_minutes >= {TICK_MINUTES} AND slot_minutes % {TICK_MINUTES} = 0", name="slot"),
        CheckConstraint(f"pause_minutes >= 0 AND pause_minutes % {TICK_MINUTES} = 0", name="pause"),
        Index("ix_meeting_block_event_id_starts_at", "event_id", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    slot_minutes: Mapped[int]
    pause_minutes: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]
    """Taken out, and kept because plans hold meetings in it."""
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_block.id"), index=True)
    """The block that it was before that one was cut differently: it keeps the slots that plans still use."""

    slots: Mapped[list[Slot]] = relationship(
        back_populates="block", order_by="Slot.starts_at", cascade="all, delete-orphan", passive_deletes=True
    )


class Slot(Base):
    """One possible meeting time. `first_tick` counts five minutes since 1970-01-01T00:00Z."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("tick_count >= 1 AND tick_count <= 288", name="ticks"),
        UniqueConstraint("block_id", "starts_at"),
        Index("ix_slot_event_id_starts_at", "event_id", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    block_id: Mapped[int] = mapped_column(ForeignKey("meeting_block.id", ondelete="CASCADE"))
    day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    first_tick: Mapped[int]
    tick_count: Mapped[int]
    retired_at: Mapped[datetime | None]
    """No meeting is put here any more; those that plans hold in it stay readable."""

    block: Mapped[MeetingBlock] = relationship(back_populates="slots")


class BusyTime(Base):
    """When a participant can not meet, besides sessions attended.

    Kept as times and not as slots, so that an answer once given holds when blocks are cut differently.
    A participant without busy times can meet in every slot.
    """

    __tablename__ = "busy_time"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_busy_time_participant_id_starts_at", "participant_id", "starts_at"),
        Index("ix_busy_time_ends_at", "ends_at", "starts_at", "participant_id"),
    )

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[BusySource] = mapped_column(text_enum(BusySource), default=BusySource.OWN)
