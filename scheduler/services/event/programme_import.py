"""Taking over a programme from a file: what is new, what differs, what is gone; and then just that."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from scheduler.domain.enums import SessionKind
from scheduler.domain.text_key import name_key
from scheduler.errors import NotFound
from scheduler.imports.programme import ImportedProgramme, ImportedSession, LeftSession
from scheduler.models import Event, Pavilion, ProgrammeImport, ProgrammeSession, User
from scheduler.services.audit import record
from scheduler.services.event.programme import remove_session

KEPT = timedelta(days=14)
_KINDS = {
    SessionKind.KEYNOTE: ("keynote", "plenary", "opening", "closing"),
    SessionKind.WORKSHOP: ("workshop", "tutorial", "training", "hands-on", "class"),
    SessionKind.NETWORKING: (
        *("network", "social", "party", "break", "lunch", "dinner", "reception", "meetup", "coffee"),
        *("pause", "mittag", "empfang", "comida", "cena", "pausa", "recepción", "cocktail"),
    ),
    SessionKind.VISIT: ("visit", "tour", "excursion", "besuch", "visita"),
    SessionKind.PARTNER_MEETING: ("partner meeting",),
}
COMPARED = (
    "title",
    "kind",
    "starts_at",
    "ends_at",
    "pavilion_id",
    "room",
    "description",
    *("speakers", "track", "language", "link"),
)
_TELLING = ("title", "starts_at", "ends_at", "pavilion_id", "room")
"""What calendars hear of."""


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
    `twice`: speakers who would be on two stages at once, with both titles.
    """

    new: tuple[NewSession, ...]
    changed: tuple[SessionChange, ...]
    same: int
    gone: tuple[ProgrammeSession, ...]
    left: tuple[LeftSession, ...]
    twice: tuple[tuple[str, str, str], ...]
    shift: int
    outside: int


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How many sessions were added, changed and taken out."""

    added: int
    changed: int
    removed: int


def keep_programme(session: Session, event: Event, found: ImportedProgramme, name: str) -> ProgrammeImport:
    """Keep a programme to look at it. Those that nobody took over for long go."""
    session.execute(
        delete(ProgrammeImport).where(
            ProgrammeImport.event_id == event.id, ProgrammeImport.created_at < event.now() - KEPT
        )
    )
    rows = [
        asdict(one) | {"start": one.start.isoformat(), "end": one.end.isoformat()} for one in found.sessions
    ]
    content = json.dumps([rows, [asdict(one) for one in found.left]], ensure_ascii=False).encode()
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
    rows, left = json.loads(zlib.decompress(kept.content))
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
    return ImportedProgramme(sessions, tuple(LeftSession(**one) for one in left))


def days_apart(event: Event, found: ImportedProgramme) -> int:
    """By how many days a file must be moved so that its first day is the event's first; 0 when they share a day."""
    starts = [one.start for one in found.sessions if one.day is not None]
    days = {start.astimezone(event.zone).date() if start.tzinfo else start.date() for start in starts}
    if not days or days & {day.date for day in event.days}:
        return 0
    return (min(day.date for day in event.days) - min(days)).days


def check_programme(
    session: Session, event: Event, found: ImportedProgramme, *, move: bool = False
) -> CheckedProgramme:
    """What taking the file over would do, in three queries. With `move` its first day becomes the event's."""
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
    known = _Known(there)
    new: list[NewSession] = []
    changed: list[SessionChange] = []
    left = list(found.left)
    same = outside = 0
    for one in found.sessions:
        times = _times(event, one, days, shift)
        if times is None or times[0].astimezone(event.zone).date() not in days:
            outside += 1
            left.append(LeftSession(_when(one), one.title, str(_("It lies outside the event's days."))))
            continue
        values = _values(one, times, pavilions)
        row = known.take(values)
        if row is None and times[1] <= event.now():
            left.append(LeftSession(_when(one), one.title, str(_("It is over."))))
        elif row is None:
            new.append(NewSession(values))
        else:
            fields = _differences(row, values)
            if not fields:
                same += 1
            elif row.ends_at <= event.now() and fields.keys() & {"starts_at", "ends_at"}:
                left.append(
                    LeftSession(_when(one), one.title, str(_("It is over: when it was stays as it is.")))
                )
            else:
                changed.append(SessionChange(row, fields))
    gone = tuple(row for row in known.untaken() if row.source and row.ends_at > event.now())
    twice = _double_booked([one.values for one in new] + [_after(change) for change in changed])
    return CheckedProgramme(tuple(new), tuple(changed), same, gone, tuple(left), twice, shift, outside)


