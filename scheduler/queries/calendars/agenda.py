"""Agendas as they are in the database now, for one or many participants, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from scheduler.database.filters import checked
from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus, Partner, local_day
from scheduler.domain.enums import MeetingState, PlaceKind, PlanState, SessionKind
from scheduler.domain.walking import Walks
from scheduler.domain.wish_keys import CALL_KEY, call_key
from scheduler.models import (
    AgendaEntry,
    Event,
    Meeting,
    MeetingAttendance,
    OpenCall,
    Organisation,
    Participant,
    Pavilion,
    Place,
    Plan,
    ProgrammeSession,
    SessionAttendance,
    Slot,
)
from scheduler.queries.engagements import Ids, within
from scheduler.queries.venue.venue import walks

NIGHTS_REST = timedelta(hours=4)
"""Whoever has a longer break around midnight does not walk from one entry to the next."""


@dataclass(frozen=True, slots=True)
class Located:
    """An entry with the keys of the place where it is, for the feeds of stands and pavilions."""

    entry: Entry
    pavilion_id: int | None
    place_id: int | None


def agenda_of(session: Session, participant: Participant, event: Event, *, left_out: bool = False) -> Agenda:
    """The agenda of one participant, cancelled entries included until they are past."""
    return agendas_of(session, event, [participant.id], left_out=left_out)[participant.id]


def agendas_of(
    session: Session, event: Event, participant_ids: Collection[int], *, left_out: bool = False
) -> dict[int, Agenda]:
    """The agendas of some participants of an event, empty ones included, in nine queries.

    Entries are what holds now; sequences, last changes and tombstones are those that calendars were told. With
    `left_out`, for calendars, sessions that take place without the participant are among them, as cancelled.
    """
    ids = list(participant_ids)
    names = _names(session, event, ids)
    found = located_entries(session, event, ids)
    told: dict[int, dict[str, AgendaEntry]] = defaultdict(dict)
    for row in session.scalars(
        select(AgendaEntry).where(AgendaEntry.event_id == event.id, within(AgendaEntry.participant_id, ids))
    ):
        told[row.participant_id][row.uid] = row
    left = set() if left_out else _left_out(session, event, told)
    result = {}
    for key in ids:
        entries = []
        alive = set()
        for located in found.get(key, ()):
            entry = located.entry
            alive.add(entry.uid)
            old = told[key].get(entry.uid)
            if old is not None:
                entry = replace(entry, sequence=old.sequence, last_modified=old.changed_at)
            entries.append(entry)
        for uid, row in told[key].items():
            if uid not in alive and uid not in left and row.status == EntryStatus.CANCELLED.value:
                entries.append(entry_of_row(row))
        name = names.get(key, "")
        result[key] = Agenda(name, f"{event.name} - {name}", event.zone, tuple(entries))
    return result


def _left_out(session: Session, event: Event, told: Mapping[int, Mapping[str, AgendaEntry]]) -> set[str]:
    """The sessions that take place without somebody who was in them: cancelled in calendars, not on pages."""
    uids = {
        uid
        for rows in told.values()
        for uid, row in rows.items()
        if row.status == EntryStatus.CANCELLED.value and row.kind != EntryKind.MEETING.value
    }
    if not uids:
        return set()
    return set(
        session.scalars(
            select(ProgrammeSession.public_id).where(
                ProgrammeSession.event_id == event.id, ProgrammeSession.public_id.in_(uids)
            )
        )
    )


def located_entries(
    session: Session, event: Event, ids: Ids, *, changed_at: datetime | None = None
) -> dict[int, list[Located]]:
    """What every participant (of `ids`, or of the whole event) does, in order of time, walks included.

    With `changed_at`, that is every entry's last change in the place of the row's own.
    """
    walking = walks(session, event.id)
    found: dict[int, list[Located]] = defaultdict(list)
    for key, located in _meetings(session, event, ids, changed_at):
        found[key].append(located)
    for key, located in _sessions(session, event, ids, changed_at):
        found[key].append(located)
    for key, items in found.items():
        items.sort(key=lambda item: (item.entry.start, item.entry.end, item.entry.uid))
        found[key] = _with_walks(items, event, walking)
    return dict(found)


def entry_of_row(row: AgendaEntry | Row[Any]) -> Entry:
    """A stored entry as a value, from an object or from a row of its columns."""
    return Entry(
        uid=row.uid,
        kind=EntryKind(row.kind),
        title=row.title,
        start=row.starts_at,
        end=row.ends_at,
        last_modified=row.changed_at,
        sequence=row.sequence,
        status=EntryStatus(row.status),
        place=row.place,
        pavilion=row.pavilion,
        partners=tuple(Partner(*partner) for partner in row.partners),
        description=row.description,
        walk_minutes=row.walk_minutes,
    )


def _names(session: Session, event: Event, ids: Ids) -> dict[int, str]:
    own = Participant.event_id if ids is None else checked(Participant.event_id)
    rows = session.execute(
        select(Participant.id, Participant.name).where(own == event.id, within(Participant.id, ids))
    )
    return {row.id: row.name for row in rows}


def _published_meetings(event: Event, ids: Ids = None) -> Select[int]:
    """Of some people's the attendances say all there is to ask: nothing else is read."""
    if ids is not None:
        return (
            select(MeetingAttendance.meeting_id)
            .join(Plan, Plan.id == MeetingAttendance.plan_id)
            .where(
                Plan.event_id == event.id,
                Plan.state == PlanState.PUBLISHED,
                MeetingAttendance.state == MeetingState.PLANNED,
                within(MeetingAttendance.participant_id, ids),
            )
        )
    return (
        select(Meeting.id)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(
            Plan.event_id == event.id,
            Plan.state == PlanState.PUBLISHED,
            Meeting.state == MeetingState.PLANNED,
        )
    )


