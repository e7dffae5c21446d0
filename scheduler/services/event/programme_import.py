"""Taking over a programme from a file: what is new, what differs, what is gone; and then just that."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from scheduler.errors import Invalid, NotFound
from scheduler.imports.programme import ImportedProgramme, ImportedSession, LeftSession
from scheduler.models import Event, Pavilion, ProgrammeImport, ProgrammeSession, User
from scheduler.services.audit import record
from scheduler.services.event.programme import TOLD, remove_session
from scheduler.services.event.programme_matching import (
    COMPARED,
    differences,
    double_booked,
    fields_said,
    match_sessions,
)
from scheduler.services.event.programme_values import cut_fields, times_of, values_of
from scheduler.services.venue.venue import PavilionEntry, save_pavilion

MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class SessionChange:
    """A session that is there and that the file says otherwise: by field what it is and what the file says."""

    session: ProgrammeSession
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that the file adds: the values of its row."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckedProgramme:
    """What a file would do. `gone`: came from a file before and are in this one no more. `left`: what can't be taken.

    `shift`: by how many days it is moved. `outside`: how many lie outside the event's days.
    `twice`: speakers who would be on two stages at once, with both titles. `places`: where sessions are that is no
    pavilion, with their number. `shortened`: titles with a field that is cut, because it is too long.
    """

    new: tuple[NewSession, ...]
    changed: tuple[SessionChange, ...]
    same: int
    gone: tuple[ProgrammeSession, ...]
    left: tuple[LeftSession, ...]
    twice: tuple[tuple[str, str, str], ...]
    shift: int
    outside: int
    places: Mapping[str, int]
    shortened: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How many sessions were added, changed and taken out."""

    added: int
    changed: int
    removed: int


def keep_programme(session: Session, event: Event, found: ImportedProgramme, name: str) -> ProgrammeImport:
    """Keep a programme to look at it, for as long as `abandoned_imports` says."""
    rows = [
        asdict(one) | {"start": one.start.isoformat(), "end": one.end.isoformat()} for one in found.sessions
    ]
    left = [asdict(one) for one in found.left]
    content = json.dumps([rows, left, found.guessed], ensure_ascii=False).encode()
    kept = ProgrammeImport(
        event_id=event.id, name=name[:200], created_at=event.now(), content=zlib.compress(content)
    )
    session.add(kept)
    session.flush()
    return kept


def kept_programme(session: Session, event: Event, public_id: str) -> ProgrammeImport:
    """A programme that is being looked at. Raises NotFound."""
    found = session.scalar(
        select(ProgrammeImport)
        .where(ProgrammeImport.event_id == event.id, ProgrammeImport.public_id == public_id)
        .options(undefer(ProgrammeImport.content))
    )
    if found is None:
        raise NotFound(
            _("There is no such programme: it was taken over or thrown away. Bring the file again.")
        )
    return found


def unpacked(kept: ProgrammeImport) -> ImportedProgramme:
    """The programme as it was read."""
    rows, left, guessed = json.loads(zlib.decompress(kept.content))
    sessions = tuple(
        ImportedSession(
            **{
                **row,
                "start": datetime.fromisoformat(row["start"]),
                "end": datetime.fromisoformat(row["end"]),
                "speakers": tuple(row["speakers"]),
            }
        )
        for row in rows
    )
    return ImportedProgramme(sessions, tuple(LeftSession(**one) for one in left), guessed)


def days_apart(event: Event, found: ImportedProgramme) -> int:
    """By how many days a file must be moved so that its first day is the event's first; 0 when they share a day."""
    starts = [one.start for one in found.sessions if one.day is not None]
    days = {start.astimezone(event.zone).date() if start.tzinfo else start.date() for start in starts}
    if not days or days & {day.date for day in event.days}:
        return 0
    return (min(day.date for day in event.days) - min(days)).days


