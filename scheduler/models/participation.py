"""What participants add around their meetings: pictures, wishes to change, memories."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import ChangeKind, ChangeState
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.people import Participant
from scheduler.models.plans import Meeting
from scheduler.models.slots import Slot


class Picture(Base):
    """A participant's photo or an organisation's logo, always re-encoded by us, without metadata."""

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint("(participant_id IS NULL) <> (organisation_id IS NULL)", name="owner"),
        UniqueConstraint("participant_id"),
        UniqueConstraint("organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    """New with every upload, so that its address may be cached for ever."""
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class MeetingChange(Base):
    """Somebody's wish to move or cancel a published meeting, with the reason that the others read."""

    __tablename__ = "meeting_change"
    __table_args__ = (
        Index("ix_meeting_change_meeting_id", "meeting_id"),
        Index("ix_meeting_change_participant_id", "participant_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    kind: Mapped[ChangeKind] = mapped_column(text_enum(ChangeKind))
    state: Mapped[ChangeState] = mapped_column(text_enum(ChangeState), default=ChangeState.OPEN)
    reason: Mapped[str] = mapped_column(String(500))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    """Where a move should go to; no time is held for it until the others agree."""
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    participant: Mapped[Participant] = relationship()
    slot: Mapped[Slot | None] = relationship()


class MeetingMemory(Base):
    """What one participant keeps of a meeting: whether it was held, a rating, a note that nobody else reads.

    Bound to the meeting's UID, which outlives a new plan, and to the user who wrote it: whoever takes over the seat
    at the event does not read it.
    """

    __tablename__ = "meeting_memory"
    __table_args__ = (
        CheckConstraint("rating IS NULL OR (rating >= 1 AND rating <= 5)", name="rating"),
        Index("ix_meeting_memory_uid", "uid"),
        Index("ix_meeting_memory_participant_id", "participant_id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(40), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    held: Mapped[bool | None]
    rating: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(4000), default="")
    follow_up: Mapped[str] = mapped_column(String(500), default="")
    updated_at: Mapped[datetime]
    said_at: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    """When each part was said: a phone may send one of them hours after another was said elsewhere."""
