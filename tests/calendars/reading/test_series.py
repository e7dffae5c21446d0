"""Series: where they end, what is excepted, moved, called off, and which version holds."""

from __future__ import annotations

import pytest

from tests.calendars.reading.files import calendar, event, said

MADRID = ";TZID=Europe/Madrid:"
SERIES = (f"DTSTART{MADRID}20231106T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5")
DAILY = ["07 10:00-11:00", "08 10:00-11:00", "09 10:00-11:00"]
WITHOUT_WEDNESDAY = [DAILY[0], DAILY[2]]


def _changed(*lines: str, series: tuple[str, ...] = SERIES) -> list[str]:
    """The series with one entry that replaces an occurrence."""
    found = said(calendar(event(*lines, uid="u"), event(*series, uid="u")))
    assert found.left_out == []
    return found.busy


@pytest.mark.parametrize(
    ("start", "until", "count"),
    [
        ("DTSTART:20231101T090000Z", "20231108", 2),
        ("DTSTART:20231101T090000Z", "20231108T090000Z", 2),
        ("DTSTART:20231101T090000Z", "20231108T085959Z", 1),
        ("DTSTART:20231101T090000Z", "20231108T090000", 2),
        ("DTSTART:20231101T090000Z", "20231108T100000+0100", 2),
        (f"DTSTART{MADRID}20231101T100000", "20231108", 2),
        (f"DTSTART{MADRID}20231101T100000", "20231108T090000Z", 2),
        (f"DTSTART{MADRID}20231101T100000", "20231108T085900Z", 1),
        (f"DTSTART{MADRID}20231101T100000", "20231108T100000", 2),
        (f"DTSTART{MADRID}20231101T100000", "20231108T095900", 1),
        (f"DTSTART{MADRID}20231001T100000", "20231108T090000Z", 2),
        (f"DTSTART{MADRID}20231101T100000", "2023-11-08", 2),
        ("DTSTART:20231101T100000", "20231108T090000Z", 2),
        ("DTSTART:20231101T100000", "20231108T100000", 2),
        ("DTSTART:20231101T100000", "20231108", 2),
        ("DTSTART:20231101T100000", "20231031", 0),
    ],
)
def test_last_time_of_a_series_counts_itself(start: str, until: str, count: int) -> None:
    found = said(calendar(event(start, "DURATION:PT1H", f"RRULE:FREQ=DAILY;UNTIL={until}")))
    assert found.busy == DAILY[:count]


@pytest.mark.parametrize(
    "lines",
    [
        [f"EXDATE{MADRID}20231108T100000"],
        ["EXDATE:20231108T090000Z"],
        ["EXDATE:20231108T100000"],
        ["EXDATE;VALUE=DATE:20231108"],
        ["EXDATE:20231108"],
        ["EXDATE:20231101T090000Z,20231108T090000Z"],
        ["EXDATE:20231101T090000Z", "EXDATE:20231108T090000Z"],
        ["EXDATE;TZID=UTC+01:00:20231108T100000"],
        ["EXRULE:FREQ=WEEKLY;BYDAY=WE"],
        ["EXRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20231108"],
        ["EXRULE:FREQ=MONTHLY;BYMONTHDAY=8"],
    ],
)
def test_excepted_occurrence_is_not_busy(lines: list[str]) -> None:
    assert said(calendar(event(*SERIES, *lines))).busy == WITHOUT_WEDNESDAY


def test_rule_that_excludes_takes_the_beginning_only_when_it_says_so() -> None:
    tuesday = (f"DTSTART{MADRID}20231107T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5")
    assert said(calendar(event(*tuesday, "EXRULE:FREQ=WEEKLY;BYDAY=WE"))).busy == WITHOUT_WEDNESDAY
    assert said(calendar(event(*tuesday, "EXRULE:FREQ=WEEKLY;BYDAY=TU"))).busy == DAILY[1:]


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("RDATE:20231108T140000Z", "08 15:00-16:00"),
        (f"RDATE{MADRID}20231108T150000,20231201T100000", "08 15:00-16:00"),
        ("RDATE;VALUE=PERIOD:20231108T140000Z/PT2H", "08 15:00-17:00"),
        ("RDATE;VALUE=PERIOD:20231108T140000Z/20231108T150000Z", "08 15:00-16:00"),
        (f"RDATE;VALUE=PERIOD{MADRID}20231108T150000/20231108T160000", "08 15:00-16:00"),
        ("RDATE;VALUE=DATE:20231108", "08 10:00-11:00"),
        ("RDATE:20231108", "08 10:00-11:00"),
    ],
)
def test_dates_beside_a_rule_are_busy_for_their_own_length(line: str, more: str) -> None:
    assert said(calendar(event(f"DTSTART{MADRID}20231107T100000", "DURATION:PT1H", line))).busy == [
        DAILY[0],
        more,
    ]


