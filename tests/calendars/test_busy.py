"""Busy times from people's own calendars: what counts, what is asked, what is refused."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest

from scheduler.calendars.busy import BusyLimits, BusyTimes, UnusableCalendar, read_busy
from tests.calendars.agendas import MADRID

START = datetime(2023, 11, 6, 23, 0, tzinfo=UTC)
END = datetime(2023, 11, 9, 23, 0, tzinfo=UTC)


def _calendar(*events: str, head: str = "") -> bytes:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}\nDTSTAMP:20231001T000000Z\n{event}\nEND:VEVENT\n"
        for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{body}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()


def _read(data: bytes, **limits: int) -> BusyTimes:
    return read_busy(data, zone=MADRID, start=START, end=END, limits=BusyLimits(**limits))


def _spans(found: BusyTimes) -> list[str]:
    return [f"{busy.start:%d %H:%M}-{busy.end:%H:%M}" for busy in found.busy]


def test_times_are_merged_and_cut_to_the_days_of_the_event() -> None:
    found = _read(
        _calendar(
            "DTSTART:20231107T100000Z\nDTEND:20231107T110000Z",
            "DTSTART:20231107T103000Z\nDURATION:PT1H",
            "DTSTART:20231106T200000Z\nDTEND:20231107T010000Z",
            "DTSTART:20231201T100000Z\nDTEND:20231201T110000Z",
        )
    )
    assert _spans(found) == ["06 23:00-01:00", "07 10:00-11:30"]


def test_free_cancelled_and_transparent_entries_are_not_busy() -> None:
    times = "DTSTART:20231107T100000Z\nDTEND:20231107T110000Z\n"
    found = _read(
        _calendar(
            times + "TRANSP:TRANSPARENT",
            times + "STATUS:CANCELLED",
            times + "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        )
    )
    assert found.busy == ()


def test_all_day_entry_is_a_question() -> None:
    found = _read(
        _calendar("SUMMARY:Anna's birthday\nDTSTART;VALUE=DATE:20231107\nDTEND;VALUE=DATE:20231109")
    )
    assert found.busy == ()
    (question,) = found.questions
    assert (question.title, question.first, question.last) == (
        "Anna's birthday",
        date(2023, 11, 7),
        date(2023, 11, 8),
    )


def test_floating_and_zoned_times_are_taken_in_their_zones() -> None:
    found = _read(
        _calendar(
            "DTSTART:20231107T100000\nDTEND:20231107T110000",
            "DTSTART;TZID=America/New_York:20231107T100000\nDTEND;TZID=America/New_York:20231107T110000",
        )
    )
    assert _spans(found) == ["07 09:00-10:00", "07 15:00-16:00"]


def test_google_zone_of_the_whole_calendar_is_respected() -> None:
    found = _read(
        _calendar("DTSTART:20231107T100000\nDTEND:20231107T110000", head="X-WR-TIMEZONE:America/New_York\n")
    )
    assert _spans(found) == ["07 15:00-16:00"]


def test_recurring_entry_counts_on_the_days_of_the_event_but_not_where_it_is_excepted() -> None:
    found = _read(
        _calendar(
            "DTSTART;TZID=Europe/Madrid:20200101T090000\nDTEND;TZID=Europe/Madrid:20200101T093000\n"
            "RRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Madrid:20231108T090000"
        )
    )
    assert _spans(found) == ["07 08:00-08:30", "09 08:00-08:30"]


def test_free_busy_file_is_understood() -> None:
    data = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VFREEBUSY\r\nUID:1\r\nDTSTAMP:20231001T000000Z\r\n"
        b"FREEBUSY:20231107T100000Z/20231107T110000Z,20231108T100000Z/PT30M\r\n"
        b"FREEBUSY;FBTYPE=FREE:20231109T100000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    assert _spans(_read(data)) == ["07 10:00-11:00", "08 10:00-10:30"]


def test_entry_that_repeats_every_second_is_left_out_and_named() -> None:
    found = _read(
        _calendar(
            "SUMMARY:Evil\nDTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY",
            "DTSTART:20231107T100000Z\nDTEND:20231107T110000Z",
        )
    )
    assert _spans(found) == ["07 10:00-11:00"]
    assert found.ignored == ("'Evil' repeats every minute or faster; left out.",)


HOSTILE = {
    "no calendar": b"hello",
    "empty": b"",
    "binary": bytes(range(256)) * 50,
    "other charset": _calendar("SUMMARY:Reuni\xf3n\nDTSTART:20231107T100000Z").decode().encode("latin-1"),
    "half a file": _calendar("DTSTART:20231107T100000Z\nDTEND:20231107T110000Z")[:80],
    "nested deeply": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000,
    "too many entries": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 25_000,
    "hourly for ever": _calendar(
        *(
            "DTSTART:20231101T000000Z\nDURATION:PT1M\nRRULE:FREQ=HOURLY;BYMINUTE="
            + ",".join(map(str, range(60))),
        )
        * 3
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_ends_with_a_sentence_within_seconds(case: str) -> None:
    started = time.monotonic()
    with pytest.raises(UnusableCalendar) as refusal:
        _read(HOSTILE[case], seconds=5)
    assert str(refusal.value).endswith((".", ".ics."))
    assert "Traceback" not in str(refusal.value)
    assert time.monotonic() - started < 20


def test_expensive_rule_is_cut_off_by_the_clock() -> None:
    rule = (
        "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR="
        + ",".join(map(str, range(24)))
    )
    started = time.monotonic()
    with pytest.raises(UnusableCalendar, match="takes too long"):
        _read(_calendar(*[rule] * 50), seconds=2)
    assert time.monotonic() - started < 15
