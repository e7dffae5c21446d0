"""The entries of an archive as rows of this database: every value checked, every number turned to a row's id."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.migrations import revisions
from scheduler.services.archive.contents import ArchivedColumn, ArchivedTable
from scheduler.services.archive.harmless import guarded
from scheduler.services.archive.public_ids import Renamed
from scheduler.services.archive.reading import OpenArchive
from scheduler.services.archive.said import place, unfit
from scheduler.services.archive.values import Unfit, reader

Ids = Sequence[int]
"""The ids of a table's rows, by the number of the entry less one; 0: the entry is gone."""


@dataclass(slots=True)
class Arrival:
    """What is known of the archive while it is read: the ids of rows, and whether public ids change."""

    opened: OpenArchive
    event_id: int
    ids: dict[str, Ids] = field(default_factory=dict)
    renamed: Renamed | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row to be stored, the number of its entry, and the ids of rows of its own table that it names."""

    number: int
    values: dict[str, Any]
    after: tuple[int, ...] = ()


def rows_in(known: Arrival, each: ArchivedTable) -> Iterator[Row]:
    """The rows of a table's entries. Raises Invalid, naming the first entry that can't be used."""
    reads = {column.name: _reads(known, column) for column in each.columns}
    own = [column.name for column in each.columns if column.target == each.name]
    of_event = "event_id" in each.table.columns
    names: frozenset[str] | None = None
    for number, entry in known.opened.entries(each.name, known.renamed.line if known.renamed else None):
        _check_number(each, number, entry)
        if names is None:
            names = _names(known, each, entry)
        if entry.keys() != names:
            raise _other_columns(each, number, entry, names)
        values = _values(each, number, entry, reads)
        if each.numbered:
            values["id"] = known.ids[each.name][number - 1]
        if of_event:
            values["event_id"] = known.event_id
        yield Row(number, values, tuple(values[name] for name in own if values.get(name) is not None))


def _check_number(each: ArchivedTable, number: int, entry: dict[str, Any]) -> None:
    told = entry.pop("id", None)
    if each.numbered and (told != number or isinstance(told, bool)):
        raise Invalid(
            _("%(where)s: its id must be its number.", where=place(each.file, number)),
            "file",
        )


def _names(known: Arrival, each: ArchivedTable, entry: Mapping[str, Any]) -> frozenset[str]:
    """The columns of every entry: all that there are, in an earlier schema all that there were."""
    wanted = frozenset(column.name for column in each.columns)
    earlier = known.opened.archive.schema != revisions()[-1]
    return frozenset(entry) if earlier and entry.keys() <= wanted else wanted


def _other_columns(
    each: ArchivedTable, number: int, entry: Mapping[str, Any], names: frozenset[str]
) -> Invalid:
    where = place(each.file, number)
    for name in sorted(names - entry.keys()):
        return Invalid(_("%(where)s lacks “%(column)s”.", where=where, column=name), "file")
    name = min(entry.keys() - names)[:60]
    return Invalid(
        _("%(where)s has “%(column)s”, which does not belong there.", where=where, column=name), "file"
    )


def _values(
    each: ArchivedTable, number: int, entry: Mapping[str, Any], reads: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    values = {}
    for name, value in entry.items():
        try:
            values[name] = reads[name](value)
        except Unfit as found:
            raise unfit(each.file, number, name, found) from None
    return values


def _reads(known: Arrival, column: ArchivedColumn) -> Callable[[Any], Any]:
    if column.target is not None:
        return _refers(known, column)
    if column.is_file:
        return _file(known, column)
    return guarded(column.column, reader(column.column))


def _refers(known: Arrival, column: ArchivedColumn) -> Callable[[Any], int | None]:
    target, empty = column.target, column.column.nullable
    assert target is not None

    def read(value: Any) -> int | None:
        if value is None and empty:
            return None
        ids = known.ids[target]
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= len(ids):
            raise Unfit("entry")
        return ids[value - 1]

    return read


def _file(known: Arrival, column: ArchivedColumn) -> Callable[[Any], bytes | None]:
    def read(value: Any) -> bytes | None:
        if value is None and column.column.nullable:
            return None
        content = known.opened.file(value) if isinstance(value, str) else None
        if content is None:
            raise Unfit("file")
        return content

    return read


def as_ids(found: Sequence[int]) -> Ids:
    """Many ids, held in little room."""
    return found if isinstance(found, range) else array("q", found)
