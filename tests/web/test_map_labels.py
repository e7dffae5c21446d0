"""Names on drawings keep to their boxes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.map_labels import lines_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bavaria", ["Bavaria"]),
        ("Silicon Europe Alliance", ["Silicon Europe", "Alliance"]),
        ("Baden-Württemberg International and Partners", ["Baden-Württemberg", "International…"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifff", "ahrtsgesellschaft"]),
        ("", [""]),
    ],
)
def test_lines_of_breaks_between_words_and_cuts_what_is_too_long(name: str, expected: list[str]) -> None:
    assert lines_of(name, 17) == expected


@given(st.text(max_size=120), st.integers(3, 30), st.integers(1, 3))
def test_lines_of_keeps_to_the_width_and_the_number_of_lines(name: str, width: int, most: int) -> None:
    lines = lines_of(name, width, most)
    assert 1 <= len(lines) <= most
    assert max(len(line) for line in lines) <= width
