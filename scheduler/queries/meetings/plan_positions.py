"""Where the meetings of plans stand, and what speaks against publishing them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import MeetingState, ParticipantState, PlanState
from scheduler.domain.plan_difference import PlanPosition
from scheduler.models import (
    BusyTime,
    Meeting,
    MeetingAttendance,
    Participant,
    ParticipantBooking,
    Place,
    PlaceBooking,
    Plan,
    ProgrammeSession,
    SessionAttendance,
    Slot,
)


@dataclass(frozen=True, slots=True)
class Clash:
    """What of a plan can't be, and how often."""

    name: str
    count: int


def standings(session: Session, plan: Plan | None) -> dict[str, PlanPosition]:
    """The planned meetings of a plan by wish, in two queries; of no plan: none."""
    if plan is None:
        return {}
    people = defaultdict[int, set[int]](set)
    for meeting_id, person in session.execute(
        select(MeetingAttendance.meeting_id, MeetingAttendance.participant_id).where(
            MeetingAttendance.plan_id == plan.id, MeetingAttendance.state == MeetingState.PLANNED
        )
    ):
        people[meeting_id].add(person)
    rows = session.execute(
        select(Meeting.id, Meeting.wish, Meeting.slot_id, Meeting.place_id, Meeting.table_number).where(
            Meeting.plan_id == plan.id, Meeting.state == MeetingState.PLANNED
        )
    )
    return {
        wish: PlanPosition(slot, place, table, frozenset(people.get(id_, ())))
        for id_, wish, slot, place, table in rows
    }


def published_plan(session: Session, round_id: int) -> Plan | None:
    """The plan of a round that people have."""
    return session.scalar(select(Plan).where(Plan.round_id == round_id, Plan.state == PlanState.PUBLISHED))


def booked_elsewhere(session: Session, plan: Plan) -> Clash | None:
    """The participants of a plan who are at another round's published meeting at the same time."""
    ours, theirs, other = aliased(ParticipantBooking), aliased(ParticipantBooking), aliased(Plan)
    row = session.execute(
        select(func.count(func.distinct(ours.participant_id)), func.min(Participant.name))
        .join(theirs, and_(theirs.participant_id == ours.participant_id, theirs.tick == ours.tick))
        .join(other, _other_published(plan, other, theirs.plan_id))
        .join(Participant, Participant.id == ours.participant_id)
        .where(ours.plan_id == plan.id)
    ).one()
    return Clash(row[1], row[0]) if row[0] else None


def tables_taken(session: Session, plan: Plan) -> Clash | None:
    """The tables of a plan at which another round's published meeting is held at the same time."""
    ours, theirs, other = aliased(PlaceBooking), aliased(PlaceBooking), aliased(Plan)
    row = session.execute(
        select(func.count(func.distinct(ours.meeting_id)), func.min(Place.name))
        .join(
            theirs,
            and_(
                theirs.place_id == ours.place_id,
                theirs.table_number == ours.table_number,
                theirs.tick == ours.tick,
            ),
        )
        .join(other, _other_published(plan, other, theirs.plan_id))
        .join(Place, Place.id == ours.place_id)
        .where(ours.plan_id == plan.id)
    ).one()
    return Clash(row[1], row[0]) if row[0] else None


def _other_published(plan: Plan, other: type[Plan], plan_id: object) -> ColumnElement[bool]:
    return and_(
        other.id == plan_id,
        other.event_id == plan.event_id,
        other.round_id != plan.round_id,
        other.state == PlanState.PUBLISHED,
    )


def begun_slots(session: Session, event_id: int, now: datetime) -> set[int]:
    """The slots of an event that have begun: nothing is moved in, out or within them any more."""
    return set(session.scalars(select(Slot.id).where(Slot.event_id == event_id, Slot.starts_at <= now)))


def begun_meetings(session: Session, plan: Plan, now: datetime) -> int:
    """How many planned meetings of a plan have begun."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Meeting)
            .join(Slot, Slot.id == Meeting.slot_id)
            .where(Meeting.plan_id == plan.id, Meeting.state == MeetingState.PLANNED, Slot.starts_at <= now)
        )
        or 0
    )


def left_since(session: Session, plan: Plan, now: datetime) -> list[int]:
    """The ids of a plan's meetings ahead with somebody who has left the event by then; what was held stays."""
    return list(
        session.scalars(
            select(MeetingAttendance.meeting_id)
            .join(Participant, Participant.id == MeetingAttendance.participant_id)
            .join(Slot, Slot.id == MeetingAttendance.slot_id)
            .where(
                MeetingAttendance.plan_id == plan.id,
                MeetingAttendance.state == MeetingState.PLANNED,
                Slot.starts_at > now,
                or_(
                    Participant.leaves_at < Slot.ends_at,
                    and_(Participant.state == ParticipantState.WITHDRAWN, Participant.leaves_at.is_(None)),
                ),
            )
            .distinct()
        )
    )


def no_longer_free(session: Session, plan: Plan, now: datetime) -> int:
    """How many meetings still to come have an attendee who is busy, or at a session, at that time by now."""
    attendance: Table = MeetingAttendance.__table__  # type: ignore[assignment]
    busy = (
        select(BusyTime.id)
        .where(
            BusyTime.participant_id == attendance.c.participant_id,
            BusyTime.starts_at < Slot.ends_at,
            BusyTime.ends_at > Slot.starts_at,
        )
        .exists()
    )
    overlap = and_(ProgrammeSession.starts_at < Slot.ends_at, ProgrammeSession.ends_at > Slot.starts_at)
    attended = (
        select(SessionAttendance.session_id)
        .join(ProgrammeSession, ProgrammeSession.id == SessionAttendance.session_id)
        .where(SessionAttendance.participant_id == attendance.c.participant_id, overlap)
        .exists()
    )
    return (
        session.scalar(
            select(func.count(func.distinct(attendance.c.meeting_id)))
            .join(Slot, Slot.id == attendance.c.slot_id)
            .where(
                attendance.c.plan_id == plan.id,
                attendance.c.state == MeetingState.PLANNED.value,
                Slot.starts_at > now,
                or_(busy, attended),
            )
        )
        or 0
    )