def _meetings(
    session: Session, event: Event, ids: Ids, changed_at: datetime | None
) -> Iterable[tuple[int, Located]]:
    wanted = _published_meetings(event, ids)
    # Slots and places apart: an event has few of them, and a publication would read each a thousand times.
    meetings = session.execute(
        select(
            Meeting.id,
            Meeting.uid,
            Meeting.wish,
            Meeting.changed_at,
            Meeting.table_number,
            Meeting.place_id,
            Meeting.slot_id,
        ).where(Meeting.id.in_(wanted))
    ).all()
    slots = _slots(session, event, None if ids is None else {row.slot_id for row in meetings})
    places = _places(session, event, None if ids is None else {row.place_id for row in meetings})
    titles = _group_titles(session, {row.wish for row in meetings if row.wish.startswith(CALL_KEY)})
    people: dict[int, list[tuple[int, int, Partner]]] = defaultdict(list)
    for meeting_id, key, side, public_id, name, organisation in session.execute(
        select(
            MeetingAttendance.meeting_id,
            MeetingAttendance.participant_id,
            MeetingAttendance.side,
            Participant.public_id,
            Participant.name,
            Organisation.name,
        )
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(MeetingAttendance.meeting_id.in_(wanted))
        .order_by(MeetingAttendance.meeting_id, MeetingAttendance.side, MeetingAttendance.participant_id)
    ):
        people[meeting_id].append((key, side, Partner(name, organisation, public_id)))
    own = None if ids is None else set(ids)
    for row in meetings:
        start, end = slots[row.slot_id]
        place = places[row.place_id]
        where = place_text(place.pavilion, place.name, place.kind, place.capacity, row.table_number)
        present = people.get(row.id, ())
        for key, _side, _self in present:
            if own is not None and key not in own:
                continue
            entry = Entry(
                uid=row.uid,
                kind=EntryKind.MEETING,
                title=titles.get(row.wish, ""),
                start=start,
                end=end,
                last_modified=changed_at or row.changed_at,
                place=where,
                pavilion=place.pavilion,
                partners=tuple(partner for other, _, partner in present if other != key),
            )
            yield key, Located(entry, place.pavilion_id, row.place_id)


def _group_titles(session: Session, wishes: Collection[str]) -> dict[str, str]:
    """What groups are called, by the wish of their meeting."""
    if not wishes:
        return {}
    rows = session.execute(
        select(OpenCall.public_id, OpenCall.title).where(
            OpenCall.public_id.in_([wish.removeprefix(CALL_KEY) for wish in wishes])
        )
    )
    return {call_key(public_id): title for public_id, title in rows}