@pytest.mark.parametrize(
    "which",
    [
        f"RECURRENCE-ID{MADRID}20231108T100000",
        "RECURRENCE-ID:20231108T090000Z",
        "RECURRENCE-ID:20231108T100000",
        "RECURRENCE-ID;VALUE=DATE:20231108",
        "RECURRENCE-ID:20231108",
        "RECURRENCE-ID:2023-11-08T10:00:00+01:00",
    ],
)
def test_moved_occurrence_leaves_its_old_time(which: str) -> None:
    moved = _changed(which, f"DTSTART{MADRID}20231108T150000", "DURATION:PT30M")
    assert moved == [DAILY[0], "08 15:00-15:30", DAILY[2]]
    assert _changed(which, f"DTSTART{MADRID}20231208T150000", "DURATION:PT30M") == WITHOUT_WEDNESDAY
    assert _changed(which, f"DTSTART{MADRID}20231108T150000", "STATUS:CANCELLED") == WITHOUT_WEDNESDAY
    assert _changed(which, "STATUS:CANCELLED") == WITHOUT_WEDNESDAY
    assert (
        _changed(which, f"DTSTART{MADRID}20231108T100000", "DURATION:PT1H", "TRANSP:TRANSPARENT")
        == WITHOUT_WEDNESDAY
    )


def test_occurrence_that_moves_in_from_elsewhere_is_busy() -> None:
    old = (f"DTSTART{MADRID}20231001T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    assert (
        _changed(
            "RECURRENCE-ID:20231002T080000Z", f"DTSTART{MADRID}20231109T100000", "DURATION:PT1H", series=old
        )
        == DAILY[2:]
    )


def test_occurrence_without_its_series_stands_for_itself() -> None:
    assert (
        said(
            calendar(
                event("RECURRENCE-ID:20231101T090000Z", f"DTSTART{MADRID}20231107T100000", "DURATION:PT1H")
            )
        ).busy
        == DAILY[:1]
    )


def test_occurrence_that_can_not_be_read_leaves_the_series_as_it_was() -> None:
    found = said(
        calendar(event(*SERIES, uid="u"), event("RECURRENCE-ID:20231108T090000Z", "DTSTART:soon", uid="u"))
    )
    assert (found.busy, found.left_out) == (DAILY, [("unreadable_start", "X")])


@pytest.mark.parametrize(
    ("lines", "busy"),
    [
        ([f"DTSTART{MADRID}20231108T150000", "DURATION:PT30M"], [DAILY[0], "08 15:00-15:30", "09 15:00-15:30"]),
        ([f"DTSTART{MADRID}20231107T100000", "DURATION:PT1H"], ["07 10:00-11:00", "08 10:00-11:00", "09 10:00-11:00"]),
        (["DTSTART:20231108T140000Z", "DURATION:PT30M"], [DAILY[0], "08 15:00-15:30", "09 15:00-15:30"]),
        ([f"DTSTART{MADRID}20231108T100000", "DURATION:PT1H", "STATUS:CANCELLED"], DAILY[:1]),
        ([f"DTSTART{MADRID}20231108T100000", "DURATION:PT1H", "TRANSP:TRANSPARENT"], DAILY[:1]),
    ],
)  # fmt: skip
def test_change_of_this_and_all_that_follow(lines: list[str], busy: list[str]) -> None:
    assert _changed(f"RECURRENCE-ID;RANGE=THISANDFUTURE{MADRID}20231108T100000", *lines) == busy


def test_later_change_of_one_occurrence_wins_over_a_change_of_all_that_follow() -> None:
    all_later = event(
        f"RECURRENCE-ID;RANGE=THISANDFUTURE{MADRID}20231107T100000",
        f"DTSTART{MADRID}20231107T150000",
        "DURATION:PT1H",
        uid="u",
    )
    one = event(
        f"RECURRENCE-ID{MADRID}20231109T100000", f"DTSTART{MADRID}20231109T080000", "DURATION:PT1H", uid="u"
    )
    found = said(calendar(event(*SERIES, uid="u"), all_later, one))
    assert found.busy == ["07 15:00-16:00", "08 15:00-16:00", "09 08:00-09:00"]


def _version(number: int, start: str, *more: str) -> str:
    return event(f"DTSTART{MADRID}202311{start}00", "DURATION:PT1H", f"SEQUENCE:{number}", *more, uid="v")


def test_newer_version_holds_and_an_older_one_at_another_time_is_named() -> None:
    found = said(calendar(_version(2, "07T1000"), _version(1, "08T1000"), _version(0, "07T1000")))
    assert (found.busy, found.left_out) == (DAILY[:1], [("superseded", "X")])


def test_newer_version_that_is_cancelled_calls_off_the_older() -> None:
    assert said(calendar(_version(0, "07T1000"), _version(1, "07T1000", "STATUS:CANCELLED"))).busy == []
    stamped = said(
        calendar(
            _version(0, "07T1000", "DTSTAMP:20231001T000000Z"),
            _version(0, "07T1000", "DTSTAMP:20231002T000000Z", "STATUS:CANCELLED"),
        )
    )
    assert stamped.busy == []


