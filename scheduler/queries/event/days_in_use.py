"""What hangs on the days of an event."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event, MeetingBlock, ProgrammeSession


@dataclass(frozen=True, slots=True)
class DayUse:
    """A day with the names of its blocks and sessions, blocks first."""

    day: date
    names: tuple[str, ...]


def days_in_use(session: Session, event: Event) -> list[DayUse]:
    """The days on which blocks or sessions of an event lie, in order, in two queries."""
    names: dict[date, list[str]] = defaultdict(list)
    blocks = select(MeetingBlock.day, MeetingBlock.name).where(
        MeetingBlock.event_id == event.id, MeetingBlock.retired_at.is_(None)
    )
    for day, name in session.execute(blocks.order_by(MeetingBlock.starts_at, MeetingBlock.id)):
        names[day].append(name)
    sessions = select(ProgrammeSession.starts_at, ProgrammeSession.title).where(
        ProgrammeSession.event_id == event.id
    )
    for starts_at, title in session.execute(
        sessions.order_by(ProgrammeSession.starts_at, ProgrammeSession.id)
    ):
        names[starts_at.astimezone(event.zone).date()].append(title)
    return [DayUse(day, tuple(names[day])) for day in sorted(names)]
