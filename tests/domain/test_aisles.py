"""The shortest way along aisles, held to a walk from point to point of a fine grid and to figures by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.aisles import DETOUR, Floor, Spot, network, whole_minutes

CROSS = (((0, 50), (100, 50)), ((50, 0), (50, 100)))


def minutes(floor: Floor, one: tuple[float, float], other: tuple[float, float]) -> float | None:
    start, goal = Spot(floor.key, *one), Spot(floor.key, *other)
    found = network([floor], {}, (start, goal)).path(start, {goal})
    return found[goal][0] if goal in found else None


def test_without_aisles_the_way_is_straight_with_a_detour() -> None:
    floor = Floor(1, 100, 50, 60)
    assert minutes(floor, (0, 0), (60, 0)) == pytest.approx(DETOUR * 60 / 60)
    assert minutes(floor, (0, 0), (60, 100)) == pytest.approx(DETOUR * math.hypot(60, 50) / 60)


def test_way_follows_aisles_and_turns_where_they_cross() -> None:
    floor = Floor(1, 100, 100, 10, CROSS)
    # 10 m to the aisle, 40 to the crossing, 30 up, 5 to the stand.
    assert minutes(floor, (10, 40), (45, 20)) == pytest.approx(8.5)


def test_aisle_that_ends_a_little_short_of_another_still_leads_there() -> None:
    short = Floor(1, 100, 100, 10, (((0, 50), (100, 50)), ((50, 0), (50, 49))))
    assert minutes(short, (50, 0), (100, 50)) == pytest.approx(10.0, abs=0.2)


def test_aisles_that_do_not_meet_lead_nowhere() -> None:
    apart = Floor(1, 100, 100, 10, (((0, 20), (100, 20)), ((0, 80), (100, 80))))
    assert minutes(apart, (5, 20), (5, 80)) is None
    assert minutes(apart, (5, 20), (95, 20)) == pytest.approx(9.0)


def test_way_to_another_hall_leads_through_entrances() -> None:
    one = Floor(1, 100, 100, 10, CROSS, ((50, 0), (50, 100)))
    other = Floor(2, 100, 100, 20, (), ((0, 0),))
    start, goal = Spot(1, 50, 20), Spot(2, 40, 0)

    found = network([one, other], {(1, 2): 3}, (start, goal)).path(start, {goal})

    time, steps = found[goal]
    assert time == pytest.approx(2 + 3 + DETOUR * 40 / 20)
    assert [(spot.hall, spot.x, spot.y) for spot in steps] == [(1, 50, 20), (1, 50, 0), (2, 0, 0), (2, 40, 0)]


def test_way_between_halls_is_unknown_without_minutes_and_without_entrances() -> None:
    one, other = Floor(1, 100, 100, 10, (), ((50, 0),)), Floor(2, 100, 100, 10, (), ((0, 0),))
    start, goal = Spot(1, 50, 20), Spot(2, 40, 0)
    assert network([one, other], {}, (start, goal)).path(start, {goal}) == {}
    closed = Floor(2, 100, 100, 10)
    assert network([one, closed], {(1, 2): 3}, (start, goal)).path(start, {goal}) == {}


def test_minutes_are_rounded_up_and_at_least_one() -> None:
    assert [whole_minutes(value, 240) for value in (0, 0.2, 1, 1.0000000001, 1.1, 999)] == [
        1,
        1,
        1,
        1,
        2,
        240,
    ]


GRID = st.integers(0, 10).map(lambda value: 10 * value)
POINT = st.tuples(GRID, GRID)


@st.composite
def grid_lines(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """An aisle along the lines of a grid of ten."""
    points = [draw(POINT)]
    for _number in range(draw(st.integers(1, 3))):
        x, y = points[-1]
        step = draw(GRID)
        points.append((step, y) if draw(st.booleans()) else (x, step))
    return tuple(points)


def by_brute_force(
    lines: list[tuple[tuple[int, int], ...]], start: tuple[int, int], goal: tuple[int, int]
) -> float:
    """Steps of ten metres along the lines, by relaxing every step until nothing changes."""
    steps = set()
    for line in lines:
        for (x1, y1), (x2, y2) in pairwise(line):
            count = max(abs(x2 - x1), abs(y2 - y1)) // 10
            cells = (
                [(x1 + (x2 - x1) * n // count, y1 + (y2 - y1) * n // count) for n in range(count + 1)]
                if count
                else [(x1, y1)]
            )
            steps |= set(pairwise(cells)) | {(b, a) for a, b in pairwise(cells)}
    far = {start: 0.0}
    for _round in range(200):
        for one, other in steps:
            if one in far and far[one] + 10 < far.get(other, math.inf):
                far[other] = far[one] + 10
    return far.get(goal, math.inf)


@given(st.lists(grid_lines(), min_size=1, max_size=6), st.data())
def test_shortest_way_is_that_of_brute_force(
    lines: list[tuple[tuple[int, int], ...]], data: st.DataObject
) -> None:
    corners = sorted({point for line in lines for point in line})
    start, goal = data.draw(st.sampled_from(corners)), data.draw(st.sampled_from(corners))
    # Lines of a grid are ten apart: no end of one nearly touches another.
    found = minutes(Floor(1, 100, 100, 1, lines), start, goal)

    assert (math.inf if found is None else found) == pytest.approx(by_brute_force(lines, start, goal))
