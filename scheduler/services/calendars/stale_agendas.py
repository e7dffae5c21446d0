"""Agendas that show something that was changed elsewhere: a name, a session, a place. The worker takes the marks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from scheduler.database.bulk import insert_many
from scheduler.models import (
    AgendaEntry,
    AgendaMark,
    Event,
    Participant,
    ProgrammeSession,
    SessionAttendance,
)
from scheduler.queries.calendars.agenda import people_at_published_meetings
from scheduler.services.calendars.calendar_sync import refresh

CHUNK = 500
"""People whose agendas are brought up to date in one transaction: on SQLite nobody else writes meanwhile."""


def refresh_marked(session: Session) -> int:
    """Bring agendas up to date that were touched since the last time, the oldest first and not more than a chunk;
    returns how many events were concerned, 0 when nothing was marked.

    What touches more people than a chunk leaves a mark for each of them, so that it is done piece by piece and nothing
    is forgotten when the worker ends meanwhile.
    """
    marks = list(session.scalars(select(AgendaMark).order_by(AgendaMark.id).limit(CHUNK)))
    events = {mark.event_id for mark in marks}
    for event_id in sorted(events):
        event = session.get(Event, event_id)
        if event is None:
            continue
        own = [mark for mark in marks if mark.event_id == event_id]
        whole = any(mark.what == "event" for mark in own)
        people = _everybody(session, event) if whole else _touched(session, event, own)
        if len(people) <= CHUNK:
            if people:
                refresh(session, event, people)
        else:
            mark_people(session, event.id, people)
    if marks:
        done = [mark.id for mark in marks]
        session.execute(delete(AgendaMark).where(AgendaMark.id.in_(done)))
    return len(events)


def mark_people(session: Session, event_id: int, people: Iterable[int]) -> None:
    """Have the agendas of these people brought up to date, and the people told, by a worker."""
    _mark(session, event_id, "own", people)


def mark_renamed(session: Session, event_id: int, people: Iterable[int]) -> None:
    """As `mark_people`, also for everybody who meets them: agendas show their names and organisations."""
    _mark(session, event_id, "participant", people)


def _mark(session: Session, event_id: int, what: str, people: Iterable[int]) -> None:
    rows = [{"event_id": event_id, "what": what, "key": person} for person in sorted(people)]
    insert_many(session.connection(), cast(Table, AgendaMark.__table__), rows)


def _everybody(session: Session, event: Event) -> set[int]:
    return set(session.scalars(select(Participant.id).where(Participant.event_id == event.id)))


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
