"""Entries of one UID as occurrences: what a rule makes, without what is excepted, with what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from .entries import CalendarEntry, Claim, Moment
from .faults import Fault, Omission, Work
from .recurrence import follow, makes
from .rules import RecurrenceRule
from .values import EARLIEST, LATEST, Length
from .zones import Zone

_DAY = timedelta(days=1)
_MOST = 2_000
"""Occurrences of one series on the days of an event; an appointment that comes more often is none."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A stretch of time that an entry takes, as instants."""

    entry: CalendarEntry
    start: datetime
    end: datetime
    first: date
    """The first and the last day, for an entry that is asked about in days."""
    last: date


@dataclass(slots=True)
class Replaced:
    """Which occurrences of a series are replaced by entries of their own, or gone."""

    instants: set[datetime]
    days: set[date]
    later: list[CalendarEntry]
    """Those that also stand for all that come after them, the earliest first."""


def replaced_in(entries: Sequence[CalendarEntry], gone: Sequence[Moment] = ()) -> Replaced:
    """What entries with a RECURRENCE-ID take from their series; `gone` are occurrences called off without a time."""
    moments = [entry.replaces for entry in entries if entry.replaces is not None] + list(gone)
    later = [entry for entry in entries if entry.and_later and entry.replaces is not None]
    return Replaced(
        {when.instant for when in moments if not when.whole_day},
        {when.clock.date() for when in moments if when.whole_day},
        sorted(later, key=lambda entry: entry.replaces.instant if entry.replaces else entry.start.instant),
    )


def occurrences(
    entry: CalendarEntry, replaced: Replaced, window: tuple[datetime, datetime], work: Work
) -> Iterator[Occurrence]:
    """The occurrences of an entry that touch the window. Raises Fault and TooMuchWork."""
    if entry.replaces is not None:
        yield from _touching(entry, entry.start, entry.length, window)
        return
    work.spend(len(entry.without) + len(replaced.instants) + len(replaced.days))
    without = _Without(entry, replaced)
    if not entry.repeats:
        if not without.holds(entry.start):
            yield from _touching(entry, entry.start, entry.length, window)
        return
    around = _around(entry, replaced, window)
    count = 0
    for start, length in _beginnings(entry, around, work):
        if without.holds(start):
            continue
        work.spend(4 + len(replaced.later))
        meant = _later(start, replaced)
        found = (
            _touching(entry, start, length, window)
            if meant is None
            else _touching(meant, _shifted(start, meant), meant.length, window)
        )
        for occurrence in found:
            count += 1
            if count > _MOST:
                raise Fault(Omission.TOO_OFTEN)
            yield occurrence


def _around(
    entry: CalendarEntry, replaced: Replaced, window: tuple[datetime, datetime]
) -> tuple[datetime, datetime]:
    """Where beginnings on the entry's clock can matter."""
    longest = max(
        [entry.length.longest(), *(length.longest() for _when, length in entry.more)]
        + [one.length.longest() for one in replaced.later]
    )
    shifts = [timedelta()]
    for one in replaced.later:
        if one.replaces is not None:
            shifts.append(one.start.zone.instant(one.start.clock) - one.replaces.instant)
    zone = entry.start.zone
    try:
        return (
            zone.clock(window[0]) - longest - _DAY - max(shifts),
            zone.clock(window[1]) + _DAY - min(shifts),
        )
    except OverflowError:
        return EARLIEST, LATEST


def _beginnings(
    entry: CalendarEntry, around: tuple[datetime, datetime], work: Work
) -> Iterator[tuple[Moment, Length]]:
    start, zone = entry.start, entry.start.zone
    excluded: set[datetime] = set()
    for rule in entry.without_rules:
        excluded.update(follow(rule, start.clock, *around, _until(rule, entry), work))
        # What follows a rule begins with the start; an excluding rule takes it only when it says so itself.
        if not makes(rule, start.clock, work):
            excluded.discard(start.clock)
    told: set[datetime] = set()
    if not entry.rules and start.clock not in excluded:
        yield start, entry.length
    for rule in entry.rules:
        for clock in follow(rule, start.clock, *around, _until(rule, entry), work):
            if clock not in excluded and clock not in told:
                told.add(clock)
                yield Moment(clock, zone, start.whole_day), entry.length
    added: set[tuple[datetime, Length]] = set()
    for when, length in entry.more:
        work.spend(1)
        if when.clock not in excluded and (when.instant, length) not in added:
            added.add((when.instant, length))
            yield when, length


