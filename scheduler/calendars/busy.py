"""Busy times from somebody's own calendar file.

A file from a stranger is hostile until read: it is read by a child process with a bound on its memory, its
processor time and the clock, and only plain intervals come back. Either all is understood or nothing is kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

_CHILD = Path(__file__).with_name("busy_child.py")


class UnusableCalendar(ValueError):
    """A calendar that can't be used; the message is a sentence for the person who brought it."""


@dataclass(frozen=True, slots=True)
class BusyLimits:
    """How much a calendar may cost; `seconds` by the clock and of processor time, sizes in bytes."""

    size: int = 5_000_000
    entries: int = 20_000
    occurrences: int = 5_000
    depth: int = 6
    seconds: int = 15
    memory: int = 1_000_000_000


DEFAULT_LIMITS = BusyLimits()


@dataclass(frozen=True, slots=True)
class BusyTime:
    """A stretch in which somebody is busy, as UTC instants."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AllDay:
    """An all-day entry: a question to the person (a holiday? a birthday?), not a fact. `last` is included."""

    title: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """What a calendar says of some days: busy stretches, apart and in order; questions; what was left out
    and why.
    """

    busy: tuple[BusyTime, ...]
    questions: tuple[AllDay, ...]
    ignored: tuple[str, ...]


def read_busy(
    data: bytes, *, zone: ZoneInfo, start: datetime, end: datetime, limits: BusyLimits = DEFAULT_LIMITS
) -> BusyTimes:
    """The busy times of a calendar file between two instants; floating times are taken in `zone`.

    Raises UnusableCalendar with a sentence for the person when the file can't be read within the limits.
    """
    if len(data) > limits.size:
        raise UnusableCalendar(
            f"This calendar is larger than {limits.size // 1_000_000} MB. Export only the days of the event."
        )
    order = {
        "zone": zone.key,
        "start": start.astimezone(UTC).isoformat(),
        "end": end.astimezone(UTC).isoformat(),
        "entries": limits.entries,
        "occurrences": limits.occurrences,
        "depth": limits.depth,
        "seconds": limits.seconds,
        "memory": limits.memory,
    }
    try:
        # Isolated mode: neither the environment nor the working folder decides what the child imports.
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD), json.dumps(order)],
            input=data,
            capture_output=True,
            timeout=limits.seconds + 5,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnusableCalendar(_TOO_LONG) from error
    if child.returncode != 0:
        raise UnusableCalendar(_TOO_LONG if child.returncode < 0 else _UNREADABLE)
    answer = json.loads(child.stdout)
    if "problem" in answer:
        raise UnusableCalendar(answer["problem"])
    return BusyTimes(
        busy=tuple(
            BusyTime(datetime.fromisoformat(first), datetime.fromisoformat(last))
            for first, last in answer["busy"]
        ),
        questions=tuple(
            AllDay(title, date.fromisoformat(first), date.fromisoformat(last))
            for title, first, last in answer["questions"]
        ),
        ignored=tuple(answer["ignored"]),
    )


_TOO_LONG = "This calendar takes too long to read. Export only the days of the event."
_UNREADABLE = "This file can't be read as a calendar. Nothing was kept of it."