def test_entries_of_one_uid_without_versions_are_all_busy() -> None:
    assert (
        said(calendar(_version(0, "07T1000"), _version(0, "08T1000"), _version(0, "08T1000"))).busy
        == DAILY[:2]
    )


def test_message_that_calls_off_is_heard_across_calendars_of_a_file() -> None:
    cancel = calendar(event(f"DTSTART{MADRID}20231107T100000", "SEQUENCE:1", uid="v"), head="METHOD:CANCEL\n")
    assert said(calendar(_version(0, "07T1000")) + cancel).busy == []
    assert said(cancel + calendar(_version(0, "07T1000"))).busy == []
    # An older message does not call off what was invited anew.
    assert said(cancel + calendar(_version(2, "07T1000"))).busy == DAILY[:1]
    one = calendar(event("RECURRENCE-ID:20231108T090000Z", uid="u"), head="METHOD:CANCEL\n")
    assert said(calendar(event(*SERIES, uid="u")) + one).busy == WITHOUT_WEDNESDAY


@pytest.mark.parametrize("method", ["PUBLISH", "REQUEST", "REPLY", "request", ""])
def test_messages_that_invite_are_busy(method: str) -> None:
    assert said(calendar(_version(0, "07T1000"), head=f"METHOD:{method}\n")).busy == DAILY[:1]


def test_proposals_are_named() -> None:
    found = said(calendar(_version(0, "07T1000"), head="METHOD:COUNTER\n"))
    assert (found.busy, found.left_out) == ([], [("proposal", "X")])


def test_two_calendars_of_a_file_with_the_same_uids_are_both_read() -> None:
    assert said(calendar(_version(0, "07T1000")) + calendar(_version(5, "08T1000"))).busy == DAILY[:2]


def test_free_busy_lists_are_read_and_broken_stretches_named() -> None:
    lists = (
        "BEGIN:VFREEBUSY\nDTSTART:20231101T000000Z\nDTEND:20231201T000000Z\n"
        "FREEBUSY;FBTYPE=BUSY:20231107T090000Z/PT1H,rubbish,20231108T090000Z/20231108T100000Z\n"
        "FREEBUSY;FBTYPE=FREE:20231109T090000Z/PT1H\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20231109T090000Z/PT1H\n"
        "FREEBUSY;FBTYPE=X-NEW:20231109T120000Z/PT1H\nEND:VFREEBUSY\n"
    )
    found = said(calendar(lists))
    assert (found.busy, found.left_out) == ([*DAILY, "09 13:00-14:00"], [("unreadable_period", "")])


def test_entries_of_this_site_are_named_and_not_busy() -> None:
    data = calendar(
        event(f"DTSTART{MADRID}20231107T100000", "DURATION:PT1H", uid="abc@Expo.example", title="Ours"),
        event(f"DTSTART{MADRID}20231107T093000", "DURATION:PT30M", uid="walk-abc@expo.example", title="Walk"),
        event(
            f"DTSTART{MADRID}20231108T100000", "DURATION:PT1H", uid="def@expo.example", title="Other event"
        ),
        event(f"DTSTART{MADRID}20231109T100000", "DURATION:PT1H", uid="abc@expo.example.org", title="Theirs"),
    )
    found = said(data, host="expo.example", elsewhere=["def"])
    assert found.busy == DAILY[1:]
    assert [title for title, _start in found.answer["own"]] == ["Walk", "Ours"]
    assert said(data).busy == ["07 09:30-11:00", *DAILY[1:]]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("SUMMARY:Caf\\, bar\\; \\\\ and\\nmore", "Caf, bar; \\ and more"),
        ("SUMMARY:\nSUMMARY:Second", "Second"),
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=\n=C3=9Fe", "Grüße"),
        ("SUMMARY;LANGUAGE=en:A\u202eb\x07c", "A b c"),
        ("SUMMARY:" + "word " * 100, ("word " * 100)[:199].rstrip() + "…"),
        ("X-NO:title", ""),
    ],
)
def test_titles_are_words(written: str, shown: str) -> None:
    found = said(calendar(f"BEGIN:VEVENT\nDTSTART:20231107\n{written}\nEND:VEVENT\n"))
    assert found.questions == [f"{shown} 07-07"]


def test_title_in_latin_1_is_read() -> None:
    data = calendar(event("DTSTART:20231107", title="Reunión")).decode().encode("latin-1")
    assert said(data).questions == ["Reunión 07-07"]


def test_too_many_questions_are_named_instead_of_dropped() -> None:
    found = said(calendar(*(event("DTSTART:20231107", title=f"Day {n}") for n in range(120))))
    assert len(found.questions) == 100
    assert {why for why, _title in found.left_out} == {"too_many_questions"}
    assert (found.counts["asked"], found.counts["left_out"]) == (100, 20)
