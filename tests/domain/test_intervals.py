"""Arithmetic on stretches of time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.intervals import Interval, merge, pieces, subtract

START = datetime(2023, 11, 7, 8, tzinfo=UTC)


def between(start: int, end: int) -> Interval:
    return Interval(START + timedelta(minutes=start), START + timedelta(minutes=end))


def minutes(intervals: tuple[Interval, ...]) -> set[int]:
    return {
        minute
        for interval in intervals
        for minute in range(
            int((interval.start - START).total_seconds() // 60),
            int((interval.end - START).total_seconds() // 60),
        )
    }


some = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: between(pair[0], sum(pair))),
    max_size=8,
)


def test_interval_refuses_to_be_empty() -> None:
    with pytest.raises(ValueError, match="empty"):
        between(5, 5)


def test_merge_joins_what_touches() -> None:
    assert merge([between(10, 20), between(0, 10), between(30, 40)]) == (between(0, 20), between(30, 40))


def test_subtract_cuts_in_the_middle() -> None:
    assert subtract([between(0, 30)], [between(10, 20)]) == (between(0, 10), between(20, 30))


def test_pieces_leave_out_times_that_nobody_covers() -> None:
    assert pieces([between(0, 20), between(10, 30), between(40, 50)]) == (
        between(0, 10),
        between(10, 20),
        between(20, 30),
        between(40, 50),
    )


@given(some, some)
def test_subtract_is_the_difference_of_the_minutes(one: list[Interval], other: list[Interval]) -> None:
    assert minutes(subtract(one, other)) == minutes(tuple(one)) - minutes(tuple(other))


@given(some)
def test_pieces_cover_the_same_minutes_and_respect_every_border(intervals: list[Interval]) -> None:
    parts = pieces(intervals)
    assert minutes(parts) == minutes(tuple(intervals))
    assert all(
        not part.overlaps(interval) or (interval.start <= part.start and part.end <= interval.end)
        for part in parts
        for interval in intervals
    )
