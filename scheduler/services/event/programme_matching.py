"""Which session of a file is which session of the programme, and what the file says otherwise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from scheduler.domain.text_key import name_key
from scheduler.exports.schedule import guid_of
from scheduler.imports.programme import ImportedSession
from scheduler.models import ProgrammeSession

Values = Mapping[str, Any]
Keys = Collection[Any]

_SAID_BY = {"pavilion_id": "room"}
COMPARED = (
    *("title", "kind", "starts_at", "ends_at", "pavilion_id", "room", "description", "speakers"),
    *("track", "language", "link", "capacity"),
)


def match_sessions(
    there: Sequence[ProgrammeSession], wanted: Sequence[Values]
) -> list[ProgrammeSession | None]:
    """For each session of a file the one that it is, or None; none is given twice.

    By the name that a file has for it, or we have (`guid_of`); else by title and start, in the same room first; else
    by a title that only one of either side has.
    """
    found: list[ProgrammeSession | None] = [None] * len(wanted)
    left = {row.id: row for row in there}
    for keys_of_row, keys_of_one in _PASSES:
        rows: dict[Any, list[ProgrammeSession]] = defaultdict(list)
        for row in left.values():
            for key in keys_of_row(row):
                rows[key].append(row)
        for index, one in enumerate(wanted):
            if found[index] is None:
                alike = (row for key in keys_of_one(one) for row in rows.get(key, ()) if row.id in left)
                row_found = next(alike, None)
                if row_found is not None:
                    found[index] = left.pop(row_found.id)
    _match_moved(list(left.values()), wanted, found)
    return found


def _match_moved(
    left: Sequence[ProgrammeSession], wanted: Sequence[Values], found: list[ProgrammeSession | None]
) -> None:
    """A session without a name of its own that only moved is known by its title, when nothing else is called so."""
    titles = Counter(name_key(one["title"]) for one in wanted)
    rows: dict[str, list[ProgrammeSession]] = defaultdict(list)
    for row in left:
        rows[name_key(row.title)].append(row)
    for index, one in enumerate(wanted):
        alike = rows.get(name_key(one["title"]), [])
        alone = len(alike) == 1 and titles[name_key(one["title"])] == 1
        if found[index] is None and alone and one["source"] in ("", alike[0].source):
            found[index] = alike[0]


def _names(row: ProgrammeSession) -> set[str]:
    return {row.name_in_files, guid_of(row.name_in_files)}


def _names_of(one: Values) -> Keys:
    return [one["source"]] if one["source"] else []


def _wanted_start(one: Values) -> Keys:
    return [(name_key(one["title"]), one["starts_at"])]


def _room_key(row: ProgrammeSession) -> Keys:
    return [(*_start_key(row), row.pavilion_id, row.room)]


def _start_key(row: ProgrammeSession) -> Keys:
    return [(name_key(row.title), row.starts_at)]


_PASSES: tuple[tuple[Callable[[ProgrammeSession], Keys], Callable[[Values], Keys]], ...] = (
    (_names, _names_of),
    (_room_key, lambda one: [(*_wanted_start(one), one["pavilion_id"], one["room"])]),
    (_start_key, _wanted_start),
)
"""By what a session is known, the surest first: keys of one that is there, and keys of one in a file."""


def fields_said(sessions: Iterable[ImportedSession]) -> frozenset[str]:
    """The fields of which a file speaks at all: a calendar without tracks takes no track away."""
    said: set[str] = set()
    for one in sessions:
        said.update(
            name
            for name in ("room", "track", "kind", "language", "description", "speakers", "link", "capacity")
            if getattr(one, name)
        )
    return frozenset(said)


def differences(row: ProgrammeSession, values: Values, said: frozenset[str]) -> dict[str, tuple[Any, Any]]:
    """What a file says otherwise than the programme, by field: what is there, and what the file says."""
    found = {}
    for name in COMPARED:
        before, after = getattr(row, name), values[name]
        if before == after or (name not in _ALWAYS and _SAID_BY.get(name, name) not in said):
            continue
        if name == "description" and before.split() == after.split():
            # Calendars and tables keep no line breaks.
            continue
        if name == "pavilion_id" and after is None and row.room == values["room"]:
            # The file names the room alone: it says nothing about the pavilion in which it lies.
            continue
        found[name] = (before, after)
    if values["source"] and values["source"] not in _names(row):
        found["source"] = (row.source, values["source"])
    return found


_ALWAYS = frozenset(("title", "starts_at", "ends_at"))


def double_booked(rows: Iterable[Values]) -> tuple[tuple[str, str, str], ...]:
    """Speakers of two sessions that overlap, with both titles."""
    of_speaker: dict[str, list[Values]] = defaultdict(list)
    for row in rows:
        for name in filter(None, row["speakers"].split("\n")):
            of_speaker[name].append(row)
    found = []
    for name, mine in sorted(of_speaker.items()):
        mine.sort(key=lambda row: row["starts_at"])
        latest = mine[0]
        for row in mine[1:]:
            if row["starts_at"] < latest["ends_at"]:
                found.append((name, latest["title"], row["title"]))
            latest = max(latest, row, key=lambda one: one["ends_at"])
    return tuple(found)
