"""Plans, their meetings, and the bookings by which the schema refuses to put anybody in two places at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import MeetingState, PlanErrand, PlanState
from scheduler.models.base import Base, Key, PublicId, new_public_id, text_enum
from scheduler.models.people import Participant
from scheduler.models.rounds import MatchmakingRound
from scheduler.models.runs import Run
from scheduler.models.slots import Slot
from scheduler.models.venue import Place


class Plan(Base):
    """A proposed schedule made by a run or by hand. At most one plan of a round is published."""

    __tablename__ = "plan"
    __table_args__ = (
        Index(
            "uq_plan_published",
            "round_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index("uq_plan_event_id_name", "event_id", "name", unique=True),
        Index("ix_plan_round_id", "round_id"),
        Index("ix_plan_run_id", "run_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    round_id: Mapped[int] = mapped_column(ForeignKey("matchmaking_round.id", ondelete="CASCADE"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[PlanState] = mapped_column(text_enum(PlanState), default=PlanState.DRAFT)
    score: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[float | None]
    measures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The key figures that `solver.judge.check` computed: held, of, breaks, walking_minutes ..."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    errand: Mapped[PlanErrand | None] = mapped_column(text_enum(PlanErrand))
    """What a worker was asked to do with the plan and has not done yet: everybody's agenda takes a while."""
    errand_since: Mapped[datetime | None]
    errand_worker: Mapped[str] = mapped_column(String(120), default="", server_default="")
    errand_refusal: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """Why the last errand ended without anything being changed; see `domain.plan_refusal`."""
    errand_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many workers have begun it: one that ends its worker is not begun for ever."""

    round: Mapped[MatchmakingRound] = relationship()
    run: Mapped[Run | None] = relationship()
    meetings: Mapped[list[Meeting]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", passive_deletes=True
    )
    unscheduled: Mapped[list[Unscheduled]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", passive_deletes=True
    )


class Meeting(Base):
    """Two or more participants, one slot, one place, in a plan.

    `uid` is the iCalendar UID's local part: the same meeting keeps it from plan to plan. `wish` says which
    wish it fulfils: the key by which planning names the meeting in a solver problem, stable across runs.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("id", "plan_id", "slot_id", "state"),
        UniqueConstraint("plan_id", "wish"),
        CheckConstraint("table_number >= 1", name="table_number"),
        # Covers what the pages of a plan count, so that they need not read 50,000 rows.
        Index("ix_meeting_plan", "plan_id", "state", "slot_id", "place_id", "table_number", "locked"),
        Index("ix_meeting_slot_id", "slot_id"),
        Index("ix_meeting_place_id", "place_id"),
        Index("ix_meeting_uid", "uid"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    uid: Mapped[str] = mapped_column(String(40), default=new_public_id)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    wish: Mapped[str] = mapped_column(String(80))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    table_number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(40))
    """The meeting kind of the matching matrix: B2B, C2B ..."""
    state: Mapped[MeetingState] = mapped_column(text_enum(MeetingState), default=MeetingState.PLANNED)
    locked: Mapped[bool] = mapped_column(default=False)
    lock_set_at: Mapped[datetime | None]
    """When somebody last locked it or let it go again, in this plan or in one that it comes from."""
    value: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    """Rises with every published change of time, place or state (iCalendar SEQUENCE)."""
    changed_at: Mapped[datetime]

    plan: Mapped[Plan] = relationship(back_populates="meetings")
    slot: Mapped[Slot] = relationship()
    place: Mapped[Place] = relationship()
    attendances: Mapped[list[MeetingAttendance]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", passive_deletes=True
    )


class MeetingAttendance(Base):
    """Who attends a meeting. Plan, slot and state are the meeting's own, kept so by the schema (cascade).

    A trigger books the participant's ticks (`ParticipantBooking`) as long as the meeting is planned.
    """

    __tablename__ = "meeting_attendance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["meeting_id", "plan_id", "slot_id", "state"],
            ["meeting.id", "meeting.plan_id", "meeting.slot_id", "meeting.state"],
            onupdate="CASCADE",
            ondelete="CASCADE",
            name="fk_meeting_attendance_meeting",
        ),
        Index("ix_meeting_attendance_participant_id", "participant_id", "plan_id"),
        Index("ix_meeting_attendance_plan", "plan_id", "state", "participant_id", "meeting_id"),
    )

    meeting_id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    plan_id: Mapped[int]
    slot_id: Mapped[int]
    state: Mapped[MeetingState] = mapped_column(text_enum(MeetingState), default=MeetingState.PLANNED)
    side: Mapped[int] = mapped_column(default=0)
    """Which side of the meeting the participant stands for; -1: optional."""

    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    participant: Mapped[Participant] = relationship()


class Unscheduled(Base):
    """A wish that a plan could not fulfil, with the reason and the facts behind it (`domain/causes.py`)."""

    __tablename__ = "unscheduled"
    __table_args__ = (
        UniqueConstraint("plan_id", "wish"),
        Index("ix_unscheduled_first_id", "first_id"),
        Index("ix_unscheduled_second_id", "second_id"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    wish: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    first_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(20))
    causes: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")

    plan: Mapped[Plan] = relationship(back_populates="unscheduled")
    first: Mapped[Participant] = relationship(foreign_keys=first_id)
    second: Mapped[Participant] = relationship(foreign_keys=second_id)


class ParticipantBooking(Base):
    """Five minutes of one participant in one plan: the primary key is what forbids double booking.

    Written by triggers alone (see `booking.py`).
    """

    __tablename__ = "participant_booking"
    __table_args__ = (
        Index("ix_participant_booking_meeting_id", "meeting_id"),
        {"sqlite_with_rowid": False},
    )

    plan_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    participant_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tick: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))


class PlaceBooking(Base):
    """Five minutes of one table in one plan. Written by triggers alone."""

    __tablename__ = "place_booking"
    __table_args__ = (
        Index("ix_place_booking_meeting_id", "meeting_id"),
        {"sqlite_with_rowid": False},
    )

    plan_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    table_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tick: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))


class TickOffset(Base):
    """The numbers 0 to 287, which the triggers join with a slot to get its ticks."""

    __tablename__ = "tick_offset"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
