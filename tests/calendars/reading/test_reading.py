"""What each way of writing an entry means, kind by kind. The days are 7 to 9 November 2023, Madrid (UTC+1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.calendars.reading.files import Said, calendar, event, said, times

TEN = ["07 10:00-11:00"]
HOUR = "DURATION:PT1H"
ME = {"owners": ["me@invented.example"]}


def _one(*lines: str, head: str = "", before: str = "", **order: object) -> Said:
    return said(calendar(before, event(*lines), head=head), **order)


def _zoned(zone: str, start: str = "20231107T100000") -> Said:
    return _one(f"DTSTART;TZID={zone}:{start}", HOUR)


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Madrid", "EUROPE/MADRID", "europe/madrid", '"Europe/Madrid"', " Europe/Madrid ", "/Europe/Madrid",
        "/freeassociation.sourceforge.net/Europe/Madrid", "/mozilla.org/20070129_1/Europe/Madrid",
        "/freeassociation.sourceforge.net/Tzfile/Europe/Madrid", '"http://tzurl.org/zoneinfo-outlook/Europe/Madrid"',
        "http://tzurl.org/zoneinfo/Europe/Madrid", "Romance Standard Time", "romance standard time", "CET", "MET",
        "UTC+01:00", '"UTC+01:00"', "UTC+1", "UTC+0100", "GMT+01", "GMT+1:00", "GMT +0100", "+01:00", "+0100",
        "Etc/GMT-1",
        '"Z+01:00"',
    ],
)  # fmt: skip
def test_zone_is_known_whatever_it_is_called(zone: str) -> None:
    found = _zoned(zone)
    assert (found.busy, found.doubts) == (TEN, [])


@pytest.mark.parametrize(
    ("zone", "busy"),
    [
        ("America/New York", "07 16:00-17:00"),
        ("america/argentina/buenos_aires", "07 14:00-15:00"),
        ("/citadel.org/20190914_1/America/Argentina/Buenos_Aires", "07 14:00-15:00"),
        ("Eastern Standard Time", "07 16:00-17:00"),
        ("India Standard Time", "07 05:30-06:30"),
        ("UTC+05:30", "07 05:30-06:30"),
        ("GMT-03.30", "07 14:30-15:30"),
        ("Etc/GMT+5", "07 16:00-17:00"),
        ("Z", "07 11:00-12:00"),
        ("utc", "07 11:00-12:00"),
        ("Etc/UTC", "07 11:00-12:00"),
        ("GMT", "07 11:00-12:00"),
        ("tzone://Microsoft/Utc", "07 11:00-12:00"),
        ("GMT Standard Time", "07 11:00-12:00"),
        ("US/Pacific", "07 19:00-20:00"),
    ],
)
def test_zone_elsewhere_is_read(zone: str, busy: str) -> None:
    found = _zoned(zone)
    assert (found.busy, found.doubts) == ([busy], [])


@pytest.mark.parametrize(
    ("zone", "busy", "doubt"),
    [
        ("Europe/Nowhere", "07 10:00-11:00", "zone_unknown"),
        ("Customized Time Zone", "07 10:00-11:00", "zone_unknown"),
        ("tzone://Microsoft/Custom", "07 10:00-11:00", "zone_unknown"),
        ("UTC+25:00", "07 10:00-11:00", "zone_unknown"),
        ("CEST", "07 10:00-11:00", "zone_unknown"),
        ("Madrid", "07 10:00-11:00", "zone_unknown"),
        ("localtime", "07 10:00-11:00", "zone_unknown"),
        ("../../etc/passwd", "07 10:00-11:00", "zone_unknown"),
        ('"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"', "07 10:00-11:00", "zone_guessed"),
        ("(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "07 11:00-12:00", "zone_guessed"),
        ("Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "07 10:00-11:00", "zone_guessed"),
        ("(GMT+01.00) Sarajevo/Warsaw/Zagreb", "07 10:00-11:00", "zone_guessed"),
        ("(UTC-05:00) Nowhere at all", "07 16:00-17:00", "zone_guessed"),
    ],
)
def test_zone_in_doubt_is_said(zone: str, busy: str, doubt: str) -> None:
    found = _zoned(zone)
    assert (found.busy, [kind for kind, _zone in found.doubts]) == ([busy], [doubt])


def test_doubt_about_an_entry_of_another_year_is_not_said() -> None:
    assert _zoned("Nowhere", "20250101T100000").doubts == []


def test_doubt_about_the_end_alone_is_said() -> None:
    found = _one("DTSTART:20231107T090000Z", "DTEND;TZID=Nowhere:20231107T110000")
    assert (found.busy, found.doubts) == (TEN, [("zone_unknown", "Nowhere")])


def test_zone_of_the_whole_calendar_is_for_times_without_one() -> None:
    head = "X-WR-TIMEZONE:America/New_York\n"
    assert _one("DTSTART:20231107T100000", HOUR, head=head).busy == ["07 16:00-17:00"]
    assert _one("DTSTART:20231107T090000Z", HOUR, head=head).busy == TEN
    assert _one("DTSTART;TZID=Europe/Madrid:20231107T100000", HOUR, head=head).busy == TEN
    unknown = _one("DTSTART:20231107T100000", HOUR, head="X-WR-TIMEZONE:Somewhere\n")
    assert (unknown.busy, unknown.doubts) == (TEN, [("zone_unknown", "Somewhere")])


def _zone(name: str, offset: str, more: str = "") -> str:
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\n"
        f"TZOFFSETTO:{offset}\n{more}END:STANDARD\nEND:VTIMEZONE\n"
    )


@pytest.mark.parametrize("name", ["My Zone", '"My Zone"', "my zone", "Zone\\, my"])
def test_zone_of_the_file_is_its_own(name: str) -> None:
    used = '"My Zone"' if "," not in name else f'"{name}"'
    found = _one(f"DTSTART;TZID={used}:20231107T180000", HOUR, before=_zone(name, "+0900"))
    assert (found.busy, found.doubts) == (TEN, [])


def test_zone_of_the_file_that_contradicts_a_known_one_is_said() -> None:
    found = _one("DTSTART;TZID=Europe/Madrid:20231107T180000", HOUR, before=_zone("Europe/Madrid", "+0900"))
    assert (found.busy, found.doubts) == (TEN, [("zone_differs", "Europe/Madrid")])
    agreed = _one("DTSTART;TZID=Europe/Madrid:20231107T100000", HOUR, before=_zone("Europe/Madrid", "+0100"))
    assert (agreed.busy, agreed.doubts) == (TEN, [])


@pytest.mark.parametrize(
    "broken",
    [
        "BEGIN:VTIMEZONE\nTZID:Europe/London\nEND:VTIMEZONE\n",
        _zone("Europe/London", "soon"),
        _zone("Europe/London", "+0000", "RRULE:FREQ=SECONDLY\n"),
        _zone("Europe/London", "+0000", "RRULE:FREQ=YEARLY;BYDAY=\n"),
        _zone("", "+0900"),
    ],
)
def test_broken_zone_of_the_file_falls_back_to_its_name(broken: str) -> None:
    found = _one("DTSTART;TZID=Europe/London:20231107T090000", HOUR, before=broken)
    assert (found.busy, found.doubts) == (TEN, [])


def test_clocks_of_the_file_change_when_it_says() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:20231108T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
        "END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20230326T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n"
        "END:VTIMEZONE\n"
    )
    start = "DTSTART;TZID=Own:202311{}00"
    found = said(
        calendar(
            zone,
            event(start.format("07T1100"), HOUR),
            event(start.format("08T1000"), HOUR),
            # 02:30 comes twice; the first is meant.
            event(start.format("08T0230"), "DURATION:PT15M"),
        )
    )
    assert found.busy == ["07 10:00-11:00", "08 01:30-01:45", "08 10:00-11:00"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("20231107T090000Z", "20231107T100000Z"),
        ("20231107T090000z", "20231107T100000z"),
        ("20231107T0900Z", "20231107T1000Z"),
        ("2023-11-07T09:00Z", "2023-11-07T10:00Z"),
        ("2023-11-07 09:00:00Z", "2023-11-07 10:00:00 Z"),
        ("20231107T090000.123456Z", "20231107T100000,5Z"),
        ("20231107T100000+0100", "20231107T110000+01:00"),
        ("20231107T100000+01", "20231107T050000-0500"),
        ("20231107T090000UTC", "20231107T100000GMT"),
        ("20231107T085960Z", "20231107T095960Z"),
        ("20231107T100000", "20231107T110000"),
    ],
)
def test_time_is_read_however_it_is_written(start: str, end: str) -> None:
    found = _one(f"DTSTART:{start}", f"DTEND:{end}")
    assert (found.busy, found.left_out) == (TEN, [])
    # What stands in the value wins over a zone beside it.
    if not start.endswith("T100000"):
        assert _one(f"DTSTART;TZID=Asia/Tokyo:{start}", f"DTEND;TZID=Asia/Tokyo:{end}").busy == TEN


@pytest.mark.parametrize(
    "start",
    [
        "20231107T250000",
        "20231332",
        "20231107T1",
        "20231107T106000Z",
        "tomorrow",
        "00000101",
        "1699347600",
        "٢٠٢٣١١٠٧",
    ],
)
def test_beginning_that_is_none_is_named(start: str) -> None:
    assert _one(f"DTSTART:{start}", HOUR).left_out == [("unreadable_start", "X")]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "no_start"),
        (["DTSTART:", HOUR], "unreadable_start"),
        (["DTSTART:20231107T090000Z"], "no_end"),
        (["DTSTART:20231107T090000Z", "DTEND:20231107T090000Z"], "no_end"),
        (["DTSTART:20231107T090000Z", "DURATION:PT0S"], "no_end"),
        (["DTSTART:20231107T090000Z", "DTEND:x"], "unreadable_end"),
        (["DTSTART:20231107T090000Z", "DURATION:an hour"], "unreadable_end"),
        (["DTSTART:20231107T090000Z", "DURATION:P1M"], "unreadable_end"),
        (["DTSTART:20231107T090000Z", "DURATION:PT"], "unreadable_end"),
        (["DTSTART:20231107T090000Z", "DURATION:-PT1H"], "ends_before_start"),
        (["DTSTART:20231107T090000Z", "DTEND:20231107T080000Z"], "ends_before_start"),
        (["DTSTART;VALUE=DATE:20231107", "DTEND;VALUE=DATE:20231105"], "ends_before_start"),
        (["DTSTART:20231107T090000Z", "DTEND;VALUE=DATE:20231107"], "ends_before_start"),
        (["DTSTART:20231107T090000Z", "DTSTART:20231107T100000Z", HOUR], "two_starts"),
        (["DTSTART:20231107T090000Z", "DTEND:20231107T100000Z", "DTEND:20231107T110000Z"], "two_ends"),
        (["DTSTART:20231107T090000Z", "DTEND:20231107T100000Z", "DURATION:PT2H"], "two_ends"),
        (["DTSTART:20231107T090000Z", HOUR, "RRULE:FREQ=DAILY;UNTIL=never"], "unreadable_rule"),
        (["DTSTART:20231107T090000Z", HOUR, "RRULE:FREQ=DAILY", "EXDATE:never"], "unreadable_date"),
        (["DTSTART:20231107T090000Z", HOUR, "RDATE:20231108T090000Z,x"], "unreadable_date"),
        (["DTSTART:20231107T090000Z", HOUR, "RDATE;VALUE=PERIOD:20231108T090000Z/x"], "unreadable_period"),
        (["DTSTART:20231107T090000Z", HOUR, "RECURRENCE-ID:x"], "unreadable_date"),
        (["DTSTART:20231107T090000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"], "too_often"),
    ],
)
def test_entry_that_can_not_be_read_is_named_with_its_reason(lines: list[str], why: str) -> None:
    found = said(calendar(event(*lines), event(*times("1200", "1300"))))
    assert (found.busy, found.left_out) == (["07 13:00-14:00"], [(why, "X")])


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:20231107T090000Z", "DTSTART:20231107T090000Z", HOUR],
        ["DTSTART:20231107T090000Z", "DTSTART:rubbish", HOUR],
        ["DTSTART:20231107T090000Z", "DTSTART;TZID=Europe/Madrid:20231107T100000", HOUR],
        ["DTSTART:20231107T090000Z", "DTEND:20231107T100000Z", HOUR],
        ["DTSTART:20231107T090000Z", "DTEND:rubbish", HOUR],
        ["DTSTART:20231107T090000Z", "DTEND:20231107T100000Z", "DURATION:rubbish"],
        ["DTSTART:20231107T090000Z", "DURATION:pt60m"],
        ["DTSTART:20231107T090000Z", "DURATION:+PT0H3600S"],
        ["DTSTART:20231107T090000Z", HOUR, "SEQUENCE:1.5", "PRIORITY:high", "CLASS:", "GEO:x", "CREATED:never"],
        ["DTSTART:20231107T090000Z", HOUR, "BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:PT5M", "SUMMARY:Bell",
        "END:VALARM"],
        ["DTSTART:20231107T090000Z", HOUR, "BEGIN:VALARM", "ACTION:AUDIO"],
        ["item1.DTSTART:20231107T090000Z", HOUR],
        ["DTSTART;X-A=\"a:b;c\";VALUE=DATE-TIME:20231107T090000Z", HOUR],
        ["DTSTART;TZID=\"Europe/Madrid:20231107T100000", HOUR],
        ["DTSTART;TZID=:20231107T100000", HOUR],
    ],
)  # fmt: skip
def test_disorder_that_leaves_the_time_clear_costs_nothing(lines: list[str]) -> None:
    found = _one(*lines)
    assert (found.busy, found.left_out) == (TEN, [])


@pytest.mark.parametrize(
    ("lines", "questions"),
    [
        (["DTSTART;VALUE=DATE:20231107"], ["X 07-07"]),
        (["DTSTART:20231107"], ["X 07-07"]),
        (["DTSTART;VALUE=DATE:2023-11-07", "DTEND:2023-11-09"], ["X 07-08"]),
        (["DTSTART;VALUE=DATE:20231107", "DTEND;VALUE=DATE:20231107"], ["X 07-07"]),
        (["DTSTART;VALUE=DATE:20231107", "DURATION:P2D"], ["X 07-08"]),
        (["DTSTART;VALUE=DATE:20231107", "DURATION:PT24H"], ["X 07-07"]),
        (["DTSTART;VALUE=DATE:20231107T000000"], ["X 07-07"]),
        (["DTSTART;VALUE=DATE:20231106", "DURATION:P1D"], []),
        (["DTSTART;VALUE=DATE:20231110"], []),
        (["DTSTART;VALUE=DATE:20231106", "DTEND;VALUE=DATE:20231108"], ["X 06-07"]),
        (["DTSTART;VALUE=DATE:20231001", "RRULE:FREQ=WEEKLY;BYDAY=WE"], ["X 08-08"]),
        (["DTSTART;VALUE=DATE:20231107", "RRULE:FREQ=DAILY;UNTIL=20231108T000000Z"], ["X 07-07", "X 08-08"]),
        (["DTSTART;VALUE=DATE:20231107", "RRULE:FREQ=DAILY;UNTIL=20231108"], ["X 07-07", "X 08-08"]),
        (["DTSTART;VALUE=DATE:20231107", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20231108T000000Z"], ["X 07-07",
        "X 09-09"]),
        (["DTSTART;VALUE=DATE:20231107", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20231107"], ["X 08-08",
        "X 09-09"]),
        # Outlook's, in its own ways.
        (["DTSTART:20231106T230000Z", "DTEND:20231107T230000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"], ["X 07-07"]),
        (["DTSTART:20231107T000000", "DTEND:20231109T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:true "], ["X 07-08"]),
        (["DTSTART:20231107T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"], ["X 07-07"]),
        (["DTSTART:20231107T000000", "DURATION:PT0S", "X-FUNAMBOL-ALLDAY:1"], ["X 07-07"]),
        (["DTSTART:20231110T000000", "DURATION:P1D", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"], []),
        (["DTSTART;VALUE=DATE:20231107", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"], ["X 07-07"]),
        (["DTSTART;VALUE=DATE:20231107", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"], ["X 07-07"]),
        (["DTSTART;VALUE=DATE:20231107", "TRANSP:TRANSPARENT"], []),
        (["DTSTART;VALUE=DATE:20231107", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"], []),
    ],
)  # fmt: skip
def test_whole_days_are_questions_about_the_days_of_the_event(lines: list[str], questions: list[str]) -> None:
    found = _one(*lines)
    assert (found.busy, found.questions, found.left_out) == ([], questions, [])


def test_working_elsewhere_is_a_question_about_its_time() -> None:
    found = _one(*times("0900", "1000", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"))
    assert (found.busy, found.questions) == ([], ["X 07 10:00-07 11:00"])


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:CANCELLED", "STATUS: cancelled ", "STATUS:CANCELED", "TRANSP:TRANSPARENT", "transp:transparent",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "X-MICROSOFT-CDO-BUSYSTATUS:free",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:somebody@invented.example",
        "ATTENDEE;PARTSTAT=\"DECLINED\";CN=\"A: b\":MAILTO:somebody@invented.example",
        "ATTENDEE;PARTSTAT=DELEGATED:mailto:me@invented.example",
        "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Me@Invented.Example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:you@invented.example",
        "ATTENDEE;PARTSTAT=DECLINED;EMAIL=me@invented.example:urn:uuid:1\nATTENDEE:mailto:you@invented.example",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:x@invented.example\nATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:room@invented.example",
    ],
)  # fmt: skip
def test_entry_that_takes_no_time_is_not_busy(line: str) -> None:
    found = _one(*times("0900", "1000", *line.split("\n")), **ME)
    assert (found.busy, found.left_out, found.counts) == ([], [], {"free": 1})


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:TENTATIVE", "STATUS:CONFIRMED", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "ATTENDEE;PARTSTAT=TENTATIVE:mailto:me@invented.example",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:x@invented.example",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:a@invented.example\nATTENDEE;PARTSTAT=DECLINED:mailto:b@invented.example",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:you@invented.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:me@invented.example",
        "ORGANIZER:mailto:me@invented.example\nATTENDEE;PARTSTAT=DECLINED:mailto:you@invented.example",
    ],
)  # fmt: skip
def test_entry_that_may_take_time_is_busy(line: str) -> None:
    assert _one(*times("0900", "1000", *line.split("\n")), **ME).busy == TEN


def test_owner_is_known_by_the_name_of_a_calendar_of_google() -> None:
    answers = (
        "ATTENDEE;PARTSTAT=DECLINED:mailto:my@invented.example",
        "ATTENDEE:mailto:you@invented.example",
    )
    head = "X-WR-CALNAME:My@invented.example\n"
    assert _one(*times("0900", "1000", *answers), head=head).busy == []


@pytest.mark.parametrize(
    ("start", "end", "busy"),
    [
        ("20231106T220000Z", "20231106T230000Z", []),
        ("20231106T220000Z", "20231106T230001Z", ["07 00:00-00:00"]),
        ("20231109T230000Z", "20231110T000000Z", []),
        ("20231109T225900Z", "20231110T000000Z", ["09 23:59-10 00:00"]),
        ("20231101T000000Z", "20231201T000000Z", ["07 00:00-10 00:00"]),
        ("00010101T000000Z", "99991231T235959Z", ["07 00:00-10 00:00"]),
        ("00010101T000000", "99991231T235959", ["07 00:00-10 00:00"]),
        ("99991231T230000Z", "99991231T235959Z", []),
    ],
)
def test_edges_of_the_days(start: str, end: str, busy: list[str]) -> None:
    found = _one(f"DTSTART:{start}", f"DTEND:{end}")
    assert (found.busy, found.left_out) == (busy, [])


def test_time_that_ends_at_midnight_stays_on_its_day() -> None:
    assert _one("DTSTART:20231107T220000", "DTEND:20231107T240000").busy == ["07 22:00-08 00:00"]
    assert _one("DTSTART:20231106T240000", "DTEND:20231107T010000").busy == ["07 00:00-01:00"]
    assert _one("DTSTART:20231107T220000", "DTEND;VALUE=DATE:20231108").busy == ["07 22:00-08 00:00"]


@pytest.mark.parametrize(
    ("length", "busy"),
    [
        ("DURATION:PT24H", "28 12:00-29 11:00"),
        ("DURATION:P1D", "28 12:00-29 12:00"),
        ("DURATION:P1DT1H", "28 12:00-29 13:00"),
        ("DURATION:P0W1DT0H", "28 12:00-29 12:00"),
        ("DURATION:PT1440M", "28 12:00-29 11:00"),
        ("DTEND;TZID=Europe/Madrid:20231029T120000", "28 12:00-29 12:00"),
    ],
)
def test_hours_are_exact_and_days_nominal_when_clocks_go_back(length: str, busy: str) -> None:
    days = {"start": datetime(2023, 10, 27, 22, tzinfo=UTC), "end": datetime(2023, 10, 30, 23, tzinfo=UTC)}
    assert _one("DTSTART;TZID=Europe/Madrid:20231028T120000", length, **days).busy == [busy]


def test_series_over_a_change_of_clocks_keeps_its_clock_and_its_length() -> None:
    days = {"start": datetime(2023, 10, 27, 22, tzinfo=UTC), "end": datetime(2023, 10, 30, 23, tzinfo=UTC)}
    daily = _one(
        "DTSTART;TZID=Europe/Madrid:20230701T090000",
        "DTEND;TZID=Europe/Madrid:20230701T093000",
        "RRULE:FREQ=DAILY",
        **days,
    )
    assert daily.busy == ["28 09:00-09:30", "29 09:00-09:30", "30 09:00-09:30"]
    # An end gives all occurrences the same exact length (3.8.5.3); 22:00 to 06:00 are eight hours.
    shift = _one(
        "DTSTART;TZID=Europe/Madrid:20231028T220000",
        "DTEND;TZID=Europe/Madrid:20231029T060000",
        "RRULE:FREQ=WEEKLY",
        **days,
    )
    assert shift.busy == ["28 22:00-29 06:00"]
    nightly = _one(
        "DTSTART;TZID=Europe/Madrid:20231001T220000",
        "DTEND;TZID=Europe/Madrid:20231002T060000",
        "RRULE:FREQ=WEEKLY;BYDAY=SA",
        **days,
    )
    assert nightly.busy == ["28 22:00-29 05:00"]


@pytest.mark.parametrize(
    ("clock", "busy"),
    [
        ("0230", "26 03:30-04:30"),
        ("0200", "26 03:00-04:00"),
        ("0159", "26 01:59-03:59"),
        ("0300", "26 03:00-04:00"),
    ],
)
def test_times_in_and_around_a_gap(clock: str, busy: str) -> None:
    days = {"start": datetime(2023, 3, 25, 23, tzinfo=UTC), "end": datetime(2023, 3, 26, 22, tzinfo=UTC)}
    assert _one(f"DTSTART;TZID=Europe/Madrid:20230326T{clock}00", HOUR, **days).busy == [busy]
    daily = _one(f"DTSTART;TZID=Europe/Madrid:20230320T{clock}00", HOUR, "RRULE:FREQ=DAILY", **days)
    assert daily.busy == [busy]
