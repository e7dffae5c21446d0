"""Tables are numbered so that no two meetings share one at any instant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.planning.tables import NoTableLeft, Seat, assign_tables


def test_meetings_at_once_get_different_tables():
    tables = assign_tables([Seat("a", "p", 0, 20), Seat("b", "p", 0, 20)], {"p": (1, 2)})
    assert sorted(tables.values()) == [1, 2]


def test_a_meeting_that_begins_when_another_ends_may_have_its_table():
    assert assign_tables([Seat("a", "p", 0, 20), Seat("b", "p", 20, 40)], {"p": (7,)}) == {"a": 7, "b": 7}


def test_the_table_of_the_published_plan_is_kept():
    seats = [Seat("a", "p", 0, 20), Seat("b", "p", 0, 20, wanted=1), Seat("c", "p", 0, 20, wanted=3)]
    tables = assign_tables(seats, {"p": (1, 2, 3)})
    assert (tables["b"], tables["c"]) == (1, 3)


def test_too_many_meetings_at_once_are_refused():
    with pytest.raises(NoTableLeft, match="'p' has no table left"):
        assign_tables([Seat("a", "p", 0, 20), Seat("b", "p", 10, 30)], {"p": (1,)})


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.none() | st.integers(1, 9)), max_size=40)
)
def test_whatever_fits_the_capacity_finds_tables(rows):
    seats = [
        Seat(str(n), "p", start, start + length, wanted) for n, (start, length, wanted) in enumerate(rows)
    ]
    most = max((sum(s.start <= t.start < s.end for s in seats) for t in seats), default=0)
    tables = assign_tables(seats, {"p": tuple(range(1, most + 1))})
    for one in seats:
        for other in seats:
            if one is not other and one.start < other.end and other.start < one.end:
                assert tables[one.key] != tables[other.key]
