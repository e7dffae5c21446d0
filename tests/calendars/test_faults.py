"""Files after faults that people have met, each with the right outcome. The days are 7 to 9 November 2023, Madrid."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.calendars.reading.files import END, START, said

FOLDER = Path(__file__).with_name("faults")
ONE_O_CLOCK = ["07 13:00-14:00"]
DAILY = ["07 10:00-11:00", "08 10:00-11:00", "09 10:00-11:00"]
TWO_DAYS = DAILY[:2]

BUSY = {
    "silent-loss-cr-only": ONE_O_CLOCK,
    "silent-loss-fractional-seconds": ONE_O_CLOCK,
    "silent-loss-iso-dates-with-dashes": ONE_O_CLOCK,
    "silent-loss-leap-second": ONE_O_CLOCK,
    "silent-loss-offset-suffix": ONE_O_CLOCK,
    "silent-loss-rrule-unknown-part": DAILY,
    "silent-loss-same-uid-two-single-events": TWO_DAYS,
    "silent-loss-time-240000": ["07 22:00-08 00:00"],
    "silent-loss-tzurl-style": ["07 10:00-11:00"],
    "silent-loss-until-date-only-utc-dtstart": TWO_DAYS,
    "silent-loss-until-date-only": TWO_DAYS,
    "silent-loss-until-utc-dtstart-floating": TWO_DAYS,
    "too-busy-declined-only-partstat": [],
    "too-busy-exrule": [DAILY[0], DAILY[2]],
    "too-busy-method-cancel-file": [],
    "too-busy-recid-date-on-datetime": [DAILY[0], "08 15:00-16:00", DAILY[2]],
    "whole-file-refused-bom-twice": ONE_O_CLOCK,
    "whole-file-refused-broken-priority-sequence": ONE_O_CLOCK,
    "whole-file-refused-crcrlf": ONE_O_CLOCK,
    "whole-file-refused-description-with-unicode-line-separator-BEGIN": ONE_O_CLOCK,
    "whole-file-refused-folded-inside-utf8-character": ONE_O_CLOCK,
    "whole-file-refused-raw-newline-colon-in-description": ONE_O_CLOCK,
    "whole-file-refused-sequence-text": ONE_O_CLOCK,
    "whole-file-refused-trailing-garbage-text": ONE_O_CLOCK,
    "whole-file-refused-trailing-spaces": ONE_O_CLOCK,
    "whole-file-refused-two-dtend": TWO_DAYS,
    "whole-file-refused-two-dtstart": TWO_DAYS,
    "whole-file-refused-two-sequences": ["07 10:00-11:00"],
    "whole-file-refused-vtimezone-missing-tzoffsetfrom": ["07 10:00-11:00"],
    "whole-file-refused-xwr-zone-empty": ["07 10:00-10:30"],
    "whole-file-refused-xwr-zone-unknown": ["07 10:00-10:30"],
    "wrong-time-unsaid-gmt-offset-tzid": ["07 10:00-10:30"],
    "wrong-time-unsaid-tz-UTC+01-00": ["07 10:00-11:00"],
    "wrong-time-unsaid-tz-Z": ["07 11:00-12:00"],
    "wrong-time-unsaid-tz-europe-london": ["07 11:00-12:00"],
    "wrong-time-unsaid-tzid-quoted-in-vtimezone": ["07 10:00-11:00"],
    "wrong-time-unsaid-vtimezone-two-calendars-same-tzid-other-rules": TWO_DAYS,
    "wrong-time-unsaid-zulu-with-tzid": ["07 10:00-10:30"],
}
LEFT_OUT = {
    "silent-loss-dtend-broken-only": ([], [("unreadable_end", "x")]),
    "too-busy-dtend-before-dtstart": (["07 13:00-13:30"], [("ends_before_start", "Bad")]),
    "too-busy-dtend-before-dtstart-recurring": (["07 13:00-13:30"], [("ends_before_start", "Bad")]),
    "whole-file-refused-no-dtstart-one-event": (ONE_O_CLOCK, [("no_start", "A")]),
    "whole-file-refused-no-dtstart-override-only": (ONE_O_CLOCK, [("no_start", "")]),
    "whole-file-refused-rrule-byday-empty": ([], [("unreadable_rule", "D")]),
    "whole-file-refused-rrule-interval-0": (ONE_O_CLOCK, [("unreadable_rule", "D")]),
}
DOUBTED = {
    "whole-file-refused-vtimezone-empty-custom-name": (["07 10:00-11:00"], "My Zone"),
    "wrong-time-unsaid-tz-Europe-Nowhere": (["07 10:00-11:00"], "Europe/Nowhere"),
    "wrong-time-unsaid-unknown-zone-without-vtimezone-other": (["07 10:00-10:30"], "Customized Time Zone"),
}
ASKED = {
    "garbled-two-summaries": ["D 07-07"],
    "question-outside-all-day-last-day-edge": [],
    "too-busy-all-day-outlook-midnight-to-midnight-busy": ["Trade mission 07-07"],
}
OTHER_DAYS = {"silent-loss-dst-gap-hour", "wrong-time-unsaid-dst-duration-PT24H-vs-P1D"}


def _file(name: str) -> bytes:
    return (FOLDER / f"{name}.ics").read_bytes()


def test_every_file_has_its_outcome_here() -> None:
    known = {*BUSY, *LEFT_OUT, *DOUBTED, *ASKED, *OTHER_DAYS}
    assert known == {path.stem for path in FOLDER.glob("*.ics")}


@pytest.mark.parametrize("name", BUSY)
def test_file_is_read_without_a_word(name: str) -> None:
    found = said(_file(name))
    assert (found.busy, found.questions, found.left_out, found.doubts) == (BUSY[name], [], [], [])


@pytest.mark.parametrize("name", LEFT_OUT)
def test_entry_that_can_not_be_read_is_named_and_costs_no_other(name: str) -> None:
    busy, named = LEFT_OUT[name]
    found = said(_file(name))
    assert (found.busy, found.left_out) == (busy, named)


@pytest.mark.parametrize("name", DOUBTED)
def test_zone_that_nobody_knows_is_said(name: str) -> None:
    busy, zone = DOUBTED[name]
    found = said(_file(name))
    assert (found.busy, found.doubts) == (busy, [("zone_unknown", zone)])


@pytest.mark.parametrize("name", ASKED)
def test_whole_day_is_a_question(name: str) -> None:
    found = said(_file(name))
    assert (found.busy, found.questions, found.left_out) == ([], ASKED[name], [])


def test_hour_that_clocks_skip_is_taken_by_the_offset_before_it() -> None:
    days = datetime(2023, 3, 25, 23, tzinfo=UTC), datetime(2023, 3, 26, 22, tzinfo=UTC)
    found = said(_file("silent-loss-dst-gap-hour"), start=days[0], end=days[1])
    assert found.busy == ["26 03:30-04:30"]


def test_hours_are_exact_where_days_are_nominal() -> None:
    days = datetime(2023, 10, 27, 22, tzinfo=UTC), datetime(2023, 10, 30, 23, tzinfo=UTC)
    data = _file("wrong-time-unsaid-dst-duration-PT24H-vs-P1D")
    assert said(data, start=days[0], end=days[1]).busy == ["28 12:00-29 11:00"]
    nominal = data.replace(b"PT24H", b"P1D")
    assert said(nominal, start=days[0], end=days[1]).busy == ["28 12:00-29 12:00"]


@pytest.mark.parametrize("name", sorted({*BUSY, *LEFT_OUT, *DOUBTED, *ASKED}))
def test_no_entry_is_lost(name: str) -> None:
    assert said(_file(name), start=START, end=END).entries == _file(name).count(b"BEGIN:VEVENT")
