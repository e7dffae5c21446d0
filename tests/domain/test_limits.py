"""MeetingLimits of several kinds together, and pauses that keep what they promise."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.limits import MeetingLimits, in_a_row, pauses, tightest

SPANS = st.lists(
    st.tuples(st.integers(0, 24), st.sampled_from([4, 6])).map(
        lambda one: (5 * one[0], 5 * (one[0] + one[1]))
    ),
    unique=True,
    max_size=9,
)


def test_of_several_limits_the_tighter_one_binds():
    assert (tightest(None, None), tightest(3, None), tightest(3, 2)) == (None, 3, 2)
    own = MeetingLimits(meetings=9, per_half_day=2).within(4, 6)
    assert own == MeetingLimits(4, 6, 2)
    assert MeetingLimits(per_day=0).over(MeetingLimits(7, 5, pause_after=3)) == MeetingLimits(7, 0, None, 3)


@pytest.mark.parametrize(
    ("meetings", "pause", "most"),
    [
        ([], 20, 0),
        ([(0, 20)], 20, 1),
        ([(20, 40), (0, 20), (60, 80)], 20, 2),
        ([(20, 40), (0, 20), (59, 79)], 20, 3),
    ],
)
def test_meetings_are_in_a_row_while_no_pause_lies_between(meetings, pause, most):
    assert in_a_row(meetings, pause) == most


def test_a_pause_comes_after_every_so_many_times_and_none_at_the_end():
    times = [(20 * n, 20 * n + 20) for n in range(8)]
    assert list(pauses(times, 3, 20)) == [(60, 80), (140, 160)]
    assert list(pauses(times[:3], 3, 20)) == []


@given(SPANS, st.integers(1, 3), st.sampled_from([5, 20, 25]))
def test_whichever_times_are_used_nobody_has_more_in_a_row(times, after, pause):
    breaks = list(pauses(times, after, pause))
    left = [one for one in times if not any(one[0] < end and start < one[1] for start, end in breaks)]
    for count in range(1, len(left) + 1):
        for chosen in combinations(sorted(left), count):
            if all(one[1] <= other[0] for one, other in pairwise(chosen)):
                assert in_a_row(chosen, pause) <= after
