"""How long a walk takes, and what is not known."""

import pytest

from scheduler.domain.walking import PACE, Walks, WalkSource

A, B, C = 1, 2, 3


def test_direction_that_nobody_entered_takes_as_long_as_the_other() -> None:
    walks = Walks({(A, B): 7})

    assert (walks.minutes(A, B), walks.minutes(B, A)) == (7, 7)
    assert walks.source(B, A) is WalkSource.WAY_BACK


def test_each_direction_may_have_its_own_minutes() -> None:
    walks = Walks({(A, B): 7, (B, A): 4})

    assert (walks.minutes(A, B), walks.minutes(B, A)) == (7, 4)


def test_zero_that_was_entered_is_known() -> None:
    walks = Walks({(A, B): 0}, assumed=9)

    assert walks.minutes(B, A) == 0
    assert walks.counted(B, A) == 0


def test_unknown_way_is_unknown_and_never_zero() -> None:
    walks = Walks({(A, B): 7})

    assert walks.minutes(A, C) is None
    assert walks.counted(A, C) is None
    assert walks.source(C, A) is WalkSource.UNKNOWN
    assert walks.unknown([A, B, C]) == [(A, C), (B, C)]


def test_planning_counts_what_the_organiser_assumes_and_pages_do_not() -> None:
    walks = Walks({}, assumed=12)

    assert walks.counted(A, C) == 12
    assert walks.minutes(A, C) is None


@pytest.mark.parametrize(
    ("metres", "minutes"), [(1, 1), (PACE, 1), (PACE + 1, 2), (10 * PACE, 10), (1_000_000, 240)]
)
def test_walk_between_two_positions_goes_along_the_aisles_and_is_rounded_up(
    metres: float, minutes: int
) -> None:
    walks = Walks({}, {A: (10.0, 20.0), B: (10.0 + metres / 4, 20.0 + 3 * metres / 4)})

    assert walks.minutes(A, B) == walks.minutes(B, A) == minutes
    assert walks.source(A, B) is WalkSource.COMPUTED


def test_entered_minutes_count_before_computed_ones() -> None:
    walks = Walks({(B, A): 9}, {A: (0.0, 0.0), B: (60.0, 0.0)})

    assert walks.minutes(A, B) == 9


def test_two_pavilions_at_one_point_say_nothing_about_the_way() -> None:
    walks = Walks({}, {A: (50.0, 50.0), B: (50.0, 50.0)})

    assert walks.minutes(A, B) is None


def test_way_within_a_pavilion_takes_no_time_and_to_nowhere_is_not_counted() -> None:
    walks = Walks({})

    assert (walks.minutes(A, A), walks.counted(A, A), walks.counted(A, None)) == (0, 0, 0)
