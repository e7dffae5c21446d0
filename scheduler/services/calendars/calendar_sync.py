"""Keeping what calendars are told up to date: sequences, tombstones, versions, and who must hear of what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.orm import Session

from scheduler.database.bulk import insert_many, update_many, without_collector
from scheduler.domain.agenda import EntryKind, EntryStatus
from scheduler.domain.agenda_change import AgendaChange
from scheduler.domain.enums import MeetingState, PlanState
from scheduler.mail.agenda_mails import Farewell, queue_change_mails
from scheduler.models import (
    AgendaEntry,
    AgendaMark,
    AgendaState,
    AgendaVersion,
    Event,
    Meeting,
    Participant,
    Plan,
    ProgrammeSession,
)
from scheduler.models.agenda import GONE
from scheduler.queries.calendars.agenda import Located, entry_of_row, located_entries

_TABLE = cast(Table, AgendaEntry.__table__)
_ALIVE = EntryStatus.CONFIRMED.value
_GONE = EntryStatus.CANCELLED.value
_FIELDS = (
    AgendaEntry.id,
    AgendaEntry.participant_id,
    AgendaEntry.uid,
    AgendaEntry.status,
    AgendaEntry.sequence,
    AgendaEntry.changed_at,
    # From here on in the order of `_values`: both are compared as a whole.
    AgendaEntry.kind,
    AgendaEntry.title,
    AgendaEntry.starts_at,
    AgendaEntry.ends_at,
    AgendaEntry.place,
    AgendaEntry.pavilion,
    AgendaEntry.pavilion_id,
    AgendaEntry.place_id,
    AgendaEntry.partners,
    AgendaEntry.description,
    AgendaEntry.walk_minutes,
)
_SAID = 6
"""Where what an entry says begins in `_FIELDS`."""


@dataclass(slots=True)
class _Difference:
    """What has to be written to make the stored entries say what holds now."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    changes: list[AgendaChange] = field(default_factory=list)
    first_time: set[int] = field(default_factory=set)
    """Who had no meeting in their calendar before."""
    versions: dict[int, int] = field(default_factory=dict)
    """How often each agenda changed until now."""


def refresh(
    session: Session,
    event: Event,
    participant_ids: Collection[int] | None = None,
    *,
    mails: bool = True,
    said: str = "",
    absent: str = "",
    chosen: Collection[str] = (),
    farewell: Farewell | None = None,
) -> Sequence[AgendaChange]:
    """Bring the agendas of some participants (default: of all) up to date and return what changed for people.

    Called in the transaction of the change. New entries begin with sequence 0, each later change adds one;
    what is gone stays as cancelled until it is past. With `mails`, whoever must hear of a change gets a
    message into the outbox in the same transaction. It repeats what was `said` about the change, and names who is
    `absent`, where that is why. Nobody is told of the entries that they have `chosen` themselves just now, named by
    their UIDs. With `farewell`, one of the participants leaves the event and is told so.
    """
    session.flush()
    lock_agendas(session, event.id)
    with without_collector():
        difference = _difference(session, event, participant_ids)
        _write(session, event, difference, event.now())
        if participant_ids is None:
            session.execute(delete(AgendaMark).where(AgendaMark.event_id == event.id))
        if mails and (difference.changes or farewell):
            changes = [
                replace(one, said=said, absent=absent)
                for one in difference.changes
                if one.after.uid not in chosen
            ]
            queue_change_mails(session, event, changes, first_time=difference.first_time, farewell=farewell)
    return difference.changes


def lock_agendas(session: Session, event_id: int) -> None:
    """Let others who change agendas of the event wait: two who count on from the same number would give two states
    one version, and calendars would keep the older. Taken before any plan's lock. Nobody else is held up by it.
    """
    session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True))


def _difference(session: Session, event: Event, participant_ids: Collection[int] | None) -> _Difference:
    now = event.now()
    difference = _Difference(versions=_versions(session, event, participant_ids))
    found = located_entries(session, event, participant_ids, changed_at=now)
    stored = _stored(session, event, participant_ids)
    sessions = set(
        session.scalars(select(ProgrammeSession.public_id).where(ProgrammeSession.event_id == event.id))
    )
    held = {key: {located.entry.uid for located in found.get(key, ())} for key in stored}
    missing = {
        uid
        for key, rows in stored.items()
        for uid, row in rows.items()
        if uid not in held[key] and row.status == _ALIVE and row.kind == EntryKind.MEETING.value
    }
    sessions |= _held_meetings(session, sorted(missing))
    for key in found.keys() | stored.keys():
        _compare(event, key, found.get(key, ()), stored.get(key, {}), sessions, now, difference)
    return difference


def _held_meetings(session: Session, uids: Sequence[str]) -> set[str]:
    """Those of some meetings that a published schedule holds: a group may meet without one of its members."""
    found: set[str] = set()
    for chunk in range(0, len(uids), 500):
        found |= set(
            session.scalars(
                select(Meeting.uid)
                .join(Plan, Plan.id == Meeting.plan_id)
                .where(
                    Meeting.uid.in_(uids[chunk : chunk + 500]),
                    Meeting.state == MeetingState.PLANNED,
                    Plan.state == PlanState.PUBLISHED,
                )
            )
        )
    return found


def bury_the_past(session: Session, event: Event) -> int:
    """Take tombstones away whose time is past; returns how many."""
    lock_agendas(session, event.id)
    now = event.now()
    rows = session.execute(
        select(AgendaEntry.id, AgendaEntry.participant_id).where(
            AgendaEntry.event_id == event.id, text(GONE), AgendaEntry.ends_at <= now
        )
    ).all()
    if rows:
        difference = _Difference(versions=_versions(session, event, None))
        difference.gone = [row.id for row in rows]
        difference.touched = {row.participant_id for row in rows}
        _write(session, event, difference, now)
    return len(rows)


