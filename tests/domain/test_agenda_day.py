"""Which day somebody is in: an evening lasts until it ends, not until midnight."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.domain.agenda import Agenda, Entry, EntryKind

AUCKLAND = ZoneInfo("Pacific/Auckland")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AUCKLAND)


def agenda(start: str, end: str) -> Agenda:
    entry = Entry("1", EntryKind.SESSION, "Gala", at(start), at(end), at("2023-10-01 00:00"))
    return Agenda("Ana", "Expo", AUCKLAND, (entry,))


@pytest.mark.parametrize(
    ("start", "end", "now", "day"),
    [
        ("2023-11-07 22:00", "2023-11-08 01:00", "2023-11-08 00:59", 7),
        ("2023-11-07 22:00", "2023-11-08 01:00", "2023-11-08 01:00", 8),
        ("2023-11-07 22:00", "2023-11-08 07:00", "2023-11-08 06:00", 8),
        ("2023-11-06 09:00", "2023-11-09 18:00", "2023-11-08 12:00", 8),
        ("2023-11-06 09:00", "2023-11-09 18:00", "2023-11-08 00:30", 7),
        ("2023-09-23 23:00", "2023-09-24 04:00", "2023-09-24 03:30", 23),  # clocks are put forward at 02:00
    ],
)
def test_day_of_an_instant(start: str, end: str, now: str, day: int) -> None:
    assert agenda(start, end).day_of(at(now)) == date.fromisoformat(f"{now[:7]}-{day:02}")