class _Known:
    """The sessions that are there; each is what one session of the file says at most."""

    def __init__(self, rows: Sequence[ProgrammeSession]) -> None:
        self._left = {row.id: row for row in rows}

    def take(self, values: Mapping[str, Any]) -> ProgrammeSession | None:
        """The session of the same name in its source; else of title and start; else the only one of the title."""
        rows = self._left.values()
        source, title = values["source"], name_key(values["title"])
        alike = [row for row in rows if name_key(row.title) == title]
        found = [row for row in rows if source and row.source == source]
        found = found or [row for row in alike if row.starts_at == values["starts_at"]]
        found = found or ([row for row in alike if row.source == source] if len(alike) == 1 else [])
        return self._left.pop(found[0].id) if found else None

    def untaken(self) -> list[ProgrammeSession]:
        """Those that the file does not speak of."""
        return list(self._left.values())


def _differences(row: ProgrammeSession, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = (*COMPARED, "source") if values["source"] else COMPARED
    return {name: (getattr(row, name), values[name]) for name in names if getattr(row, name) != values[name]}


def take_over(
    session: Session,
    event: Event,
    kept: ProgrammeImport,
    checked: CheckedProgramme,
    actor: User,
    *,
    remove: bool = False,
) -> TakenOver:
    """Add and change sessions as the file says; with `remove`, take out those that are in it no more."""
    now = event.now()
    session.add_all(ProgrammeSession(event_id=event.id, changed_at=now, **one.values) for one in checked.new)
    for change in checked.changed:
        for name, (_before, after) in change.fields.items():
            setattr(change.session, name, after)
        if set(change.fields) & set(_TELLING):
            change.session.sequence += 1
            change.session.changed_at = now
    removed = checked.gone if remove else ()
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


def kind_of(one: ImportedSession) -> SessionKind:
    """The kind that a session's type, or else its title, speaks of; a seminar when neither does."""
    for text in (one.kind.casefold(), one.title.casefold()):
        for kind, words in _KINDS.items():
            if text == kind.value or any(word in text for word in words):
                return kind
    return SessionKind.SEMINAR


def _times(
    event: Event, one: ImportedSession, days: Sequence[date], shift: int
) -> tuple[datetime, datetime] | None:
    """The instants of a session; None when the event has no such day."""
    start, length = one.start, one.end - one.start
    if one.day is None:
        if one.number >= len(days):
            return None
        # The year 1 stands for a day that the file only counts; its second day is a time past midnight.
        start = start.replace(tzinfo=None) + (days[one.number] - date(1, 1, 1))
    if start.tzinfo is None:
        start = (start + timedelta(days=shift if one.day is not None else 0)).replace(tzinfo=event.zone)
    elif shift:
        local = start.astimezone(event.zone).replace(tzinfo=None) + timedelta(days=shift)
        start = local.replace(tzinfo=event.zone)
    return start, datetime.fromtimestamp(start.timestamp() + length.total_seconds(), event.zone)


def _values(
    one: ImportedSession, times: tuple[datetime, datetime], pavilions: Mapping[str, int]
) -> dict[str, Any]:
    """The row that a session of a file makes."""
    pavilion = pavilions.get(name_key(one.room))
    before, _comma, behind = one.room.partition(",")
    if pavilion is None and behind:
        # “Bavaria, Room 2”
        pavilion = pavilions.get(name_key(before))
        room = behind.strip() if pavilion is not None else one.room
    else:
        room = "" if pavilion is not None else one.room
    return {
        "title": one.title[:200],
        "kind": kind_of(one),
        "starts_at": times[0],
        "ends_at": times[1],
        "pavilion_id": pavilion,
        "room": room[:120],
        "description": one.description[:4000],
        "speakers": "\n".join(one.speakers),
        "track": one.track[:120],
        "language": one.language[:40],
        "link": one.link[:300] if one.link.startswith(("https://", "http://")) else "",
        "source": one.source[:300],
    }


def _after(change: SessionChange) -> dict[str, Any]:
    return {name: getattr(change.session, name) for name in COMPARED} | {
        name: after for name, (_before, after) in change.fields.items()
    }


def _double_booked(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str, str], ...]:
    """Speakers with two sessions that overlap."""
    of_speaker: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        for name in row["speakers"].split("\n") if row["speakers"] else ():
            of_speaker.setdefault(name, []).append(row)
    found = []
    for name, mine in of_speaker.items():
        mine.sort(key=lambda row: row["starts_at"])
        found += [
            (name, first["title"], second["title"])
            for first, second in pairwise(mine)
            if second["starts_at"] < first["ends_at"]
        ]
    return tuple(found)


def _when(one: ImportedSession) -> str:
    return one.start.strftime("%Y-%m-%d %H:%M") if one.day is not None else one.start.strftime("%H:%M")