def _versions(session: Session, event: Event, ids: Collection[int] | None) -> dict[int, int]:
    statement = (
        select(AgendaVersion.participant_id, AgendaVersion.version)
        .join(Participant, Participant.id == AgendaVersion.participant_id)
        .where(Participant.event_id == event.id)
    )
    if ids is not None:
        statement = statement.where(AgendaVersion.participant_id.in_(ids))
    return {row.participant_id: row.version for row in session.execute(statement)}


def _stored(session: Session, event: Event, ids: Collection[int] | None) -> dict[int, dict[str, Any]]:
    statement = select(*_FIELDS).where(AgendaEntry.event_id == event.id)
    if ids is not None:
        statement = statement.where(AgendaEntry.participant_id.in_(ids))
    rows: dict[int, dict[str, Any]] = {}
    for row in session.execute(statement):
        rows.setdefault(row.participant_id, {})[row.uid] = row
    return rows


def _compare(
    event: Event,
    key: int,
    found: Iterable[Located],
    stored: dict[str, Any],
    sessions: Collection[str],
    now: datetime,
    difference: _Difference,
) -> None:
    if not any(row.kind == EntryKind.MEETING.value for row in stored.values()):
        difference.first_time.add(key)
    seen = set()
    for located in found:
        entry = located.entry
        seen.add(entry.uid)
        old = stored.get(entry.uid)
        values = _values(located)
        if old is None:
            if entry.kind is not EntryKind.MEETING:
                # Calendars may remember a cancellation of it, for somebody who was taken out before: no entry's
                # sequence can be higher than the number of changes so far.
                entry = replace(entry, sequence=difference.versions.get(key, 0))
            difference.new.append(
                {
                    "event_id": event.id,
                    "participant_id": key,
                    "uid": entry.uid,
                    "status": _ALIVE,
                    "sequence": entry.sequence,
                    "changed_at": now,
                    **values,
                }
            )
            difference.touched.add(key)
            difference.changes.append(AgendaChange(key, None, entry))
            continue
        if old.status == _ALIVE and old[_SAID:] == tuple(values.values()):
            continue
        sequence = old.sequence + 1
        difference.changed.append(
            {"id": old.id, "status": _ALIVE, "sequence": sequence, "changed_at": now, **values}
        )
        difference.touched.add(key)
        told = replace(entry, sequence=sequence)
        # Who comes back to a session is new to it: it was never cancelled for anybody else.
        again = old.status == _GONE and entry.kind is not EntryKind.MEETING
        difference.changes.append(AgendaChange(key, None if again else entry_of_row(old), told))
    for uid, old in stored.items():
        if uid in seen:
            continue
        if old.ends_at <= now:
            if old.status == _GONE:
                difference.gone.append(old.id)
                difference.touched.add(key)
            continue
        if old.status == _GONE:
            continue
        difference.touched.add(key)
        sequence = old.sequence + 1
        difference.changed.append(
            {
                "id": old.id,
                "status": _GONE,
                "sequence": sequence,
                "changed_at": now,
                "walk_minutes": 0,
            }
        )
        before = entry_of_row(old)
        after = replace(
            before, status=EntryStatus.CANCELLED, sequence=sequence, last_modified=now, walk_minutes=0
        )
        # A session that takes place without this person is cancelled for their calendar alone: one that is only
        # missing from the feed stays in programs that have imported it.
        without = uid in sessions
        difference.changes.append(AgendaChange(key, before, after, without=without))


def _values(located: Located) -> dict[str, Any]:
    entry = located.entry
    return {
        "kind": entry.kind.value,
        "title": entry.title,
        "starts_at": entry.start,
        "ends_at": entry.end,
        "place": entry.place,
        "pavilion": entry.pavilion,
        "pavilion_id": located.pavilion_id,
        "place_id": located.place_id,
        "partners": [[partner.name, partner.organisation, partner.key] for partner in entry.partners],
        "description": entry.description,
        "walk_minutes": entry.walk_minutes,
    }


def _write(session: Session, event: Event, difference: _Difference, now: datetime) -> None:
    if not difference.touched:
        return
    if difference.gone:
        for begin in range(0, len(difference.gone), 500):
            part = difference.gone[begin : begin + 500]
            session.execute(delete(AgendaEntry).where(AgendaEntry.id.in_(part)))
    # Statements on the table, not on the class: a publication writes hundreds of thousands of rows, and the
    # bookkeeping of the ORM would take longer than the database.
    connection = session.connection()
    insert_many(connection, _TABLE, difference.new)
    update_many(connection, _TABLE, difference.changed)
    known = difference.versions
    first = [key for key in sorted(difference.touched) if key not in known]
    again = [key for key in sorted(difference.touched) if key in known]
    if first:
        session.execute(
            insert(AgendaVersion),
            [{"participant_id": key, "version": 1, "changed_at": now} for key in first],
        )
    if again:
        session.execute(
            update(AgendaVersion),
            [{"participant_id": key, "version": known[key] + 1, "changed_at": now} for key in again],
        )
    state = session.get(AgendaState, event.id)
    if state is None:
        state = AgendaState(event_id=event.id, version=0)
        session.add(state)
    state.version += 1
    state.changed_at = now
    session.flush()
    # The bulk statements above bypass what the session has loaded.
    for item in list(session.identity_map.values()):
        if isinstance(item, AgendaEntry | AgendaVersion):
            session.expire(item)
