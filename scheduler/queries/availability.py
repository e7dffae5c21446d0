"""When a participant can meet, as rows give it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.availability import Held
from scheduler.domain.engagements import EngagementKind
from scheduler.domain.intervals import Interval
from scheduler.models import Participant, Slot
from scheduler.queries.engagements import busy_times, session_engagements


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
            .where(Slot.event_id == participant.event_id, Slot.retired_at.is_(None))
            .distinct()
            .order_by(Slot.starts_at, Slot.ends_at)
        )
    )
    return Availability(slots, held_of(session, participant))


def held_of(session: Session, participant: Participant) -> Held:
    """What takes a participant's time, in three queries."""
    key, event_id = participant.id, participant.event_id
    answers = busy_times(session, event_id, [key]).get(key, [])

    def said(kind: EngagementKind) -> tuple[Interval, ...]:
        return tuple(one.time for one in answers if one.kind is kind)

    return Held(
        said(EngagementKind.BUSY),
        said(EngagementKind.CALENDAR),
        said(EngagementKind.LIMIT),
        tuple(session_engagements(session, event_id, [key]).get(key, ())),
    )
