"""When a participant can meet, as rows give it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.availability import Engagement, Held
from scheduler.domain.intervals import Interval
from scheduler.domain.kinds import BusySource, SessionRole
from scheduler.models import BusyTime, Participant, ProgrammeSession, SessionAttendance, Slot


@dataclass(frozen=True, slots=True)
class Availability:
    """All slots of the event, without doubles, and what holds the participant."""

    slots: tuple[Interval, ...]
    held: Held


def availability_of(session: Session, participant: Participant) -> Availability:
    """The slots of the event and what takes a participant's time, in three queries."""
    slots = tuple(
        Interval(start, end)
        for start, end in session.execute(
            select(Slot.starts_at, Slot.ends_at)
            .where(Slot.event_id == participant.event_id)
            .distinct()
            .order_by(Slot.starts_at, Slot.ends_at)
        )
    )
    return Availability(slots, held_of(session, participant))


def held_of(session: Session, participant: Participant) -> Held:
    """What takes a participant's time, in two queries."""
    busy: dict[BusySource, list[Interval]] = {source: [] for source in BusySource}
    for source, start, end in session.execute(
        select(BusyTime.source, BusyTime.starts_at, BusyTime.ends_at)
        .where(BusyTime.participant_id == participant.id)
        .order_by(BusyTime.starts_at)
    ):
        busy[source].append(Interval(start, end))
    sessions = tuple(
        Engagement(title, Interval(start, end), role is not SessionRole.ATTENDEE, key)
        for title, start, end, role, key in session.execute(
            select(
                ProgrammeSession.title,
                ProgrammeSession.starts_at,
                ProgrammeSession.ends_at,
                SessionAttendance.role,
                ProgrammeSession.public_id,
            )
            .join(SessionAttendance, SessionAttendance.session_id == ProgrammeSession.id)
            .where(SessionAttendance.participant_id == participant.id)
            .order_by(ProgrammeSession.starts_at, ProgrammeSession.id)
        )
    )
    return Held(
        tuple(busy[BusySource.OWN]),
        tuple(busy[BusySource.CALENDAR]),
        tuple(busy[BusySource.LIMIT]),
        sessions,
    )
