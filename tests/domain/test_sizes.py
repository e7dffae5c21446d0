"""How large an organisation is."""

from itertools import pairwise

import pytest

from scheduler.domain.sizes import MOST, Size, bounds, size_of, sizes_in


@pytest.mark.parametrize(
    ("employees", "inhabitants", "expected"),
    [
        (None, None, None),
        (1, None, Size.PEOPLE_SMALL),
        (49, None, Size.PEOPLE_SMALL),
        (50, None, Size.PEOPLE_MEDIUM),
        (5_000, None, Size.PEOPLE_GIANT),
        (12_000, 199_999, Size.CITY_SMALL),
        (None, 1_600_000, Size.CITY_METROPOLIS),
        (None, MOST, Size.CITY_METROPOLIS),
    ],
)
def test_size_is_that_of_the_inhabitants_where_there_are_any(
    employees: int | None, inhabitants: int | None, expected: Size | None
) -> None:
    assert size_of(employees, inhabitants) is expected


def test_bounds_of_the_steps_meet() -> None:
    for family in ("c", "p"):
        steps = [bounds(size) for size in Size if size.value.startswith(family)]
        assert steps[0][0] == 1
        assert steps[-1][1] is None
        assert all(low == (high or 0) + 1 for (_, high), (low, _) in pairwise(steps))


def test_unknown_codes_are_passed_over() -> None:
    assert sizes_in("p2 giant c1 p2") == (Size.CITY_SMALL, Size.PEOPLE_MEDIUM)