def _until(rule: RecurrenceRule, entry: CalendarEntry) -> datetime | None:
    """The last time of a rule on the entry's clock: it counts itself, and a date counts as all of its day."""
    end = rule.until
    if end is None:
        return None
    zone = entry.start.zone
    if end.whole_day:
        return end.clock + _DAY - timedelta(seconds=1)
    if end.offset is None:
        return end.clock
    there = zone.clock(_universal(end.clock - end.offset))
    if entry.start.whole_day:
        # Programs mean the day by UTC or by their own clocks; a question too many is no harm.
        return datetime.combine(max(there.date(), end.clock.date()), datetime.min.time())
    return there


def _universal(clock: datetime) -> datetime:
    return clock.replace(tzinfo=UTC)


class _Without:
    """Which beginnings of an entry don't count: excepted, replaced, or called off."""

    def __init__(self, entry: CalendarEntry, replaced: Replaced) -> None:
        zone = entry.start.zone
        self._days = replaced.days | {when.clock.date() for when in entry.without if when.whole_day}
        self._instants = replaced.instants | {when.instant for when in entry.without if not when.whole_day}
        # Of an entry in whole days, a time excepts its day.
        self._days_of_times = {zone.clock(instant).date() for instant in replaced.instants} | {
            when.clock.date() for when in entry.without if not when.whole_day
        }

    def holds(self, start: Moment) -> bool:
        day = start.clock.date()
        if day in self._days or (start.whole_day and day in self._days_of_times):
            return True
        return not start.whole_day and start.instant in self._instants


def _later(start: Moment, replaced: Replaced) -> CalendarEntry | None:
    found = None
    for one in replaced.later:
        if one.replaces is not None and one.replaces.instant <= start.instant:
            found = one
    return found


def _shifted(start: Moment, meant: CalendarEntry) -> Moment:
    """Where an occurrence goes when an earlier one was moved together with all that follow."""
    assert meant.replaces is not None
    zone = meant.start.zone
    here = zone.clock(start.instant)
    was = zone.clock(meant.replaces.instant)
    if meant.start.whole_day or start.whole_day or meant.replaces.whole_day:
        here, was = start.clock, meant.replaces.clock
        if meant.replaces.whole_day and not start.whole_day:
            was = datetime.combine(was.date(), here.time())
    return Moment(here + (meant.start.clock - was), zone, meant.start.whole_day)


def _touching(
    entry: CalendarEntry, start: Moment, length: Length, window: tuple[datetime, datetime]
) -> Iterator[Occurrence]:
    begin = start.instant
    end = _end(start, length, begin)
    first, last = _days(entry, start, begin, end)
    touches = begin < window[1] and end > window[0]
    if entry.whole_days and entry.claim is not Claim.FREE:
        home = start.zone if start.whole_day else entry.start.zone
        opening, closing = home.clock(window[0]).date(), home.clock(window[1] - timedelta(seconds=1)).date()
        touches = first <= closing and last >= opening
    if touches:
        yield Occurrence(entry, begin, end, first, last)


def _end(start: Moment, length: Length, begin: datetime) -> datetime:
    """Days of the calendar first, hours by the clock on top of them."""
    try:
        after = begin
        if length.days:
            # A beginning in the gap of a change of clocks goes on from where it came to lie.
            clock = start.clock if start.whole_day else start.zone.clock(begin)
            after = start.zone.instant(clock + timedelta(days=length.days))
        return after + length.exact
    except OverflowError:
        return _universal(LATEST)


def _days(entry: CalendarEntry, start: Moment, begin: datetime, end: datetime) -> tuple[date, date]:
    zone: Zone = start.zone
    first = start.clock
    final = zone.clock(end)
    last = (final - timedelta(seconds=1)).date() if final > first else first.date()
    return first.date(), max(first.date(), last)
