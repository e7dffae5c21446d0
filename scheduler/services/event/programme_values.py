"""What rows the sessions of a file make: their times at the event, their kind, where they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from scheduler.domain.enums import SessionKind
from scheduler.domain.session_limits import LETTERS, MOST_SEATS
from scheduler.domain.text_key import name_key
from scheduler.imports.programme import ImportedSession
from scheduler.models import Event, Pavilion

_KINDS = {
    SessionKind.KEYNOTE: ("keynote", "plenary", "opening", "closing"),
    SessionKind.WORKSHOP: ("workshop", "tutorial", "training", "hands-on", "class"),
    SessionKind.NETWORKING: (
        *(
            "network",
            "networking",
            "social",
            "party",
            "break",
            "lunch",
            "dinner",
            "reception",
            "meetup",
            "coffee",
        ),
        *("pause", "mittag", "empfang", "comida", "cena", "pausa", "recepción", "cocktail"),
    ),
    SessionKind.VISIT: ("visit", "tour", "excursion", "besuch", "visita"),
    SessionKind.PARTNER_MEETING: ("partner meeting",),
}
_SPEAKS_OF = {kind: re.compile(rf"\b(?:{'|'.join(words)})s?\b") for kind, words in _KINDS.items()}
_CUT = ("title", "room", "track", "language", "link", "description")
"""What a file may say at such length that it is cut."""


def kind_of(one: ImportedSession) -> SessionKind:
    """The kind that a session's type, or else its title, speaks of; a seminar when neither does."""
    said = one.kind.casefold()
    if said in set(SessionKind):
        return SessionKind(said)
    for text in (said, one.title.casefold()):
        for kind, pattern in _SPEAKS_OF.items():
            if pattern.search(text):
                return kind
    return SessionKind.SEMINAR


def times_of(
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


def values_of(
    one: ImportedSession,
    times: tuple[datetime, datetime],
    pavilions: Mapping[str, int],
    home: Pavilion | None,
) -> dict[str, Any]:
    """The row that a session of a file makes."""
    pavilion, room = _place(one.room, pavilions)
    if pavilion is None and room and home is not None:
        pavilion = home.id
    return {
        "title": one.title[: LETTERS["title"]],
        "kind": kind_of(one),
        "starts_at": times[0],
        "ends_at": times[1],
        "pavilion_id": pavilion,
        "room": room[: LETTERS["room"]],
        "description": one.description[: LETTERS["description"]],
        "speakers": "\n".join(one.speakers),
        "track": one.track[: LETTERS["track"]],
        "language": one.language[: LETTERS["language"]],
        "link": one.link[: LETTERS["link"]] if one.link.startswith(("https://", "http://")) else "",
        "source": one.source[: LETTERS["source"]],
        "capacity": one.capacity if one.capacity and one.capacity <= MOST_SEATS else None,
    }


def cut_fields(one: ImportedSession) -> list[str]:
    """The fields of which a file says more than a session can hold."""
    return [name for name in _CUT if len(getattr(one, name)) > LETTERS[name]]


def _place(said: str, pavilions: Mapping[str, int]) -> tuple[int | None, str]:
    """The pavilion that a place names, and the room in it: “Bavaria, Room 2”. A pavilion may have commas itself."""
    parts = said.split(",")
    for known in range(len(parts), 0, -1):
        pavilion = pavilions.get(name_key(",".join(parts[:known])))
        if pavilion is not None:
            return pavilion, ",".join(parts[known:]).strip()
    return None, said
