"""Where and when a meeting could be held instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import (
    BusyTime,
    DelegationMember,
    Meeting,
    ParticipantBooking,
    Place,
    ProgrammeSession,
    SessionAttendance,
    Slot,
)


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A slot of the event for a meeting; `taken` names the attendees who are not free then."""

    slot: Slot
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    slots: tuple[SlotChoice, ...]
    places: Sequence[Place]


def free_choices(session: Session, meeting: Meeting) -> Choices:
    """The slots of the event with who is not free in each, and the places a meeting may use."""
    people = [attendance.participant_id for attendance in meeting.attendances]
    organisations = {attendance.participant.organisation_id for attendance in meeting.attendances}
    names = {each.participant_id: each.participant.name for each in meeting.attendances}
    slots = session.scalars(
        select(Slot)
        .where(Slot.event_id == meeting.slot.event_id, Slot.retired_at.is_(None))
        .order_by(Slot.starts_at, Slot.ends_at, Slot.id)
    ).all()
    busy = _busy(session, people)
    ticks = defaultdict[int, set[int]](set)
    for person, tick in session.execute(
        select(ParticipantBooking.participant_id, ParticipantBooking.tick).where(
            ParticipantBooking.plan_id == meeting.plan_id,
            ParticipantBooking.participant_id.in_(people),
            ParticipantBooking.meeting_id != meeting.id,
        )
    ):
        ticks[person].add(tick)
    found = []
    for slot in slots:
        own = range(slot.first_tick, slot.first_tick + slot.tick_count)
        taken = [
            names[person]
            for person in people
            if any(start < slot.ends_at and end > slot.starts_at for start, end in busy[person])
            or not ticks[person].isdisjoint(own)
        ]
        found.append(SlotChoice(slot, tuple(taken)))
    places = session.scalars(
        select(Place)
        .where(
            Place.event_id == meeting.slot.event_id,
            Place.retired_at.is_(None),
            or_(Place.organisation_id.is_(None), Place.organisation_id.in_(organisations)),
        )
        .options(joinedload(Place.pavilion))
        .order_by(Place.pavilion_id, Place.name)
    ).all()
    return Choices(tuple(found), places)


def _busy(session: Session, people: Sequence[int]) -> dict[int, list[tuple[datetime, datetime]]]:
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    times = (ProgrammeSession.starts_at, ProgrammeSession.ends_at)
    for statement in (
        select(BusyTime.participant_id, BusyTime.starts_at, BusyTime.ends_at).where(
            BusyTime.participant_id.in_(people)
        ),
        select(SessionAttendance.participant_id, *times)
        .join(ProgrammeSession, ProgrammeSession.id == SessionAttendance.session_id)
        .where(SessionAttendance.participant_id.in_(people)),
        select(DelegationMember.participant_id, *times)
        .join(ProgrammeSession, ProgrammeSession.delegation_id == DelegationMember.delegation_id)
        .where(DelegationMember.participant_id.in_(people)),
    ):
        for person, start, end in session.execute(statement):
            found[person].append((start, end))
    return found
