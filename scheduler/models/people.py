"""Organisations, their representatives, what they offer and seek, and who may ask whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import CellPriority, Direction, HeldAt, ParticipantState, RequestMode
from scheduler.domain.text_key import name_key as as_name
from scheduler.domain.text_key import search_key as as_searched
from scheduler.models.access import User
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.keys import key_of


class ParticipantType(Base):
    """City, supplier, cluster, investor ...: decides who may ask whom (see `MatrixRule`)."""

    __tablename__ = "participant_type"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        Index("uq_participant_type_name_key", "event_id", "name_key", unique=True),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    """What lists and addresses call it; it stays when the name changes."""
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = key_of(as_name, "name")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Types are listed by this, then by `id`."""


class MatrixRule(Base):
    """One cell of the matching matrix: participants of one type may ask those of another.

    Directional; a pair of types without a row may not ask. `meeting_kind` names the meeting (B2B, C2B ...). What is
    none here is as the round, or the event, says. Of two who may ask each other the cell of who asked holds.
    """

    __tablename__ = "matrix_rule"
    __table_args__ = (
        UniqueConstraint("from_type_id", "to_type_id"),
        Index("ix_matrix_rule_event_id", "event_id"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 480", name="slot_minutes"),
        CheckConstraint("request_cap BETWEEN 0 AND 1000", name="request_cap"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    from_type_id: Mapped[int] = mapped_column(ForeignKey("participant_type.id", ondelete="CASCADE"))
    to_type_id: Mapped[int] = mapped_column(ForeignKey("participant_type.id", ondelete="CASCADE"))
    meeting_kind: Mapped[str] = mapped_column(String(40))
    slot_minutes: Mapped[int | None]
    """Only slots of this length are used; none: of any length."""
    held_at: Mapped[HeldAt | None] = mapped_column(text_enum(HeldAt))
    """None: at a stand of theirs where one of them has one, else at any common table."""
    request_mode: Mapped[RequestMode | None] = mapped_column(text_enum(RequestMode))
    request_cap: Mapped[int | None]
    """How many open and accepted requests one person may have sent along this cell, beside the cap of the round."""
    priority: Mapped[CellPriority] = mapped_column(
        text_enum(CellPriority), default=CellPriority.USUAL, server_default=CellPriority.USUAL.value
    )


class Organisation(Base):
    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("event_id", "name"),
        # The key first: nothing else is looked for in this index.
        Index("uq_organisation_name_key", "name_key", "event_id", unique=True),
        Index("ix_organisation_event_id_country", "event_id", "country"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = key_of(as_name, "name")
    search_key: Mapped[str] = key_of(as_searched, "name", deferred=True)
    kind: Mapped[str] = mapped_column(String(40), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(default="")
    employees: Mapped[int | None]
    inhabitants: Mapped[int | None]
    """For a city or region; then its size is measured by this."""

    participants: Mapped[list[Participant]] = relationship(
        back_populates="organisation", foreign_keys="Participant.organisation_id"
    )


class Participant(Base):
    """A person registered at an event, representing one organisation."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("event_id", "email"),
        # Answers who may be asked, in order of name, without touching the rows.
        Index(
            "ix_participant_event_id_name", "event_id", "name", "state", "type_id", "organisation_id", "email"
        ),
        Index("ix_participant_name_key", "name_key", "event_id"),
        Index("ix_participant_organisation_id", "organisation_id"),
        # Not by event first: SQLite would take it where another index finds one row.
        Index("ix_participant_country", "country", "event_id"),
        Index("ix_participant_type_id", "type_id"),
        Index("ix_participant_user_id", "user_id"),
        Index("ix_participant_brought_by_id", "brought_by_id"),
        # Counts by state, type, confirmation and invitation are read from this index alone.
        Index(
            "ix_participant_counts",
            "event_id",
            "state",
            "type_id",
            "availability_confirmed_at",
            "invited_at",
            "came_in_at",
        ),
        CheckConstraint("guarantee >= 0", name="guarantee"),
        CheckConstraint("invitations >= 0", name="invitations"),
        CheckConstraint("max_meetings IS NULL OR max_meetings >= 0", name="max_meetings"),
        CheckConstraint(
            "max_meetings_per_day IS NULL OR max_meetings_per_day >= 0", name="max_meetings_per_day"
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    type_id: Mapped[int] = mapped_column(ForeignKey("participant_type.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    """The co-organiser whose own participant this is; none: the organiser's."""
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    name_key: Mapped[str] = key_of(as_name, "name")
    search_key: Mapped[str] = key_of(as_searched, "name", "email", deferred=True)
    """What organisers search in; others search in `words_key`."""
    words_key: Mapped[str] = key_of(
        as_searched, "name", "job_title", "offers_text", "seeks_text", deferred=True
    )
    job_title: Mapped[str] = mapped_column(String(160), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    languages: Mapped[str] = mapped_column(String(80), default="")
    """ISO 639-1 codes separated by spaces."""
    offers_text: Mapped[str] = mapped_column(default="")
    seeks_text: Mapped[str] = mapped_column(default="")
    goals: Mapped[str] = mapped_column(default="")
    links: Mapped[str] = mapped_column(default="")
    """Web addresses, one a line."""
    wanted_sizes: Mapped[str] = mapped_column(String(40), default="")
    """Sizes of the partners looked for: codes of `domain.sizes` separated by spaces."""
    state: Mapped[ParticipantState] = mapped_column(
        text_enum(ParticipantState), default=ParticipantState.INVITED
    )
    """Others see those who are active: who came in themselves, or whom the organiser shows at once."""
    invited_at: Mapped[datetime | None]
    """When the last invitation was written, and how many were; instants of the event's clock, as the next two."""
    invitations: Mapped[int] = mapped_column(default=0)
    came_in_at: Mapped[datetime | None]
    """When they first signed in for this event, or said that they take part."""
    shown_at: Mapped[datetime | None]
    """When the organiser decided that others see them before they came in."""
    approved_at: Mapped[datetime | None]
    """When an organiser approved them, where the event asks for it; who is approved is seen as they come in."""
    guarantee: Mapped[int] = mapped_column(default=0)
    max_meetings: Mapped[int | None]
    max_meetings_per_day: Mapped[int | None]
    not_before: Mapped[int | None]
    """Minutes after local midnight, as are the next two. Busy times of source `limit` are made from them."""
    not_after: Mapped[int | None]
    lunch_from: Mapped[int | None]
    lunch_minutes: Mapped[int] = mapped_column(default=60)
    takes_any: Mapped[bool] = mapped_column(default=True)
    """Whether they take meetings that were asked of any representative of their organisation."""
    leaves_at: Mapped[datetime | None]
    """From when on they no longer take part. Once it is past they are withdrawn; what they attended before stays."""
    availability_confirmed_at: Mapped[datetime | None]
    profile_confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(
        back_populates="participants", foreign_keys=organisation_id
    )
    brought_by: Mapped[Organisation | None] = relationship(foreign_keys=brought_by_id)
    type: Mapped[ParticipantType] = relationship()
    user: Mapped[User | None] = relationship()
    topics: Mapped[list[ParticipantTopic]] = relationship(
        back_populates="participant", cascade="all, delete-orphan", passive_deletes=True
    )


class Topic(Base):
    """One entry of the event's taxonomy, a tree."""

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        Index("ix_topic_parent_id", "parent_id"),
        # No two of one name side by side; below different topics there may be.
        Index("uq_topic_label_key", "parent_id", "label_key", unique=True),
        Index(
            "uq_topic_label_key_top",
            "event_id",
            "label_key",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(160))
    label_key: Mapped[str] = key_of(as_name, "label")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)


class ParticipantTopic(Base):
    __tablename__ = "participant_topic"
    __table_args__ = (Index("ix_participant_topic_topic_id", "topic_id"),)

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    direction: Mapped[Direction] = mapped_column(text_enum(Direction), primary_key=True)

    participant: Mapped[Participant] = relationship(back_populates="topics")
    topic: Mapped[Topic] = relationship()
