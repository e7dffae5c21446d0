"""Recurrence rules as they are written (RFC 5545, 3.3.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .faults import Fault, Omission
from .values import Written, written

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_BOUNDS = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 60, False),
    "BYSETPOS": (1, 366, True),
}


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """A recurrence rule as read; a weekday is (which of the month or year, Monday = 0), 0 for all of them."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: Written | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


def read_rule(text: str) -> RecurrenceRule:
    """The rule that a text says. Raises Fault for one that says nothing clear; private parts are passed over."""
    parts: dict[str, str] = {}
    for piece in text.strip().strip(";").upper().split(";"):
        name, equals, value = (part.strip() for part in piece.partition("="))
        if name.startswith("X-"):
            continue
        if not equals or not value or parts.get(name, value) != value:
            raise Fault(Omission.UNREADABLE_RULE, text)
        parts[name] = value
    try:
        return _rule(parts)
    except ValueError:
        raise Fault(Omission.UNREADABLE_RULE, text) from None


def _rule(parts: dict[str, str]) -> RecurrenceRule:
    parts = dict(parts)
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.pop("SKIP", "OMIT") != "OMIT":
        raise ValueError
    frequency = parts.pop("FREQ", "")
    interval, count = _whole(parts.pop("INTERVAL", "1")), parts.pop("COUNT", None)
    until, week_start = parts.pop("UNTIL", None), parts.pop("WKST", "MO")
    if frequency not in FREQUENCIES or week_start not in _DAYS or interval < 1:
        raise ValueError
    end = written(until) if until is not None else None
    if until is not None and end is None:
        raise ValueError
    weekdays = tuple(_weekday(value) for value in _values(parts.pop("BYDAY", None)))
    lists = {name: _numbers(parts.pop(name, None), *bounds) for name, bounds in _BOUNDS.items()}
    if parts:  # Something that changes the meaning, nobody knows how.
        raise ValueError
    return RecurrenceRule(
        frequency,
        interval,
        _whole(count) if count is not None else None,
        end,
        lists["BYMONTH"],
        lists["BYMONTHDAY"],
        lists["BYYEARDAY"],
        lists["BYWEEKNO"],
        weekdays,
        lists["BYHOUR"],
        lists["BYMINUTE"],
        tuple(sorted({min(59, second) for second in lists["BYSECOND"]})),
        lists["BYSETPOS"],
        _DAYS.index(week_start),
    )


def _whole(text: str) -> int:
    if not re.fullmatch(r"\+?[0-9]{1,9}", text):
        raise ValueError
    return int(text)


def _values(text: str | None) -> list[str]:
    return [] if text is None else [value.strip() for value in text.rstrip(",").split(",")]


def _weekday(text: str) -> tuple[int, int]:
    found = _WEEKDAY.fullmatch(text.replace(" ", ""))
    if found is None or (found[1] and not 1 <= abs(int(found[1])) <= 53):
        raise ValueError
    return int(found[1] or 0), _DAYS.index(found[2])


def _numbers(text: str | None, least: int, most: int, negative: bool) -> tuple[int, ...]:
    numbers = set()
    for value in _values(text):
        if not re.fullmatch(r"[+-]?[0-9]{1,3}", value):
            raise ValueError
        number = int(value)
        if not least <= (abs(number) if negative else number) <= most:
            raise ValueError
        numbers.add(number)
    return tuple(sorted(numbers))