def check_programme(
    session: Session,
    event: Event,
    found: ImportedProgramme,
    *,
    move: bool = False,
    home: Pavilion | None = None,
) -> CheckedProgramme:
    """What taking the file over would do, in three queries. With `move` its first day becomes the event's; `home` is
    the pavilion of rooms that are none themselves.
    """
    there = session.scalars(
        select(ProgrammeSession).where(
            ProgrammeSession.event_id == event.id, ProgrammeSession.delegation_id.is_(None)
        )
    ).all()
    pavilions = dict(
        session.execute(
            select(Pavilion.name_key, Pavilion.id).where(
                Pavilion.event_id == event.id, Pavilion.retired_at.is_(None)
            )
        ).all()
    )
    days = sorted(day.date for day in event.days)
    shift = days_apart(event, found) if move else 0
    left = list(found.left)
    wanted: list[tuple[ImportedSession, dict[str, Any]]] = []
    for one in found.sessions:
        times = times_of(event, one, days, shift)
        if times is None or times[0].astimezone(event.zone).date() not in days:
            left.append(LeftSession(_when(one), one.title, str(_("It lies outside the event's days."))))
        else:
            wanted.append((one, values_of(one, times, pavilions, home)))
    outside = len(found.sessions) - len(wanted)
    said = fields_said(found.sessions)
    new: list[NewSession] = []
    changed: list[SessionChange] = []
    rows: list[Mapping[str, Any]] = []
    matched = match_sessions(there, [values for _one, values in wanted])
    for (one, values), row in zip(wanted, matched, strict=True):
        fields = differences(row, values, said) if row is not None else {}
        if reason := _too_late(row, values, fields, event.now()):
            left.append(LeftSession(_when(one), one.title, reason))
        elif row is None:
            new.append(NewSession(values))
            rows.append(values)
        else:
            rows.append(_after(row, fields))
            if fields:
                changed.append(SessionChange(row, fields))
    known = {row.id for row in matched if row is not None}
    spoken_of = {one.source for one in found.sessions if one.source}
    gone = tuple(
        row
        for row in there
        if row.id not in known and row.source and row.source not in spoken_of and row.ends_at > event.now()
    )
    return CheckedProgramme(
        tuple(new),
        tuple(changed),
        len(rows) - len(new) - len(changed),
        gone,
        tuple(left),
        double_booked(rows),
        shift,
        outside,
        dict(Counter(values["room"] for values in rows if values["room"] and values["pavilion_id"] is None)),
        tuple((one.title, name) for one, _values in wanted for name in cut_fields(one)),
    )


def _too_late(
    row: ProgrammeSession | None, values: Mapping[str, Any], fields: Mapping[str, Any], now: datetime
) -> str:
    """Why a session can't be taken because of its time; empty when it can."""
    if row is None and values["ends_at"] <= now:
        return str(_("It is over."))
    if row is not None and row.ends_at <= now and fields.keys() & {"starts_at", "ends_at"}:
        return str(_("It is over: when it was stays as it is."))
    return ""


def take_over(
    session: Session,
    event: Event,
    kept: ProgrammeImport,
    checked: CheckedProgramme,
    actor: User,
    *,
    remove: Collection[str] = (),
) -> TakenOver:
    """Add and change sessions as the file says; `remove` names by public id which of those that are gone go."""
    now = event.now()
    session.add_all(ProgrammeSession(event_id=event.id, changed_at=now, **one.values) for one in checked.new)
    for change in checked.changed:
        for name, (_before, after) in change.fields.items():
            setattr(change.session, name, after)
        if set(change.fields) & set(TOLD):
            change.session.count_change(now)
    removed = [row for row in checked.gone if row.public_id in remove]
    for row in removed:
        remove_session(session, event, row, actor)
    record(
        session,
        event,
        actor,
        "session.import",
        kept.name,
        added=len(checked.new),
        changed=len(checked.changed),
        removed=len(removed),
    )
    session.delete(kept)
    session.flush()
    return TakenOver(len(checked.new), len(checked.changed), len(removed))


def make_pavilions(session: Session, event: Event, names: Collection[str], actor: User) -> None:
    """Make a pavilion of each place that is none yet. Raises Invalid."""
    if len(names) > MOST_PLACES:
        raise Invalid(
            _(
                "These are %(n)d places, too many to be pavilions. Choose the pavilion in which they lie.",
                n=len(names),
            ),
            "places",
        )
    for name in names:
        save_pavilion(session, event, None, PavilionEntry(name), actor)


def _after(row: ProgrammeSession, fields: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COMPARED} | {
        name: after for name, (_before, after) in fields.items()
    }


def _when(one: ImportedSession) -> str:
    return one.start.strftime("%Y-%m-%d %H:%M") if one.day is not None else one.start.strftime("%H:%M")
