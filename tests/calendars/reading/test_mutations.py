"""Good files broken in thousands of ways: reading never fails, always ends, and loses no entry."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler.calendars.reading.calendar import read
from scheduler.calendars.reading.components import read_components
from tests.calendars.reading.files import END, START, calendar, event, said, times

FAULTS = Path(__file__).parents[1] / "faults"
ZONE = """BEGIN:VTIMEZONE
TZID:Own
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
RICH = calendar(
    ZONE,
    event("DTSTART;TZID=Own:20231106T100000", "DTEND;TZID=Own:20231106T110000", "RRULE:FREQ=DAILY;COUNT=9", uid="a"),
    event(
        "RECURRENCE-ID;TZID=Own:20231108T100000", "DTSTART;TZID=Own:20231108T150000", "DURATION:PT45M", uid="a"
    ),
    event("DTSTART;VALUE=DATE:20231107", "DTEND;VALUE=DATE:20231109", "TRANSP:OPAQUE"),
    event(*times("1200", "1300", "STATUS:CONFIRMED", "SEQUENCE:2", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example")),
    event("DTSTART;TZID=Europe/London:20200101T090000", "DURATION:P1DT2H", "RRULE:FREQ=MONTHLY;BYDAY=2TU",
          "EXDATE;TZID=Europe/London:20231114T090000", "RDATE;VALUE=PERIOD:20231109T100000Z/PT1H"),
    "BEGIN:VFREEBUSY\nFREEBUSY:20231107T060000Z/PT1H,20231107T070000Z/20231107T073000Z\nEND:VFREEBUSY\n",
    head="METHOD:PUBLISH\nX-WR-TIMEZONE:America/New_York\n",
)  # fmt: skip
SEEDS = [RICH, *(path.read_bytes() for path in sorted(FAULTS.glob("*.ics")))]
TOKENS = [
    b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VALARM", b"BEGIN:VTIMEZONE",
    b"DTSTART", b"DTEND", b"DURATION", b"RRULE:", b"EXRULE:", b"RDATE", b"EXDATE", b"RECURRENCE-ID",
    b";RANGE=THISANDFUTURE",
    b"00010101T000000", b"99991231T235959Z", b"20231107", b"20231107T250000", b"-PT1H", b"P", b"P999999W",
    b"PT999999999S",
    b"FREQ=SECONDLY", b"FREQ=YEARLY", b";INTERVAL=0", b";INTERVAL=999999999", b";COUNT=999999999", b";BYSETPOS=-366",
    b";UNTIL=99991231", b";UNTIL=00010101T000000Z", b";BYDAY=-53SU", b";BYYEARDAY=-366", b";BYWEEKNO=53",
    b";BYMONTHDAY=31",
    b";TZID=", b"Own", b"UTC-25", b"+9999", b"\"", b":", b";", b"=", b",", b"\r\n", b"\n ", b"\r", b"\0",
    b"\xff", b"\xe2\x80\xa8",
    b"\\n", b"METHOD:CANCEL", b"SEQUENCE:99999999999999999999", b"TZOFFSETTO:+2500", b"VALUE=PERIOD", b"/",
]  # fmt: skip


def _check(data: bytes) -> None:
    order = {"zone": "Europe/Madrid", "start": START.isoformat(), "end": END.isoformat(), "entries": 20_000}
    answer = read(data, order)
    if "problem" in answer:
        return
    begun = sum(
        component.kind == "VEVENT"
        for one in read_components(data, 20_000).calendars
        for component in one.inner
    )
    assert sum(answer["counts"].values()) == begun
    for first, last in answer["busy"]:
        assert START <= datetime.fromisoformat(first) < datetime.fromisoformat(last) <= END
    named = sum(number for *_what, number in answer["left_out"]) + answer["left_out_more"]
    assert named >= answer["counts"]["left_out"]
    assert bool(answer["busy"] or not answer["counts"]["busy"])
    assert bool(answer["questions"] or not answer["counts"]["asked"])


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A good file with a few things cut, doubled, exchanged or put in."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        what = draw(st.integers(0, 6))
        if what == 0:
            data = data[:at] + draw(st.sampled_from(TOKENS)) + data[at:]
        elif what == 1:
            data = data[:at] + data[at + draw(st.integers(1, 40)) :]
        elif what == 2:
            data = data[:at] + draw(st.binary(max_size=4)) + data[at:]
        elif what == 3:
            data = data[:at]
        else:
            lines = data.split(b"\r\n")
            line = draw(st.integers(0, len(lines) - 1))
            if what == 4:
                lines.insert(line, draw(st.sampled_from(lines)))
            elif what == 5:
                del lines[line]
            else:
                head, colon, _value = lines[line].partition(b":")
                lines[line] = head + colon + draw(st.sampled_from(TOKENS))
            data = b"\r\n".join(lines)
    return data


@settings(max_examples=500)
@given(broken())
@example(b"BEGIN:VCALENDAR")
@example(RICH + RICH)
def test_broken_file_is_read_to_its_end_and_no_entry_is_lost(data: bytes) -> None:
    _check(data)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_no_crash(data: bytes) -> None:
    _check(data)
    _check(
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20231107T100000Z\r\n"
        + data
        + b"\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )


WAYS = {
    "line feeds": lambda data: data.replace(b"\r\n", b"\n"),
    "carriage returns": lambda data: data.replace(b"\r\n", b"\r"),
    "doubled carriage returns": lambda data: data.replace(b"\r\n", b"\r\r\n"),
    "empty lines between": lambda data: data.replace(b"\r\n", b"\r\n\r\n"),
    "mixed line ends": lambda data: re.sub(rb"\r\n", lambda found: (b"\n", b"\r\n")[found.start() % 2], data),
    "blanks at the ends": lambda data: data.replace(b"\r\n", b" \t\r\n"),
    "no end of the last line": lambda data: data.rstrip(),
    "marks in front": lambda data: b"\xef\xbb\xbf" * 3 + data,
    "a mark read as Latin-1": lambda data: "\u00ef\u00bb\u00bf".encode() + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda data: data.decode().encode("utf-16-le"),
    "UTF-16, the other end first": lambda data: data.decode().encode("utf-16-be"),
    "UTF-32": lambda data: data.decode().encode("utf-32"),
    "small letters": lambda data: re.sub(rb"(?m)^[A-Z-]+", lambda found: found[0].lower(), data),
    "folded everywhere": lambda data: re.sub(rb"([^\r\n]{3})(?=[^\r\n])", rb"\1\r\n ", data),
    "folded with tabs": lambda data: re.sub(rb"([^\r\n]{9})(?=[^\r\n])", rb"\1\r\n\t", data),
    "text before and after": lambda data: b"Dear all,\r\nas agreed:\r\n" + data + b"-- \r\nSent: 10:00\r\n",
    "null octets at the end": lambda data: data + bytes(512),
    "the end forgotten": lambda data: data.replace(b"END:VCALENDAR\r\n", b""),
    "ends of entries forgotten": lambda data: data.replace(b"END:VEVENT\r\n", b""),
    "no calendar around": lambda data: re.sub(rb"(BEGIN|END):VCALENDAR\r\n", b"", data),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_file_says_the_same_in_whichever_form_it_arrives(way: str) -> None:
    # What stands around an entry is not known without its calendar.
    plain = RICH.replace(b"X-WR-TIMEZONE:America/New_York\r\n", b"")
    changed = said(WAYS[way](plain)).answer
    assert {**changed, "cut": False} == said(plain).answer


@settings(max_examples=60)
@given(st.integers(0, len(RICH)))
def test_file_that_was_cut_anywhere_says_so(cut: int) -> None:
    answer = read(
        RICH[:cut],
        {"zone": "Europe/Madrid", "start": START.isoformat(), "end": END.isoformat(), "entries": 99},
    )
    whole = RICH[:cut].rstrip().endswith(b"END:VCALENDAR")
    assert whole or answer.get("problem") in ("empty", "no_calendar", "cut_short") or answer["cut"]


def test_order_of_entries_and_of_their_lines_does_not_matter() -> None:
    expected = said(RICH).answer
    shuffled = random.Random(9)
    for _ in range(20):
        body = re.findall(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", RICH, re.DOTALL)
        entries = []
        for entry in body:
            lines = entry.split(b"\r\n")[1:-2]
            shuffled.shuffle(lines)
            entries.append(b"\r\n".join([b"BEGIN:VEVENT", *lines, b"END:VEVENT", b""]))
        shuffled.shuffle(entries)
        first, last = RICH.index(body[0]), RICH.rindex(body[-1]) + len(body[-1])
        assert said(RICH[:first] + b"".join(entries) + RICH[last:]).answer == expected


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.integers(-600, 5000), st.integers(1, 400), st.sampled_from(["UTC", "Madrid", "offset"])),
        max_size=8,
    )
)
def test_plain_entries_are_busy_when_they_say_so(entries: list[tuple[int, int, str]]) -> None:
    """An independent, simple reading: minutes from the beginning of the event."""
    taken, parts = set(), []
    for start, length, form in entries:
        taken.update(range(max(0, start), min(start + length, 3 * 1440)))
        begin = START + timedelta(minutes=start)
        ends = begin, begin + timedelta(minutes=length)
        if form == "UTC":
            lines = [
                f"{name}:{moment:%Y%m%dT%H%M%SZ}"
                for name, moment in zip(("DTSTART", "DTEND"), ends, strict=True)
            ]
        elif form == "offset":
            lines = [f"DTSTART:{begin - timedelta(hours=5):%Y-%m-%dT%H:%M:%S-05:00}", f"DURATION:PT{length}M"]
        else:
            here = [moment + timedelta(hours=1) for moment in ends]
            lines = [
                f"{name};TZID=Europe/Madrid:{moment:%Y%m%dT%H%M}"
                for name, moment in zip(("DTSTART", "DTEND"), here, strict=True)
            ]
        parts.append(event(*lines))
    found = said(calendar(*parts)).answer["busy"]
    minutes = {
        minute
        for first, last in found
        for minute in range(
            int((datetime.fromisoformat(first) - START) / timedelta(minutes=1)),
            int((datetime.fromisoformat(last) - START) / timedelta(minutes=1)),
        )
    }
    assert minutes == taken
    assert START.tzinfo is UTC
