"""The judge over columns against the judge over rows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.incumbents import Board
from solver.instance.columns import Columns, snapshot
from solver.judge.check import check
from solver.judge.check_arrays import judge
from solver.lns.annealing import Annealing
from solver.problem import Meeting, Participant, Pavilion, Place, Problem, Slot
from solver.settings import Settings
from tests.solver.strategies import MORNING, problems
from tests.solver.test_properties import CALM


def _columns(problem: Problem) -> Columns:
    calm = Settings(workers=1)
    search = Annealing(problem, calm, Board(problem, calm))
    search.begin()
    return snapshot(search.arrays, search.state)


@settings(CALM, max_examples=40)
@given(problems(max_meetings=8, max_people=6, max_slots=6))
def test_verdict_is_that_of_the_judge(problem: Problem) -> None:
    columns = _columns(problem)
    expected, found = check(problem, columns()), judge(columns)
    assert (found.clean, found.score, found.measures) == (expected.clean, expected.score, expected.measures)


def test_breaks_that_everybody_has_are_no_spread() -> None:
    """Two people meet twice, with an idle slot between: each has one break, and none has more than another."""
    slots = tuple(Slot(f"s{n}", MORNING + 30 * n, MORNING + 30 * n + 20) for n in range(3))
    problem = Problem(
        name="one break each",
        timezone="UTC",
        slots=slots,
        pavilions=(Pavilion("v"),),
        places=(Place("x", "v"),),
        participants=(Participant("a"), Participant("b")),
        meetings=tuple(
            Meeting(name, (("a",), ("b",)), slots=(slot,), required=True)
            for name, slot in (("m0", "s0"), ("m1", "s2"))
        ),
    )
    columns = _columns(problem)
    assert (columns.slot >= 0).all()
    assert (judge(columns).measures.breaks, judge(columns).measures.break_spread) == (2, 0)


@settings(CALM, max_examples=80)
@given(problems(max_meetings=8, max_people=6, max_slots=6), st.data())
def test_broken_schedules_are_found_broken(problem: Problem, data: st.DataObject) -> None:
    columns = _columns(problem)
    if not problem.meetings or not problem.places:
        return
    for _ in range(data.draw(st.integers(1, 3))):
        m = data.draw(st.integers(0, len(problem.meetings) - 1))
        columns.slot[m] = data.draw(st.integers(-1, len(problem.slots) - 1))
        columns.place[m] = data.draw(st.integers(0, len(problem.places) - 1))
        numbers = columns.arrays.data
        for side in range(numbers.side_ptr[m], numbers.side_ptr[m + 1]):
            seats = numbers.seat[numbers.seat_ptr[side] : numbers.seat_ptr[side + 1]].tolist()
            columns.seated[side] = data.draw(st.sampled_from(seats or [0]))
        for extra in range(numbers.extra_ptr[m], numbers.extra_ptr[m + 1]):
            columns.joins[extra] = data.draw(st.integers(0, 1))
    expected, found = check(problem, columns()), judge(columns)
    assert found.clean == expected.clean
    if found.clean:
        assert (found.score, found.measures) == (expected.score, expected.measures)


@settings(CALM, max_examples=20)
@given(problems())
def test_snapshot_does_not_follow_what_a_search_goes_on_changing(problem: Problem) -> None:
    calm = Settings(workers=1)
    search = Annealing(problem, calm, Board(problem, calm))
    search.begin()
    taken = snapshot(search.arrays, search.state)
    before = taken()
    search.state.slot[:] = -1
    assert (taken(), snapshot(search.arrays, search.state)()) == (before, ())
