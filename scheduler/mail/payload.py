"""Agenda entries as plain JSON, for messages that are written now and worded when they are sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from scheduler.domain.agenda import Entry, EntryKind, EntryStatus, Partner


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """What a message has to remember of an entry."""
    return {
        "uid": entry.uid,
        "kind": entry.kind.value,
        "title": entry.title,
        "start": entry.start.astimezone(UTC).isoformat(),
        "end": entry.end.astimezone(UTC).isoformat(),
        "changed": entry.last_modified.astimezone(UTC).isoformat(),
        "sequence": entry.sequence,
        "status": entry.status.value,
        "place": entry.place,
        "pavilion": entry.pavilion,
        "partners": [[partner.name, partner.organisation, partner.key] for partner in entry.partners],
        "description": entry.description,
        "walk": entry.walk_minutes,
    }


def entry_from_json(values: dict[str, Any]) -> Entry:
    """The entry that `entry_to_json` remembered."""
    return Entry(
        uid=values["uid"],
        kind=EntryKind(values["kind"]),
        title=values["title"],
        start=datetime.fromisoformat(values["start"]),
        end=datetime.fromisoformat(values["end"]),
        last_modified=datetime.fromisoformat(values["changed"]),
        sequence=values["sequence"],
        status=EntryStatus(values["status"]),
        place=values["place"],
        pavilion=values["pavilion"],
        partners=tuple(Partner(*partner) for partner in values["partners"]),
        description=values["description"],
        walk_minutes=values["walk"],
    )
