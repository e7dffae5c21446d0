"""Dates, times, offsets and durations as programs write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_MOMENT = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:[T ]\s*([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,][0-9]{1,9})?)?\s*"
    r"(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)?)?",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"([+-])?P(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?")
_DAY = timedelta(days=1)
EARLIEST = datetime.min  # noqa: DTZ901 (clocks have no zone)
LATEST = datetime.max  # noqa: DTZ901


@dataclass(frozen=True, slots=True)
class Written:
    """A date or a time as written: on a clock, with the offset that stands behind it, if one does."""

    clock: datetime
    whole_day: bool = False
    offset: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """How long something takes: days of the calendar, then hours by the clock (RFC 5545, 3.3.6)."""

    days: int = 0
    exact: timedelta = timedelta()

    def longest(self) -> timedelta:
        """Not less than what it takes, whatever the clocks do meanwhile."""
        return timedelta(days=self.days) + self.exact + _DAY


def written(text: str) -> Written | None:
    """A DATE or DATE-TIME, also with dashes, fractions, an offset, the hour 24 or the second 60."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(piece or 0) for piece in found.groups()[:6])
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    try:
        clock = datetime(year, month, day) + timedelta(hours=hour, minutes=minute, seconds=second)  # noqa: DTZ001
        return Written(clock, whole_day=found[4] is None, offset=_suffix(found[7]))
    except (ValueError, OverflowError):
        return None


def _suffix(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text[0] not in "+-":
        return timedelta()
    offset = utc_offset(text if len(text) > 3 else text + "00")
    if offset is None:
        raise ValueError(text)
    return offset


def utc_offset(text: str) -> timedelta | None:
    """A UTC-OFFSET such as +0100 or -05:30."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None or int(found[2]) > 23 or int(found[3]) > 59 or int(found[4] or 0) > 59:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -size if found[1] == "-" else size


def duration(text: str) -> Length | None:
    """A DURATION; None when it is none, or a negative one."""
    text = text.strip()
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(piece or 0) for piece in found.groups()[1:])
    length = Length(7 * weeks + days, timedelta(hours=hours, minutes=minutes, seconds=seconds))
    empty = length == Length()
    return None if found[1] == "-" and not empty else length
