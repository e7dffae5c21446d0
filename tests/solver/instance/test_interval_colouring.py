"""Tables are numbered so that no two meetings share one at any instant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.instance.interval_colouring import Interval, NoTableLeft, colour, deal_out
from solver.problem import Place


def test_meetings_at_once_get_different_tables() -> None:
    assert colour([Interval(0, 20), Interval(0, 20)], (1, 2)) == [1, 2]


def test_meeting_that_begins_when_another_ends_may_have_its_table() -> None:
    assert colour([Interval(0, 20), Interval(20, 40)], (7,)) == [7, 7]


def test_wanted_tables_are_kept() -> None:
    intervals = [Interval(0, 20), Interval(0, 20, wanted=1), Interval(0, 20, wanted=3)]
    assert colour(intervals, (1, 2, 3)) == [2, 1, 3]


def test_too_many_meetings_at_once_are_refused() -> None:
    with pytest.raises(NoTableLeft):
        colour([Interval(0, 20), Interval(10, 30)], (1,))


def test_places_are_dealt_by_their_capacity() -> None:
    places = (Place("a", "v", 2), Place("b", "v", 1))
    assert sorted(deal_out(places, [(0, 20), (0, 20), (10, 30)])) == ["a", "a", "b"]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.none() | st.integers(1, 9)), max_size=40)
)
def test_whatever_fits_the_capacity_finds_tables(rows: list[tuple[int, int, int | None]]) -> None:
    intervals = [Interval(start, start + length, wanted) for start, length, wanted in rows]
    most = max((sum(s.start <= t.start < s.end for s in intervals) for t in intervals), default=0)
    tables = colour(intervals, range(1, most + 1))
    for n, one in enumerate(intervals):
        for m, other in enumerate(intervals[:n]):
            if one.start < other.end and other.start < one.end:
                assert tables[n] != tables[m]
