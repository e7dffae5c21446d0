"""The meetings of a plan: by pavilion and slot, of one participant, by wish."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, PlaceKind
from scheduler.models import (
    Meeting,
    MeetingAttendance,
    Organisation,
    Participant,
    Pavilion,
    Place,
    Plan,
    Slot,
)

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody at a meeting."""

    public_id: str
    name: str
    organisation: str


@dataclass(slots=True)
class MeetingLine:
    """A meeting with its people, slot and table."""

    public_id: str
    wish: str
    kind: str
    state: MeetingState
    locked: bool
    slot: Slot
    place: str
    place_kind: PlaceKind
    capacity: int
    table: int
    pavilion: str
    people: list[Who] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One table of a pavilion over a day: the meeting of each slot by slot id."""

    place: str
    kind: PlaceKind
    capacity: int
    table: int
    meetings: dict[int, MeetingLine]


@dataclass(frozen=True, slots=True)
class Timetable:
    """A page of the tables of one pavilion on one day."""

    slots: tuple[Slot, ...]
    rows: tuple[TableRow, ...]
    tables: int
    page: int
    pages: int


def timetable(session: Session, plan: Plan, pavilion: Pavilion, day: date, page: int) -> Timetable:
    """The meetings of a pavilion's tables on a day; unused tables are left out, the busiest come first."""
    tables = session.execute(
        select(Meeting.place_id, Meeting.table_number, func.count().label("meetings"))
        .join(Place, Place.id == Meeting.place_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(
            Meeting.plan_id == plan.id,
            Meeting.state == MeetingState.PLANNED,
            Place.pavilion_id == pavilion.id,
            Slot.day == day,
        )
        .group_by(Meeting.place_id, Meeting.table_number, Place.kind, Place.name)
        .order_by(Place.kind, Place.name, Meeting.table_number)
    ).all()
    pages = max(1, -(-len(tables) // PER_PAGE))
    page = min(page, pages)
    shown = tables[(page - 1) * PER_PAGE : page * PER_PAGE]
    lines = _meetings(
        session,
        select(Meeting.id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(
            Meeting.plan_id == plan.id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.place_id.in_({row.place_id for row in shown}),
            Slot.day == day,
        ),
    )
    cells: dict[tuple[int, int], dict[int, MeetingLine]] = defaultdict(dict)
    slots: dict[int, Slot] = {}
    places: dict[int, MeetingLine] = {}
    for place_id, line in lines:
        cells[place_id, line.table][line.slot.id] = line
        slots[line.slot.id] = line.slot
        places[place_id] = line
    rows = tuple(
        TableRow(
            places[row.place_id].place,
            places[row.place_id].place_kind,
            places[row.place_id].capacity,
            row.table_number,
            cells[row.place_id, row.table_number],
        )
        for row in shown
    )
    used = {
        slot.id: slot
        for slot in session.scalars(
            select(Slot)
            .join(Meeting, Meeting.slot_id == Slot.id)
            .where(Meeting.plan_id == plan.id, Slot.day == day)
            .distinct()
        )
    }
    ordered = sorted({**used, **slots}.values(), key=lambda slot: (slot.starts_at, slot.ends_at))
    return Timetable(tuple(ordered), rows, len(tables), page, pages)


def meetings_of(session: Session, plan: Plan, person: Participant) -> list[MeetingLine]:
    """One participant's meetings in a plan, cancelled ones included, in order of time."""
    wanted = select(MeetingAttendance.meeting_id).where(
        MeetingAttendance.plan_id == plan.id, MeetingAttendance.participant_id == person.id
    )
    return sorted((line for _, line in _meetings(session, wanted)), key=lambda line: line.slot.starts_at)


def meetings_by_wish(session: Session, plan: Plan, wishes: Collection[str]) -> dict[str, MeetingLine]:
    """The meetings of a plan that fulfil some wishes."""
    wanted = select(Meeting.id).where(Meeting.plan_id == plan.id, Meeting.wish.in_(wishes))
    return {line.wish: line for _, line in _meetings(session, wanted)}


def _meetings(session: Session, wanted: Select[int]) -> list[tuple[int, MeetingLine]]:
    found: dict[int, tuple[int, MeetingLine]] = {}
    rows = session.execute(
        select(Meeting, Slot, Place, Pavilion.name)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Meeting.id.in_(wanted))
    )
    for meeting, slot, place, pavilion in rows:
        found[meeting.id] = (
            place.id,
            MeetingLine(
                meeting.public_id,
                meeting.wish,
                meeting.kind,
                meeting.state,
                meeting.locked,
                slot,
                place.name,
                place.kind,
                place.capacity,
                meeting.table_number,
                pavilion,
            ),
        )
    people = session.execute(
        select(MeetingAttendance.meeting_id, Participant.public_id, Participant.name, Organisation.name)
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(MeetingAttendance.meeting_id.in_(wanted))
        .order_by(MeetingAttendance.meeting_id, MeetingAttendance.side, Participant.name)
    )
    for meeting_id, public_id, name, organisation in people:
        found[meeting_id][1].people.append(Who(public_id, name, organisation))
    return list(found.values())


def pavilions_with_meetings(session: Session, plan: Plan) -> Sequence[Pavilion]:
    """The pavilions in which a plan holds meetings, by name."""
    return session.scalars(
        select(Pavilion)
        .where(
            Pavilion.id.in_(
                select(Place.pavilion_id)
                .join(Meeting, Meeting.place_id == Place.id)
                .where(Meeting.plan_id == plan.id)
            )
        )
        .order_by(Pavilion.name)
    ).all()


def days_with_meetings(session: Session, plan: Plan) -> Sequence[date]:
    """The days on which a plan holds meetings."""
    return session.scalars(
        select(Slot.day)
        .where(Slot.id.in_(select(Meeting.slot_id).where(Meeting.plan_id == plan.id)))
        .distinct()
        .order_by(Slot.day)
    ).all()
