"""Marks for agendas: whoever changes something that agendas show need not think of calendars.

Statements that go around the session (bulk inserts and updates) are not seen: their authors call
`scheduler.services.calendars.calendar_sync.refresh` or a function of `stale_agendas`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, event, insert, inspect, literal, select
from sqlalchemy.orm import Session, UOWTransaction

from scheduler.models.agenda import AgendaEntry, AgendaMark
from scheduler.models.delegation import DelegationMember
from scheduler.models.event import Event
from scheduler.models.people import Organisation, Participant
from scheduler.models.programme import ProgrammeSession, SessionAttendance
from scheduler.models.venue import Pavilion, Place, WalkingTime

Mark = tuple[int, str, int]


@event.listens_for(Session, "after_flush")
def _mark(session: Session, _context: UOWTransaction) -> None:
    marks: set[Mark] = set()
    people: set[int] = set()
    gone: set[str] = set()
    for item in session.new:
        if isinstance(item, SessionAttendance | DelegationMember):
            people.add(item.participant_id)
        elif isinstance(item, ProgrammeSession) and item.delegation_id is not None:
            marks.add((item.event_id, "session", item.id))
        elif isinstance(item, WalkingTime):
            marks.add((item.event_id, "event", 0))
    for item in session.dirty:
        marks |= set(_of_changed(item))
    for item in session.deleted:
        if isinstance(item, SessionAttendance | DelegationMember):
            people.add(item.participant_id)
        elif isinstance(item, ProgrammeSession):
            gone.add(item.public_id)
        elif isinstance(item, WalkingTime):
            marks.add((item.event_id, "event", 0))
    _write(session.connection(), marks, people, gone)


def _of_changed(item: object) -> Iterable[Mark]:
    match item:
        case Participant() if _changed(item, "name", "organisation_id"):
            yield item.event_id, "participant", item.id
        case Organisation() if _changed(item, "name"):
            yield item.event_id, "organisation", item.id
        case ProgrammeSession() if _changed(
            item, "title", "kind", "starts_at", "ends_at", "room", "host", "description", "pavilion_id"
        ):
            yield item.event_id, "session", item.id
        case Pavilion() | Place() if _changed(item, "name", "pavilion_id", "capacity"):
            yield item.event_id, "event", 0
        case Pavilion() if _changed(item, "x", "y", "placed", "off_site"):
            yield item.event_id, "event", 0
        case Event() if _changed(item, "hall_width", "hall_depth"):
            yield item.id, "event", 0
        case WalkingTime() if _changed(item, "minutes"):
            yield item.event_id, "event", 0


def _changed(item: object, *names: str) -> bool:
    attributes = inspect(item).attrs
    return any(name in attributes and attributes[name].history.has_changes() for name in names)


def _write(connection: Connection, marks: set[Mark], people: set[int], gone: set[str]) -> None:
    if marks:
        connection.execute(
            insert(AgendaMark),
            [{"event_id": one, "what": what, "key": key} for one, what, key in sorted(marks)],
        )
    if people:
        _copy(
            connection,
            select(Participant.event_id, literal("own"), Participant.id).where(Participant.id.in_(people)),
        )
    if gone:
        told = select(AgendaEntry.event_id, literal("own"), AgendaEntry.participant_id)
        _copy(connection, told.where(AgendaEntry.uid.in_(gone)))


def _copy(connection: Connection, rows: Select[int, str, int]) -> None:
    connection.execute(insert(AgendaMark).from_select(["event_id", "what", "key"], rows))
