"""A delegation's day: who is where with whom, and the way between, as a table and as a list by time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.domain.agenda import Agenda, Entry


@dataclass(frozen=True, slots=True)
class DayCell:
    """What a member does in `span` neighbouring columns: nothing, an entry, or several at once.

    `rows` neighbouring rows share the cell: they attend the same. `walks` are the minutes on foot before it, one for
    each way by which somebody comes.
    """

    entries: tuple[Entry, ...]
    span: int = 1
    rows: int = 1
    walks: tuple[int, ...] = ()

    @property
    def clash(self) -> bool:
        return len(self.entries) > 1


@dataclass(frozen=True, slots=True)
class DayRow:
    """Members who spend the day together, and their cells from left to right.

    A cell that the row above reaches down into is left out, as in a table of HTML.
    """

    members: tuple[str, ...]
    cells: tuple[DayCell, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """One line of the list by time: an entry, and who of the delegation takes part."""

    entry: Entry
    members: tuple[str, ...]
    others: tuple[str, ...] = ()
    """Who of the delegation does not take part."""

    @property
    def everyone(self) -> bool:
        return not self.others


@dataclass(frozen=True, slots=True)
class DayPlan:
    """`starts` are the columns of the table: the instants at which something begins for somebody."""

    day: date
    members: tuple[str, ...]
    starts: tuple[datetime, ...]
    rows: tuple[DayRow, ...]
    by_time: tuple[Together, ...]


def plan_day(day: date, members: Sequence[tuple[int, str]], agendas: Mapping[int, Agenda]) -> DayPlan:
    """The day of members given as (key, name), from their agendas (one zone for all).

    Columns are as wide as what is in them, not as long as it lasts: a day of twenty short meetings and a long dinner
    fits a screen. Members with the same day share a row. Cancelled entries are left out.
    """
    mine = {
        key: [entry for entry in agendas[key].on(day).entries if not entry.cancelled] for key, _ in members
    }
    names = tuple(name for _, name in members)
    starts = tuple(sorted({entry.start for entries in mine.values() for entry in entries}))
    attending: dict[str, list[str]] = {}
    alike: dict[tuple[tuple[Entry, ...], ...], list[str]] = {}
    for key, name in members:
        for entry in mine[key]:
            attending.setdefault(entry.uid, []).append(name)
        alike.setdefault(_together(mine[key]), []).append(name)
    rows = _rows(alike, starts) if starts else ()
    return DayPlan(day, names, starts, rows, _by_time(mine, attending, names))


def _together(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """A member's entries by start; those that overlap stand together."""
    groups: list[list[Entry]] = []
    ends: datetime | None = None
    for entry in sorted(entries, key=lambda entry: (entry.start, entry.end, entry.uid)):
        if ends is not None and entry.start < ends:
            groups[-1].append(entry)
            ends = max(ends, entry.end)
        else:
            groups.append([entry])
            ends = entry.end
    return tuple(tuple(group) for group in groups)


def _rows(
    days: Mapping[tuple[tuple[Entry, ...], ...], list[str]], starts: Sequence[datetime]
) -> tuple[DayRow, ...]:
    rows: list[tuple[tuple[str, ...], dict[int, DayCell]]] = []
    above: dict[int, tuple[int, DayCell]] = {}
    for number, (groups, names) in enumerate(days.items()):
        cells = _cells(groups, starts)
        reached: dict[int, tuple[int, DayCell]] = {}
        for column, cell in list(cells.items()):
            owner, shared = above.get(column, (number, cell))
            if owner != number and _same(shared, cell):
                walks = tuple(sorted({*shared.walks, *cell.walks}))
                cell = replace(shared, rows=shared.rows + 1, walks=walks)
                rows[owner][1][column] = cell
                del cells[column]
                reached[column] = (owner, cell)
            else:
                reached[column] = (number, cell)
        rows.append((tuple(names), cells))
        above = reached
    return tuple(DayRow(names, tuple(cells[column] for column in sorted(cells))) for names, cells in rows)


def _same(one: DayCell, other: DayCell) -> bool:
    """Whether two cells can be one: the same single entry. Free time is each member's own."""
    return (
        len(one.entries) == len(other.entries) == 1
        and one.entries[0].uid == other.entries[0].uid
        and one.span == other.span
    )


def _cells(groups: Sequence[tuple[Entry, ...]], starts: Sequence[datetime]) -> dict[int, DayCell]:
    """One row's cells by their first column; free columns have a cell each."""
    cells: dict[int, DayCell] = {}
    column = 0
    for group in groups:
        first = bisect_left(starts, group[0].start)
        cells |= {free: DayCell(()) for free in range(column, first)}
        column = bisect_left(starts, max(entry.end for entry in group))
        walks = (group[0].walk_minutes,) if group[0].walk_minutes else ()
        cells[first] = DayCell(group, column - first, walks=walks)
    return cells | {free: DayCell(()) for free in range(column, len(starts))}


def _by_time(
    mine: Mapping[int, list[Entry]], attending: Mapping[str, list[str]], names: tuple[str, ...]
) -> tuple[Together, ...]:
    seen: dict[str, Entry] = {}
    for entries in mine.values():
        for entry in entries:
            known = seen.get(entry.uid)
            # The longest walk of those who come is the one to plan for.
            if known is None or entry.walk_minutes > known.walk_minutes:
                seen[entry.uid] = entry
    ordered = sorted(seen.values(), key=lambda entry: (entry.start, entry.end, entry.uid))
    return tuple(
        Together(
            entry,
            tuple(attending[entry.uid]),
            tuple(name for name in names if name not in attending[entry.uid]),
        )
        for entry in ordered
    )
