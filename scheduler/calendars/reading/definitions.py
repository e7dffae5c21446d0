"""The time zones that a calendar defines itself (VTIMEZONE)."""

from __future__ import annotations

from datetime import datetime, timedelta

from .components import Component, entries_of
from .faults import Fault, TooMuchWork, Work
from .recurrence import follow
from .rules import read_rule
from .values import utc_offset, written
from .zones import FileRules

_BEFORE = timedelta(days=366 * 60)
_AFTER = timedelta(days=800)


def defined_zones(
    calendar: Component, days: tuple[datetime, datetime], work: Work
) -> dict[str, FileRules | None]:
    """The zones of a calendar by name; None for one that can't be understood."""
    found: dict[str, FileRules | None] = {}
    for component in entries_of(calendar, "VTIMEZONE"):
        name = component.text("TZID")
        if not name:
            continue
        try:
            work.begin()
            rules = _rules(component, days, work)
        except (Fault, TooMuchWork, OverflowError):
            rules = None
        if rules is not None or name not in found:
            found[name] = rules
    return found


def _rules(zone: Component, days: tuple[datetime, datetime], work: Work) -> FileRules | None:
    changes: list[tuple[datetime, timedelta]] = []
    before: list[tuple[datetime, timedelta]] = []
    for part in zone.inner:
        if part.kind not in ("STANDARD", "DAYLIGHT"):
            continue
        offset = utc_offset(part.text("TZOFFSETTO"))
        if offset is None:
            return None
        # Without the offset before, what holds afterwards is still said.
        earlier = utc_offset(part.text("TZOFFSETFROM"))
        if earlier is None:
            earlier = offset
        for onset in _onsets(part, earlier, days, work):
            changes.append((onset - earlier, offset))
            before.append((onset - earlier, earlier))
    return FileRules(min(before)[1], changes) if changes else None


def _onsets(
    part: Component, earlier: timedelta, days: tuple[datetime, datetime], work: Work
) -> set[datetime]:
    """When an offset begins to hold, on the clock before; those too long ago to matter are left away."""
    start = written(part.text("DTSTART"))
    first = start.clock if start is not None else datetime(1970, 1, 1)  # noqa: DTZ001
    onsets = {first}
    begin, end = days[0].replace(tzinfo=None) - _BEFORE, days[1].replace(tzinfo=None) + _AFTER
    for line in part.all("RDATE"):
        for value in line.value.split(","):
            moment = written(value.partition("/")[0])
            if moment is not None:
                onsets.add(moment.clock)
    for line in part.all("RRULE"):
        if not line.value.strip():
            continue
        rule = read_rule(line.value)
        until = rule.until.clock if rule.until is not None else None
        if until is not None and rule.until is not None and rule.until.offset is not None:
            until = until - rule.until.offset + earlier
        onsets.update(follow(rule, first, begin, end, until, work))
    return onsets
