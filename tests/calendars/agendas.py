"""Agendas for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus, Partner

MADRID = ZoneInfo("Europe/Madrid")
PUBLISHED = datetime(2023, 10, 30, 16, 0, tzinfo=UTC)
CHANGED = datetime(2023, 11, 6, 17, 30, tzinfo=UTC)


def meeting(number: int = 1, **changes: object) -> Entry:
    """A meeting on Tuesday 7 November 2023, half an hour after the one before."""
    start = datetime(2023, 11, 7, 9, 30, tzinfo=UTC) + timedelta(minutes=30 * (number - 1))
    values: dict[str, object] = {
        "uid": f"m{number}@expo.example",
        "kind": EntryKind.MEETING,
        "title": f"Sofia Municipality - Company {number}",
        "start": start,
        "end": start + timedelta(minutes=25),
        "last_modified": PUBLISHED,
        "place": "Bavaria, table 4",
        "pavilion": "Bavaria",
        "partners": (Partner("Ana Petrova", "Sofia Municipality"),),
        "url": f"https://expo.example/meeting/{number}",
    }
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


def agenda(*entries: Entry, title: str = "Smart City Expo 2023 - Ana Petrova") -> Agenda:
    return Agenda("Ana Petrova", title, MADRID, entries)


def full_agenda() -> Agenda:
    """A meeting, a moved one, a cancelled one, one without place and partner, and a session."""
    return agenda(
        meeting(1, walk_minutes=6),
        meeting(2, sequence=2, last_modified=CHANGED, place="Catalonia, stand C12", pavilion="Catalonia"),
        meeting(3, sequence=1, last_modified=CHANGED, status=EntryStatus.CANCELLED),
        meeting(4, place="", pavilion="", partners=(), title="", url=""),
        Entry(
            uid="s1@expo.example",
            kind=EntryKind.SESSION,
            title="Keynote: cities, data; people",
            start=datetime(2023, 11, 8, 8, 0, tzinfo=UTC),
            end=datetime(2023, 11, 8, 9, 30, tzinfo=UTC),
            last_modified=PUBLISHED,
            place="Auditorium 1",
            description="Doors open at 08:45.\nBring your badge.",
        ),
    )
