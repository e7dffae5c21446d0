"""A calendar file read as a programme: each entry a session with its title, times and place, or why it is none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .components import Component, entries_of, read_components
from .content_lines import unescaped
from .definitions import defined_zones
from .entries import CalendarEntry, read_entry, sequence_of, title_of
from .faults import Fault, Omission, Work
from .zones import Zones

_MORE = frozenset({"LOCATION", "DESCRIPTION", "URL", "CATEGORIES"})
_WINDOW = datetime(2000, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
_CANCELLED = "CANCELLED"


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The sessions of a file and what is left out, ready for JSON; or `problem`, when it says nothing.

    Of several versions of an entry the one with the highest sequence counts. `zone` is that of times without one.
    """
    file = read_components(data, order["sessions"], _MORE)
    if file.begun > order["sessions"]:
        return {"problem": "many"}
    if not file.calendars:
        return {"problem": "ics"}
    if file.cut and not file.ended:
        return {"problem": "cut"}
    newest: dict[tuple[str, int], tuple[int, dict[str, Any]]] = {}
    for calendar in file.calendars:
        zones = Zones(
            ZoneInfo(order["zone"]),
            defined_zones(calendar, _WINDOW, Work()),
            _WINDOW,
            calendar.text("X-WR-TIMEZONE"),
        )
        for component in entries_of(calendar, "VEVENT"):
            row = _session(component, zones)
            key = (row["source"], 0 if row["source"] else len(newest))
            if key not in newest or newest[key][0] <= sequence_of(component):
                newest[key] = sequence_of(component), row
    rows = [row for _sequence, row in newest.values()]
    return {
        "sessions": [row for row in rows if not row["problem"]],
        "left": [row for row in rows if row["problem"]],
    }


def _session(component: Component, zones: Zones) -> dict[str, Any]:
    title, source = title_of(component), _first(component, "UID", 300)
    row: dict[str, Any] = {
        "where": f"event {source or title[:60]}",
        "title": title,
        "source": source,
        "problem": "",
        "number": 0,
        "room": _first(component, "LOCATION", 300),
        "track": _first_category(component),
        "kind": "",
        "language": "",
        "description": _first(component, "DESCRIPTION", 4000),
        "speakers": [],
        "link": _first(component, "URL", 300),
    }
    if component.text("STATUS").upper() == _CANCELLED:
        return row | {"problem": "cancelled"}
    try:
        if not component.closed:
            raise Fault(Omission.CUT_OFF)
        entry = read_entry(component, zones, ())
    except Fault as fault:
        ends = fault.why in (Omission.NO_END, Omission.ENDS_BEFORE_START, Omission.UNREADABLE_END)
        return row | {"problem": "no end" if ends else "no time"}
    except OverflowError:
        return row | {"problem": "no time"}
    return row | _times(entry, title)


def _times(entry: CalendarEntry, title: str) -> dict[str, Any]:
    if entry.repeats or entry.replaces is not None:
        return {"problem": "recurs"}
    if entry.whole_days:
        return {"problem": "all day"}
    if not title:
        return {"problem": "no title"}
    start = entry.start.instant
    end = start + entry.length.exact
    return {"start": start.isoformat(), "end": end.isoformat()} if end > start else {"problem": "no end"}


def _first_category(component: Component) -> str:
    """The first of the categories; a comma inside one is escaped."""
    for line in component.all("CATEGORIES"):
        first = re.split(r"(?<!\\),", line.value, maxsplit=1)[0]
        if text := unescaped(replace(line, value=first), 300):
            return text
    return ""


def _first(component: Component, name: str, limit: int) -> str:
    return next((text for line in component.all(name) if (text := unescaped(line, limit))), "")