def _slots(session: Session, event: Event, keys: Ids) -> dict[int, tuple[datetime, datetime]]:
    """Begin and end of slots, of all when no keys are given."""
    rows = session.execute(
        select(Slot.id, Slot.starts_at, Slot.ends_at).where(Slot.event_id == event.id, within(Slot.id, keys))
    )
    return {key: (start, end) for key, start, end in rows}


def _places(session: Session, event: Event, keys: Ids) -> dict[int, Any]:
    """Places with the names of their pavilions, all when no keys are given."""
    rows = session.execute(
        select(
            Place.id,
            Place.name,
            Place.kind,
            Place.capacity,
            Place.pavilion_id,
            Pavilion.name.label("pavilion"),
        )
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Place.event_id == event.id, within(Place.id, keys))
    )
    return {row.id: row for row in rows}


def place_text(pavilion: str, place: str, kind: PlaceKind, capacity: int, table: int) -> str:
    """A place as people say it: `Bavaria, table 4`, `Bavaria, stand C12`."""
    if kind is PlaceKind.TABLES:
        return f"{pavilion}, {place} {table}" if max(capacity, table) > 1 else f"{pavilion}, {place}"
    return f"{pavilion}, {place}" if place and place != pavilion else pavilion


def _sessions(
    session: Session, event: Event, ids: Ids, changed_at: datetime | None
) -> Iterable[tuple[int, Located]]:
    columns = (
        ProgrammeSession.public_id,
        ProgrammeSession.title,
        ProgrammeSession.kind,
        ProgrammeSession.starts_at,
        ProgrammeSession.ends_at,
        ProgrammeSession.room,
        ProgrammeSession.host,
        ProgrammeSession.description,
        ProgrammeSession.changed_at,
        ProgrammeSession.delegation_id,
        ProgrammeSession.pavilion_id,
        Pavilion.name.label("pavilion"),
    )
    still_here = or_(Participant.leaves_at.is_(None), ProgrammeSession.starts_at < Participant.leaves_at)
    attended = (
        select(SessionAttendance.participant_id, *columns)
        .join(ProgrammeSession, ProgrammeSession.id == SessionAttendance.session_id)
        .outerjoin(Pavilion, Pavilion.id == ProgrammeSession.pavilion_id)
        .join(Participant, Participant.id == SessionAttendance.participant_id)
        .where(
            ProgrammeSession.event_id == event.id, within(SessionAttendance.participant_id, ids), still_here
        )
    )
    for row in session.execute(attended):
        visit = row.kind is SessionKind.VISIT or row.delegation_id is not None
        where = ", ".join(part for part in (row.pavilion, row.room) if part)
        entry = Entry(
            uid=row.public_id,
            kind=EntryKind.VISIT if visit else EntryKind.SESSION,
            title=row.title,
            start=row.starts_at,
            end=row.ends_at,
            last_modified=changed_at or row.changed_at,
            place=where,
            pavilion=row.pavilion or "",
            partners=(Partner("", row.host),) if row.host else (),
            description=row.description,
        )
        yield row.participant_id, Located(entry, row.pavilion_id, None)


def _with_walks(items: list[Located], event: Event, walking: Walks) -> list[Located]:
    """The items with the minutes from the place before, where they are known; one without a place is passed over."""
    result: list[Located] = []
    here: tuple[Entry, int] | None = None
    for item in items:
        if item.pavilion_id is None:
            result.append(item)
            continue
        minutes = 0
        if here is not None and _same_outing(here[0], item.entry, event):
            minutes = walking.minutes(here[1], item.pavilion_id) or 0
        here = (item.entry, item.pavilion_id)
        result.append(replace(item, entry=replace(item.entry, walk_minutes=minutes)) if minutes else item)
    return result


def _same_outing(one: Entry, other: Entry, event: Event) -> bool:
    """Whether somebody goes from one to the other: on the same day, or in the night without much of a break."""
    if local_day(one.start, event.zone) == local_day(other.start, event.zone):
        return True
    return other.start - one.end < NIGHTS_REST


def people_at_published_meetings(session: Session, event: Event, ids: Collection[int]) -> set[int]:
    """Everybody who has a published meeting with one of some participants, these included."""
    mine = _published_meetings(event, ids)
    return set(
        session.scalars(
            select(MeetingAttendance.participant_id).where(MeetingAttendance.meeting_id.in_(mine))
        )
    )
