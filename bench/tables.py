"""Profiles and decisions as tables: read from CSV, or made from an invented event."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.events import Event
from scheduler.matching.profile import Profile

YES = {"1", "1.0", "yes", "y", "true", "t"}
NO = {"0", "0.0", "no", "n", "false", "f", ""}
STRENGTH = re.compile(r"^(.*\S)\s*[:=]\s*(\d+(?:\.\d+)?)$")


class UnusableTable(Exception):
    """A table that can't be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Table:
    """Profiles, and directed decisions as parallel arrays: group, source and target positions, yes."""

    name: str
    profiles: tuple[Profile, ...]
    group: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    yes: np.ndarray


def from_event(name: str, event: Event) -> Table:
    """The table of an invented event."""
    profiles = tuple(
        Profile(id=p.id, kind=p.type, offers=p.offers, seeks=p.seeks, text=p.text) for p in event.people
    )
    rows = [(v.group, v.source, v.target, v.yes) for v in event.verdicts]
    return _table(name, profiles, rows)


def from_files(profiles: Path, decisions: Path) -> Table:
    """The table of two CSV files: id, type, offers, seeks, text; and group, from, to, yes.

    People who decide but have no profile take part with an empty one. Of two rows for one direction in one
    group the last counts. Raises UnusableTable for missing columns, double ids, and answers that are
    neither yes nor no.
    """
    people: dict[str, Profile] = {}
    strongest = {"offers": 1.0, "seeks": 1.0}
    raw = list(_rows(profiles, ("id", "type", "offers", "seeks", "text")))
    for _, row in raw:
        for column in strongest:
            for _, strength in _topics(row[column]):
                strongest[column] = max(strongest[column], strength)
    for line, row in raw:
        if row["id"] in people:
            raise UnusableTable(f"{profiles}, line {line}: id '{row['id']}' is listed twice.")
        offers, seeks = _topics(row["offers"]), _topics(row["seeks"])
        people[row["id"]] = Profile(
            id=row["id"],
            kind=row["type"],
            offers=tuple(topic for topic, _ in offers),
            seeks=tuple(topic for topic, _ in seeks),
            offer_weights=tuple(strength / strongest["offers"] for _, strength in offers),
            seek_weights=tuple(strength / strongest["seeks"] for _, strength in seeks),
            text=row["text"],
        )
    rows: dict[tuple[str, str, str], bool] = {}
    for line, row in _rows(decisions, ("group", "from", "to", "yes")):
        answer = row["yes"].lower()
        if answer not in YES | NO:
            raise UnusableTable(f"{decisions}, line {line}: '{row['yes']}' is neither yes (1) nor no (0).")
        if row["from"] != row["to"]:
            rows[row["group"], row["from"], row["to"]] = answer in YES
            for person in (row["from"], row["to"]):
                people.setdefault(person, Profile(id=person))
    return _table(profiles.stem, tuple(people.values()), [(*key, yes) for key, yes in rows.items()])


def _table(name: str, profiles: tuple[Profile, ...], rows: list[tuple[str, str, str, bool]]) -> Table:
    place = {person.id: number for number, person in enumerate(profiles)}
    groups: dict[str, int] = {}
    return Table(
        name,
        profiles,
        np.array([groups.setdefault(group, len(groups)) for group, _, _, _ in rows], dtype=np.int64),
        np.array([place[source] for _, source, _, _ in rows], dtype=np.int64),
        np.array([place[target] for _, _, target, _ in rows], dtype=np.int64),
        np.array([yes for _, _, _, yes in rows], dtype=bool),
    )


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise UnusableTable(f"{path} can't be read: {error.strerror}.") from error
    reader = csv.DictReader(text.splitlines(keepends=True))
    names = {name.strip().lower(): name for name in reader.fieldnames or ()}
    missing = [column for column in columns if column not in names]
    if missing:
        raise UnusableTable(f"{path}: no column '{missing[0]}'; it needs {', '.join(columns)}.")
    usual = csv.field_size_limit(2**27)  # of the whole process, so it is given back
    try:
        for row in reader:
            yield reader.line_num, {column: (row[names[column]] or "").strip() for column in columns}
    finally:
        csv.field_size_limit(usual)


def _topics(cell: str) -> list[tuple[str, float]]:
    """Topics of a cell. `name:7` is the topic `name` with strength 7; a topic named twice counts once."""
    found: dict[str, float] = {}
    for part in cell.split(";"):
        topic = " ".join(part.split())
        if topic:
            strength = STRENGTH.match(topic)
            if strength:
                found[strength.group(1)] = max(float(strength.group(2)), found.get(strength.group(1), 0.0))
            else:
                found[topic] = 1.0
    return list(found.items())
