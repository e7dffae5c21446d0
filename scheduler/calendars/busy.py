"""Busy times from somebody's own calendar file.

A file from a stranger is read by a bounded child process (`scheduler.sandbox`), and only plain facts come back. One
broken entry never costs the others: it is named under `left_out`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from scheduler.calendars.reading.faults import Omission
from scheduler.calendars.reading.zones import Doubt
from scheduler.sandbox.run import Limits, read_apart

__all__ = [
    "BusyLimits",
    "BusyStretch",
    "BusyTimes",
    "CalendarReader",
    "LeftOut",
    "OwnEntry",
    "Question",
    "UnusableCalendar",
    "ZoneDoubt",
    "read_busy",
]

_CHILD = Path(__file__).with_name("busy_child.py")


@dataclass(frozen=True, slots=True)
class BusyLimits:
    """How much a calendar may cost: bytes, entries, seconds of processor time, memory."""

    size: int = 5_000_000
    entries: int = 20_000
    seconds: int = 15
    memory: int = 512 * 1024 * 1024


DEFAULT_LIMITS = BusyLimits()


@dataclass(frozen=True, slots=True)
class CalendarReader:
    """Who reads: their mail addresses, the host of this site's UIDs, and which of those belong to the person's
    other events (in them, an entry of this site is busy like any other).
    """

    addresses: Collection[str] = ()
    host: str = ""
    elsewhere: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class BusyStretch:
    """A stretch in which somebody is busy, as UTC instants."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """An entry of which only the person knows whether they are away (a holiday? a birthday?): in whole days, the
    last one included, or a stretch of time.
    """

    title: str
    first: date
    last: date
    stretch: BusyStretch | None = None


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry of this site that stands in the calendar: the site knows itself whether it holds."""

    title: str
    start: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that could not be used, `number` of them alike; `start` is a day, an instant, or unknown, `value` what
    stands in the file.
    """

    why: Omission
    title: str
    start: datetime | date | None
    value: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class ZoneDoubt:
    """A zone that is named in the file, and the one in which its times were taken."""

    doubt: Doubt
    zone: str
    taken: str


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """What a calendar says of some days. `counts` says of all entries what became of them, `cut` that the end of the
    file is missing, `left_out_more` how many omissions are not named.
    """

    busy: tuple[BusyStretch, ...]
    questions: tuple[Question, ...] = ()
    own: tuple[OwnEntry, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    left_out_more: int = 0
    doubts: tuple[ZoneDoubt, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    tasks: int = 0
    cut: bool = False


def read_busy(
    data: bytes,
    *,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    reader: CalendarReader = CalendarReader(),
    limits: BusyLimits = DEFAULT_LIMITS,
) -> BusyTimes:
    """The busy times of a calendar file between two instants; floating times are taken in `zone`.

    Raises UnusableCalendar when the file says nothing, and the sandbox's errors when it costs too much. Call it while
    no transaction is open.
    """
    if len(data) > limits.size:
        raise UnusableCalendar(CalendarProblem.TOO_LARGE, number=limits.size // 1_000_000)
    order = {
        "zone": zone.key,
        "start": start.astimezone(UTC).isoformat(),
        "end": end.astimezone(UTC).isoformat(),
        "entries": limits.entries,
        "owners": sorted(reader.addresses),
        "host": reader.host,
        "elsewhere": sorted(reader.elsewhere),
    }
    answer = read_apart(_CHILD, data, order, Limits(seconds=limits.seconds, memory=limits.memory))
    if "problem" in answer:
        raise UnusableCalendar(CalendarProblem(answer["problem"]), number=limits.entries)
    return _facts(answer)


def _facts(answer: dict[str, Any]) -> BusyTimes:
    return BusyTimes(
        busy=tuple(BusyStretch(_instant(first), _instant(last)) for first, last in answer["busy"]),
        questions=tuple(_question(*one) for one in answer["questions"]),
        own=tuple(OwnEntry(title, _instant(start)) for title, start in answer["own"]),
        left_out=tuple(
            LeftOut(Omission(why), title, _start(start), value, number)
            for why, title, start, value, number in answer["left_out"]
        ),
        left_out_more=answer["left_out_more"],
        doubts=tuple(ZoneDoubt(Doubt(doubt), zone, taken) for doubt, zone, taken in answer["doubts"]),
        counts=answer["counts"],
        tasks=answer["tasks"],
        cut=answer["cut"],
    )


def _question(title: str, first: str, last: str) -> Question:
    if "T" not in first:
        return Question(title, date.fromisoformat(first), date.fromisoformat(last))
    stretch = BusyStretch(_instant(first), _instant(last))
    return Question(title, stretch.start.date(), stretch.end.date(), stretch)


def _start(text: str) -> datetime | date | None:
    if not text:
        return None
    return _instant(text) if "T" in text else date.fromisoformat(text)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
