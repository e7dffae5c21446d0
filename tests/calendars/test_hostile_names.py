"""Names as people (and others) write them: every reader sees the same entry, and never one more line."""

from __future__ import annotations

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.calendars.lines import clean, one_line
from scheduler.calendars.options import FeedOptions
from scheduler.calendars.writer import write
from scheduler.domain.agenda import Partner
from tests.calendars.agendas import agenda, meeting
from tests.calendars.readers import READERS, MissingReader, read_icalendar

NAMES = {
    "control": "Ana\x00\x07\x1b[31m Petrova",
    "bidi": "Ana \u202egnp.exe\u202c \u2067x\u2069 Petrova",
    "right-to-left": "محمد \u200fצבי",
    "long": "A" * 500,
    "long words of three octets": "漢字" * 250,
    "emoji": "👩‍🚀🏳️‍🌈 Ana 🎉" * 10,
    "punctuation": 'Åsa; Öberg, "CEO" \\ Sons: \\n \\; , ^n',
    "line breaks": "Ana\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:evil\u2028x\u2029y\x85z\x0bw",
    "lone surrogate": "Ana \ud800 Petrova",
    "blank": " \t\u00a0 ",
}


@pytest.mark.parametrize("reader", READERS)
def test_hostile_names_are_read_as_one_whole_entry_by(reader: str) -> None:
    entries = [
        meeting(
            number,
            title=name,
            place=f"Hall {name}",
            partners=(Partner(name, name),),
            description=name,
            url="https://expo.example/a\r\nX-EVIL:1",
        )
        for number, name in enumerate(NAMES.values(), start=1)
    ]
    try:
        (seen,) = READERS[reader][1]([write(agenda(*entries, title=NAMES["line breaks"]))])
    except MissingReader as missing:
        pytest.skip(str(missing))
    expected = {(entry.uid, entry.start, entry.end) for entry in entries}
    assert {(item.uid, item.start, item.end) for item in seen} == expected
    assert len(seen) == len(entries)


@pytest.mark.parametrize("name", [NAMES["punctuation"], "Hall \\North, C:\\New; \\\\N", "^n ^' ^^"])
def test_titles_survive_word_for_word(name: str) -> None:
    (seen,) = read_icalendar([write(agenda(meeting(1, title=name)))])
    assert seen[0].title == name


def test_calendars_own_texts_are_escaped_like_those_of_entries() -> None:
    data = write(agenda(meeting(1), title="Expo, Fair; \\New"))
    calendar = icalendar.Calendar.from_ical(data)
    assert b"NAME:Expo\\, Fair\\; \\\\New\r\nX-WR-CALNAME:Expo\\, Fair\\; \\\\New\r\n" in data
    assert "UID" not in calendar


def test_long_title_is_cut_with_an_ellipsis() -> None:
    (seen,) = read_icalendar([write(agenda(meeting(1, title=NAMES["long"])))])
    assert len(seen[0].title) == 250
    assert seen[0].title.endswith("…")


def test_overrides_of_direction_are_removed_and_marks_kept() -> None:
    assert clean(NAMES["bidi"]) == "Ana gnp.exe x Petrova"
    assert clean(NAMES["right-to-left"]) == NAMES["right-to-left"]


@given(st.text(max_size=300))
@settings(max_examples=150)
def test_any_text_is_folded_to_75_octets_between_characters_and_read_as_it_was(text: str) -> None:
    data = write(agenda(meeting(1, description=text, place=text), title=text))
    for piece in data.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(piece) <= 75
        assert clean(piece.decode("utf-8")) == piece.decode("utf-8").strip()
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    wanted = clean(text)
    told = str(event["DESCRIPTION"])
    assert told.endswith(f"\n{wanted}\n\n{told.splitlines()[-1]}" if wanted else told.splitlines()[-1])
    assert str(event.get("LOCATION", "")) == one_line(text)


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=60)
def test_any_title_and_place_leave_the_calendar_in_one_piece(title: str, place: str) -> None:
    data = write(agenda(meeting(1, title=title, place=place)), FeedOptions(walking=True, reminder=5))
    (seen,) = read_icalendar([data])
    assert [item.uid for item in seen] == ["m1@expo.example"]
