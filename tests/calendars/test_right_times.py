"""Meetings of every zone and month of a year, read back at the right instant by real readers."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.calendars.writer import write
from scheduler.domain.agenda import Agenda, instant
from tests.calendars.agendas import meeting
from tests.calendars.readers import READERS, MissingReader

YEAR = 2026
# Half hours, three quarters, a change of date line, the zone that breaks VTIMEZONE windows, southern summers.
DIFFICULT = [
    "Europe/Madrid",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Africa/El_Aaiun",
    "America/Santiago",
    "Asia/Gaza",
    "Antarctica/Troll",
    "Etc/GMT+12",
    "UTC",
]


def year_of_meetings(key: str) -> Agenda:
    """Two meetings a month at 09:30 and 14:00 of the zone's wall clocks."""
    zone = ZoneInfo(key)
    entries = []
    for month in range(1, 13):
        for minute in (9 * 60 + 30, 14 * 60):
            start = instant(date(YEAR, month, 15), minute, zone)
            uid = f"{key}-{month}-{minute}@expo.example"
            entries.append(meeting(1, uid=uid, start=start, end=start + timedelta(minutes=25)))
    return Agenda("Ana", key, zone, tuple(entries))


def wrong_times(reader: str, keys: list[str]) -> list[str]:
    """The meetings that a reader shows at another wall-clock time than was written, or not exactly once."""
    found = READERS[reader][1]([write(year_of_meetings(key)) for key in keys])
    wrong = []
    for key, seen in zip(keys, found, strict=True):
        expected = {
            f"{key}-{month}-{minute}@expo.example": datetime(YEAR, month, 15, *divmod(minute, 60))  # noqa: DTZ001 (wall clock)
            for month in range(1, 13)
            for minute in (570, 840)
        }
        for item in seen:
            local = item.start.astimezone(ZoneInfo(key)).replace(tzinfo=None)
            if expected.pop(item.uid, None) != local or item.end - item.start != timedelta(minutes=25):
                wrong.append(f"{item.uid}: {local}")
        wrong.extend(expected)
    return wrong


@pytest.mark.parametrize("reader", READERS)
def test_times_of_difficult_zones_are_right_in(reader: str) -> None:
    try:
        assert wrong_times(reader, DIFFICULT) == []
    except MissingReader as missing:
        pytest.skip(str(missing))


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_times_of_all_zones_are_right_in(reader: str) -> None:
    try:
        assert wrong_times(reader, sorted(zoneinfo.available_timezones())) == []
    except MissingReader as missing:
        pytest.skip(str(missing))


def test_skipped_hour_is_taken_after_the_change_and_doubled_hour_the_first_time() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    assert instant(date(2026, 3, 29), 150, madrid) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(date(2026, 10, 25), 150, madrid) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
