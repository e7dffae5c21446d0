"""Lines of a calendar file, folded as icalendar folds them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.parser import Contentline

from scheduler.calendars.lines import folded

LETTERS = st.sampled_from(["a", ":", "\\", "^", "ü", "€", "🎉", "\\n", "^n", " "])


@settings(max_examples=500)
@given(st.lists(LETTERS, min_size=1, max_size=260).map("".join))
def test_line_is_folded_byte_for_byte_as_icalendar_folds_it(line: str) -> None:
    assert folded(line) == Contentline(line).to_ical()


@given(st.integers(60, 80), st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"])))
def test_any_text_after_a_long_beginning_is_folded_as_icalendar_folds_it(length: int, text: str) -> None:
    line = "X" * length + text
    assert folded(line) == Contentline(line).to_ical()
