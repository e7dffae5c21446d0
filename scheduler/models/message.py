"""The outbox: messages are written with the change that causes them and sent by the worker."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.domain.messages import ChangeMail, MessageKind, MessageState
from scheduler.models.base import Base, Key, PublicId, text_enum

OPEN = "state IN ('queued', 'claimed', 'sending')"
"""A query for open messages says it in the same words, or the database can't know that the index fits."""
IN_HAND = "state IN ('claimed', 'sending')"
"""In the same words as well."""


class OutboxMessage(Base):
    """One mail to one person. Its instants are those of the wall clock, not of the event's.

    A message of many (a change, an agenda) carries `payload` and gets its texts when it is sent for the first
    time or looked at; from then on they stay, so that a second attempt sends the same mail.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_created_at", "created_at"),
        Index("ix_outbox_message_participant_id", "participant_id", "kind"),
        Index(
            "ix_outbox_message_open",
            "priority",
            "due_at",
            "id",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index(
            "ix_outbox_message_in_hand",
            "claimed_by",
            sqlite_where=text(IN_HAND),
            postgresql_where=text(IN_HAND),
        ),
        Index("ix_outbox_message_event_id", "event_id", "state", "kind"),
        CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    kind: Mapped[MessageKind] = mapped_column(text_enum(MessageKind), default=MessageKind.NOTE)
    state: Mapped[MessageState] = mapped_column(text_enum(MessageState), default=MessageState.QUEUED)
    priority: Mapped[int] = mapped_column(default=2)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(10), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the template of the kind is filled with; none when the texts were given."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    expires_at: Mapped[datetime | None]
    """When the message is no longer of use, such as a change of a meeting that is over."""
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime | None]
    claimed_by: Mapped[str] = mapped_column(String(160), default="", server_default="")
    """The sender whose attempt this is. Who finds another name here has lost the message and sends nothing."""


class MessagePreference(Base):
    """What one participant wants to receive; no row means the defaults.

    `invitations` is whether changes carry a part that calendar programs take up; undecided, they do as long
    as the participant follows no feed, because the same meeting would stand in two calendars.
    """

    __tablename__ = "message_preference"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    unsubscribe_key: Mapped[str] = mapped_column(String(43), unique=True)
    changes: Mapped[ChangeMail] = mapped_column(text_enum(ChangeMail), default=ChangeMail.AT_ONCE)
    requests: Mapped[ChangeMail] = mapped_column(
        text_enum(ChangeMail, "requestmail"), default=ChangeMail.AT_ONCE
    )
    """Requests, answers to them and to open calls: at once means one mail an hour at most."""
    reminders: Mapped[bool] = mapped_column(default=True)
    tomorrow: Mapped[bool] = mapped_column(default=True)
    invitations: Mapped[bool | None]


class DeadAddress(Base):
    """A mail address that a mail server has refused for good; nothing but sign-in links is sent there."""

    __tablename__ = "dead_address"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    """Lower case."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    bounced_at: Mapped[datetime]


class ReminderDone(Base):
    """That a round of reminders was written: once for each event, kind and occasion, whoever asks again."""

    __tablename__ = "reminder_done"
    __table_args__ = (UniqueConstraint("event_id", "kind", "occasion"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[MessageKind] = mapped_column(text_enum(MessageKind))
    occasion: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
