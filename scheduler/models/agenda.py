"""What each participant's calendar says now: the published state, with its history of changes counted.

Feeds, messages and the phone read these rows and not the plans: a row remembers what was told before, so that
a change gets the next SEQUENCE, a meeting that is gone leaves a tombstone, and nobody is told the same twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.models.base import Base, Key

GONE = "status = 'cancelled'"
"""Tombstones; a query says it in the same words, or the database can't know that the index fits."""


class AgendaEntry(Base):
    """One entry of one participant's agenda as published; `kind` and `status` are the values of the domain.

    `uid` is the local part of the iCalendar UID, the same for everybody at the meeting. `sequence` and
    `changed_at` belong to this participant's view: a renamed partner changes only the other side's entry.
    """

    __tablename__ = "agenda_entry"
    __table_args__ = (
        UniqueConstraint("participant_id", "uid"),
        CheckConstraint("starts_at < ends_at", name="times"),
        # No index of this table begins with what most rows have in common, such as the event or the state: without
        # statistics a database takes it for one person's entries and reads everybody's.
        Index("ix_agenda_entry_uid", "uid", "event_id"),
        Index("ix_agenda_entry_pavilion_id", "pavilion_id"),
        Index("ix_agenda_entry_place_id", "place_id"),
        Index(
            "ix_agenda_entry_gone",
            "event_id",
            "ends_at",
            sqlite_where=text(GONE),
            postgresql_where=text(GONE),
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(400), default="")
    pavilion: Mapped[str] = mapped_column(String(120), default="")
    pavilion_id: Mapped[int | None] = mapped_column(ForeignKey("pavilion.id", ondelete="SET NULL"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="SET NULL"))
    partners: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Name, organisation and public id of each partner."""
    description: Mapped[str] = mapped_column(default="")
    walk_minutes: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class AgendaVersion(Base):
    """Counts the changes of one participant's agenda: an ETag needs no more than this row."""

    __tablename__ = "agenda_version"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class AgendaState(Base):
    """One row per event: how often any agenda of it changed, for the feeds of more than one person."""

    __tablename__ = "agenda_state"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]


class AgendaMark(Base):
    """Something that agendas show has changed; `what` says what `key` is the id of.

    `participant` (renamed: touches partners too), `own` (one participant's programme), `organisation`,
    `session`, or `event`, for everybody. Written with the change; the worker takes the marks, finds whose
    agendas they touch and brings what calendars are told up to date.
    """

    __tablename__ = "agenda_mark"
    __table_args__ = (Index("ix_agenda_mark_event_id", "event_id"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(12))
    key: Mapped[int]
