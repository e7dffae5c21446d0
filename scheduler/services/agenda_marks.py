"""Agendas that show something that was changed elsewhere: a name, a session, a place. The worker takes the marks."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.models import (
    AgendaEntry,
    AgendaMark,
    Event,
    Participant,
    ProgrammeSession,
    SessionAttendance,
)
from scheduler.queries.agenda import people_at_published_meetings
from scheduler.services.agendas import refresh


def refresh_marked(session: Session) -> int:
    """Bring the agendas up to date that were touched since the last time; returns how many events were."""
    marks = list(session.scalars(select(AgendaMark)))
    events = {mark.event_id for mark in marks}
    for event_id in sorted(events):
        event = session.get(Event, event_id)
        if event is None:
            continue
        own = [mark for mark in marks if mark.event_id == event_id]
        if any(mark.what == "event" for mark in own):
            refresh(session, event)
        else:
            touched = _touched(session, event, own)
            if touched:
                refresh(session, event, touched)
    for begin in range(0, len(marks), 500):
        done = [mark.id for mark in marks[begin : begin + 500]]
        session.execute(delete(AgendaMark).where(AgendaMark.id.in_(done)))
    return len(events)


def _touched(session: Session, event: Event, marks: Iterable[AgendaMark]) -> set[int]:
    """The participants whose agendas show something that was marked."""
    people: set[int] = set()
    organisations = {mark.key for mark in marks if mark.what == "organisation"}
    named = {mark.key for mark in marks if mark.what == "participant"}
    if organisations:
        named |= set(
            session.scalars(select(Participant.id).where(Participant.organisation_id.in_(organisations)))
        )
    people |= named | {mark.key for mark in marks if mark.what == "own"}
    if named:
        people |= people_at_published_meetings(session, event, named)
    sessions = {mark.key for mark in marks if mark.what == "session"}
    if sessions:
        people |= set(
            session.scalars(
                select(SessionAttendance.participant_id).where(SessionAttendance.session_id.in_(sessions))
            )
        )
        people |= set(
            session.scalars(
                select(AgendaEntry.participant_id)
                .join(ProgrammeSession, ProgrammeSession.public_id == AgendaEntry.uid)
                .where(ProgrammeSession.id.in_(sessions), AgendaEntry.event_id == event.id)
            )
        )
    return people
