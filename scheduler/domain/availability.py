"""When somebody can meet: the grid of days by times that they paint, and what a painting changes.

A slot is taken by a busy time or a session that overlaps it. Blocks may overlap each other, so the grid is
cut into pieces that lie wholly inside or outside of every slot: what is painted never contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.intervals import Interval, merge, pieces, subtract

NIGHT = 4 * 60
"""Minutes after midnight that still belong to the evening before, for whoever leaves by then."""


class Hold(StrEnum):
    """What makes a piece of the grid impossible or undesired."""

    FREE = "free"
    OWN = "own"
    CALENDAR = "calendar"
    LIMIT = "limit"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class TakenTimes:
    """The times somebody can not meet, by what makes it so."""

    own: tuple[Interval, ...] = ()
    calendar: tuple[Interval, ...] = ()
    limit: tuple[Interval, ...] = ()
    sessions: tuple[Engagement, ...] = ()

    def all(self) -> tuple[Interval, ...]:
        """All of them as few intervals."""
        return merge([*self.own, *self.calendar, *self.limit, *(s.time for s in self.sessions)])

    def without(self, key: str) -> TakenTimes:
        """The same without one session."""
        return replace(self, sessions=tuple(one for one in self.sessions if one.key != key))

    def and_session(self, time: Interval) -> TakenTimes:
        """The same with one session more."""
        return replace(self, sessions=(*self.sessions, Engagement(EngagementKind.SESSION, time)))


@dataclass(frozen=True, slots=True)
class AvailabilityCell:
    """One piece of one day. `key` names it in a form; only paintable cells are in the form."""

    time: Interval
    hold: Hold
    title: str = ""

    @property
    def key(self) -> str:
        return str(int(self.time.start.timestamp()))

    @property
    def free(self) -> bool:
        return self.hold is Hold.FREE

    @property
    def paintable(self) -> bool:
        """Sessions and limits are changed where they are made, not in the grid."""
        return self.hold in {Hold.FREE, Hold.OWN, Hold.CALENDAR}


@dataclass(frozen=True, slots=True)
class AvailabilityRow:
    """The pieces that start at one time of day: one place per day of the grid, None where a day has none."""

    at: time
    cells: tuple[AvailabilityCell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Days across, times of day down."""

    days: tuple[date, ...]
    rows: tuple[AvailabilityRow, ...]

    def cells(self) -> tuple[AvailabilityCell, ...]:
        return tuple(cell for row in self.rows for cell in row.cells if cell is not None)

    def by_hour(self) -> tuple[tuple[int, tuple[tuple[AvailabilityCell, ...], ...]], ...]:
        """The hours of the day that have pieces, each with the pieces of every day that start in it.

        Days cut into different slots have few times in common: by the hour they still stand side by side.
        """
        hours: dict[int, list[list[AvailabilityCell]]] = {}
        for row in self.rows:
            columns = hours.setdefault(row.at.hour, [[] for _ in self.days])
            for column, cell in zip(columns, row.cells, strict=True):
                if cell is not None:
                    column.append(cell)
        return tuple((hour, tuple(tuple(c) for c in columns)) for hour, columns in sorted(hours.items()))


@dataclass(frozen=True, slots=True)
class DailyLimits:
    """When somebody never meets, on any day: minutes after local midnight, None for no such wish."""

    not_before: int | None = None
    not_after: int | None = None
    lunch_from: int | None = None
    lunch_minutes: int = 60


def build_grid(slots: Iterable[Interval], held: TakenTimes, zone: ZoneInfo) -> Grid:
    """The grid of all times that belong to a slot, with what holds each."""
    parts = pieces(slots)
    days = tuple(sorted({part.start.astimezone(zone).date() for part in parts}))
    column = {day: number for number, day in enumerate(days)}
    # In the night in which clocks are put back an hour comes twice: its second time has rows of its own.
    rows: dict[tuple[time, int], list[AvailabilityCell | None]] = {}
    for part in parts:
        local = part.start.astimezone(zone)
        row = rows.setdefault((local.time(), local.fold), [None] * len(days))
        row[column[local.date()]] = _cell(part, held)
    ordered = sorted(rows.items(), key=lambda item: (item[0][0].hour, item[0][1], item[0][0]))
    return Grid(days, tuple(AvailabilityRow(at, tuple(cells)) for (at, _), cells in ordered))


def _cell(part: Interval, held: TakenTimes) -> AvailabilityCell:
    for session in held.sessions:
        if session.time.overlaps(part):
            return AvailabilityCell(part, Hold.SESSION, session.title)
    for hold, times in ((Hold.LIMIT, held.limit), (Hold.CALENDAR, held.calendar), (Hold.OWN, held.own)):
        if any(busy.overlaps(part) for busy in times):
            return AvailabilityCell(part, hold)
    return AvailabilityCell(part, Hold.FREE)


def repaint(
    grid: Grid, held: TakenTimes, free: Iterable[str], shown: Iterable[str] | None = None
) -> TakenTimes:
    """What holds after somebody painted: `free` are the keys of the cells in which they can meet.

    `shown` are the keys of the cells that they saw; what was added meanwhile stays as it is (None: all).
    Times outside the paintable cells keep what was said about them, so that an answer once given outlives
    a change of the blocks. A time painted free is free, whatever the imported calendar says.
    """
    chosen = set(free)
    if shown is not None:
        seen = set(shown)
        chosen |= {cell.key for cell in grid.cells() if cell.free and cell.key not in seen}
    cells = [cell for cell in grid.cells() if cell.paintable]
    can = [cell.time for cell in cells if cell.key in chosen]
    # A time that the calendar blocks already stays the calendar's: the next import may free it again.
    can_not = [c.time for c in cells if c.key not in chosen and c.hold is not Hold.CALENDAR]
    pauses = _pauses(grid)
    painted = set(can_not)
    own = merge(
        [
            *subtract(held.own, [*(cell.time for cell in cells), *(pause for _, pause, _ in pauses)]),
            *can_not,
            *(pause for before, pause, after in pauses if before in painted and after in painted),
        ]
    )
    return TakenTimes(own, subtract(held.calendar, can), held.limit, held.sessions)


def _pauses(grid: Grid) -> list[tuple[Interval, Interval, Interval]]:
    """The gaps between neighbouring pieces of a day, each with its neighbours.

    Who is away before and after a pause is away in it: so an absence of a whole day is one stretch.
    """
    result: list[tuple[Interval, Interval, Interval]] = []
    for column in range(len(grid.days)):
        cells = [cell for row in grid.rows if (cell := row.cells[column]) is not None]
        for one, other in pairwise(cells):
            if one.time.end < other.time.start:
                result.append((one.time, Interval(one.time.end, other.time.start), other.time))
    return result


def limit_times(limits: DailyLimits, days: Iterable[date], zone: ZoneInfo) -> tuple[Interval, ...]:
    """The times that daily limits take away on some days."""
    result: list[Interval] = []
    for day in days:
        if limits.not_before:
            result.append(Interval(_at(day, 0, zone), _at(day, limits.not_before, zone)))
        if limits.not_after is not None and limits.not_after < 1440:
            result.append(Interval(_at(day, limits.not_after, zone), _at(day, 1440 + NIGHT, zone)))
        if limits.lunch_from is not None:
            result.append(
                Interval(
                    _at(day, limits.lunch_from, zone),
                    _at(day, limits.lunch_from + limits.lunch_minutes, zone),
                )
            )
    return merge(result)


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    # Wall-clock arithmetic: 10:00 stays 10:00 on the day the clocks change.
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
