"""Busy times from people's own calendars: what counts, what is asked, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scheduler.calendars.busy import BusyLimits, BusyTimes, CalendarReader, read_busy
from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from scheduler.calendars.reading.faults import Omission
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
    assert [(one.title, one.why) for one in found.left_out] == [("Evil", Omission.TOO_OFTEN)]


def test_facts_come_back_from_the_child_as_what_they_are() -> None:
    found = read_busy(
        _calendar(
            "SUMMARY:Home\nDTSTART:20231107T080000Z\nDTEND:20231107T090000Z\n"
            "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
            "SUMMARY:Odd\nDTSTART;TZID=Nowhere:20231107T100000\nDTEND;TZID=Nowhere:20231107T110000",
            "SUMMARY:Broken\nDTSTART;VALUE=DATE:20231108\nRRULE:FREQ=NEVER",
            "SUMMARY:No\nDTSTART:20231107T120000Z\nDTEND:20231107T130000Z\n"
            "ATTENDEE;PARTSTAT=DECLINED:mailto:Ada@invented.example\nATTENDEE:mailto:b@invented.example",
        ).replace(b"UID:2", b"UID:2@expo.example"),
        zone=MADRID,
        start=START,
        end=END,
        reader=CalendarReader(addresses={"ada@invented.example"}, host="other.example"),
    )
    (question,) = found.questions
    assert question.stretch is not None
    assert (question.title, f"{question.stretch.start:%H:%M}") == ("Home", "08:00")
    (doubt,) = found.doubts
    assert (doubt.zone, doubt.taken) == ("Nowhere", "Europe/Madrid")
    (left_out,) = found.left_out
    assert (left_out.title, left_out.start, left_out.value) == ("Broken", date(2023, 11, 8), "FREQ=NEVER")
    assert found.counts == {"busy": 1, "asked": 1, "free": 1, "own": 0, "outside": 0, "left_out": 1}


HOSTILE = {
    "no calendar": (b"hello", CalendarProblem.NO_CALENDAR),
    "empty": (b"", CalendarProblem.EMPTY),
    "nothing but blanks": (b"\xef\xbb\xbf \r\n\r\n", CalendarProblem.EMPTY),
    "binary": (bytes(range(256)) * 50, CalendarProblem.NO_CALENDAR),
    "half a file": (
        _calendar("DTSTART:20231107T100000Z\nDTEND:20231107T110000Z")[:80],
        CalendarProblem.CUT_SHORT,
    ),
    "nested deeply": (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000, CalendarProblem.CUT_SHORT),
    "too many entries": (
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 25_000,
        CalendarProblem.TOO_MANY_ENTRIES,
    ),
    "a page to sign in": (b"<!DOCTYPE html><html><body>Sign in</body></html>", CalendarProblem.WEB_PAGE),
    "packed": (b"PK\x03\x04 and so on", CalendarProblem.ARCHIVE),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_file_that_is_no_calendar_says_what_it_is(case: str) -> None:
    data, problem = HOSTILE[case]
    with pytest.raises(UnusableCalendar) as refusal:
        _read(data)
    assert refusal.value.problem is problem


def test_file_that_is_too_large_is_not_even_read() -> None:
    with pytest.raises(UnusableCalendar, match="too_large 1"):
        _read(b" " * 1_000_001, size=1_000_000)


EXPENSIVE = {
    "never": "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR="
    + ",".join(map(str, range(24))),
    "each second of each day": "DTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;BYHOUR="
    + "{};BYMINUTE={};BYSECOND={}".format(*(",".join(map(str, range(n))) for n in (24, 60, 60))),
    "counted for ever": "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=MINUTELY;COUNT=999999999;BYHOUR=1",
    "hourly for ever": "DTSTART:20231101T000000Z\nDURATION:PT1M\nRRULE:FREQ=HOURLY;BYMINUTE="
    + ",".join(map(str, range(60))),
    "excepted for ever": "DTSTART:20200101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEXRULE:FREQ=SECONDLY",
}


@pytest.mark.parametrize("case", EXPENSIVE)
def test_expensive_rules_cost_a_bounded_share_and_no_other_entry(case: str) -> None:
    """Processor time is bounded by the child's limit: a load on the machine changes nothing."""
    meeting = "SUMMARY:Meeting\nDTSTART:20231107T100000Z\nDTEND:20231107T110000Z"
    found = _read(_calendar(*[EXPENSIVE[case]] * 50, meeting), seconds=10)
    assert _spans(found) == ["07 10:00-11:00"]
    assert found.counts["left_out"] + found.counts["outside"] == 50


def test_full_calendar_is_read_within_its_bounds() -> None:
    lines = (
        "SUMMARY:Weekly\nDTSTART;TZID=Europe/Madrid:2015{:02}{:02}T100000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY"
    )
    found = _read(_calendar(*(lines.format(n % 12 + 1, n % 28 + 1) for n in range(5000))))
    assert found.counts["busy"] + found.counts["outside"] == 5000
    assert len(found.busy) == 3
