"""What organisers have written to many people at once, and whom it is for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import WritingKind
from scheduler.domain.messages import SUBJECT_LIMIT
from scheduler.models.access import User
from scheduler.models.base import Base, Key, PublicId, text_enum


class Announcement(Base):
    """One mail to many. `press` is of the page from which it was sent: pressed twice, it is sent once."""

    __tablename__ = "announcement"
    __table_args__ = (
        UniqueConstraint("event_id", "press"),
        Index("ix_announcement_event_id_sent_at", "event_id", "sent_at"),
        CheckConstraint("mailed >= 0", name="mailed"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    kind: Mapped[WritingKind] = mapped_column(text_enum(WritingKind))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LIMIT), default="")
    text: Mapped[str] = mapped_column(default="")
    press: Mapped[str] = mapped_column(String(40))
    sent_at: Mapped[datetime]
    """By the event's clock."""
    mailed: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """How many got no mail, by reason."""

    user: Mapped[User | None] = relationship()


class AnnouncementReader(Base):
    """A participant whom an announcement is for: they read it on their pages, with a mail or without."""

    __tablename__ = "announcement_reader"
    __table_args__ = (Index("ix_announcement_reader_participant_id", "participant_id"),)

    announcement_id: Mapped[int] = mapped_column(
        ForeignKey("announcement.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
