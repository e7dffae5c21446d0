"""The first schedule, made without compiled kernels."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.construction import greedy
from solver.incumbents import Board
from solver.judge.check import check
from solver.problem import (
    Meeting,
    Participant,
    Pavilion,
    Place,
    Problem,
    Published,
    Rules,
    Slot,
    Walk,
    Weights,
)
from solver.schedule import Assignment
from solver.settings import Settings
from tests.solver.strategies import problems
from tests.solver.test_properties import CALM
from tests.waiting import PLENTY

SLOTS = tuple(Slot(f"s{i}", 30 * i, 30 * i + 20) for i in range(4))
HALLS = (Pavilion("west"), Pavilion("east"))


def _run(problem: Problem, start: tuple[Assignment, ...] = ()) -> Board:
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    board.start = start
    greedy.run(board, check(problem, ()).score)
    return board


@settings(CALM, max_examples=200)
@given(problems(max_meetings=8, max_people=6, max_slots=6))
def test_first_schedule_keeps_every_rule_and_claims_its_true_score(problem: Problem) -> None:
    board = _run(problem)
    # what is posted to a board of this size is judged there
    assert board.rejections == []


@settings(CALM, max_examples=100)
@given(problems(max_meetings=8, max_people=6, max_slots=6), st.data())
def test_what_is_clean_of_a_start_is_kept(problem: Problem, data: st.DataObject) -> None:
    best = _run(problem).best()
    assume(best is not None)
    assert best is not None
    rows = tuple(best.make())
    some = tuple(row for row in rows if problem.meeting(row.meeting).required or data.draw(st.booleans()))
    again = _run(problem, some)
    found = again.best()
    assert again.rejections == []
    if check(problem, some).clean:
        assert found is not None
        assert set(some) <= set(found.make()) or any(meeting.locked for meeting in problem.meetings)
        assert found.score >= check(problem, some).score


def test_what_must_be_held_is_tried_in_other_orders() -> None:
    # the first in the file takes the only slot of the second unless that is put forward
    people = tuple(Participant(name) for name in "abcdef")
    meetings = tuple(
        Meeting(f"m{i}", ((a,), (b,)), required=True, slots=slots)
        for i, (a, b, slots) in enumerate(
            [
                ("a", "b", ("s0", "s1")),
                ("a", "c", ("s0", "s2")),
                ("a", "d", ("s1", "s2", "s3")),
                ("b", "d", ("s0", "s1")),
                ("c", "d", ("s2", "s3")),
                ("b", "c", ("s2", "s3")),
            ]
        )
    )
    problem = Problem(
        "must", "UTC", SLOTS, HALLS, (), (Place("table", "west", 3),), people, meetings, weights=Weights()
    )
    best = _run(problem).best()
    assert best is not None
    assert best.score == 6


def test_locked_and_published_meetings_stay_where_they_were() -> None:
    problem = Problem(
        "published", "UTC", SLOTS, HALLS, (Walk("west", "east", 15),),
        (Place("w", "west"), Place("e", "east")),
        tuple(Participant(name) for name in "abc"),
        (
            Meeting("free", (("a",), ("b",)), value=9),
            Meeting("stays", (("a",), ("c",)), published=Published("s1", "e")),
            Meeting("fixed", (("b", "c"), ("a",)), published=Published("s0", "e", ("a", "c")), locked=True),
        ),
        Rules(),
        Weights(value=1, walking=1, moved=20, dropped=50),
    )  # fmt: skip
    best = _run(problem).best()
    assert best is not None
    rows = {row.meeting: row for row in best.make()}
    assert (rows["fixed"].slot, rows["fixed"].place, set(rows["fixed"].attendees)) == ("s0", "e", {"a", "c"})
    assert (rows["stays"].slot, rows["stays"].place) == ("s1", "e")
    assert "free" in rows


def test_the_rest_becomes_the_start_when_something_required_is_missing() -> None:
    problem = Problem(
        "too much", "UTC", SLOTS[:1], HALLS, (), (Place("w", "west"),),
        tuple(Participant(name) for name in "abcd"),
        (Meeting("m", (("a",), ("b",)), required=True), Meeting("n", (("c",), ("d",)), required=True)),
    )  # fmt: skip
    board = _run(problem)
    assert board.best() is None
    assert len(board.start) == 1


def test_first_schedule_loads_no_compiler() -> None:
    code = (
        "import sys, solver.construction.greedy, solver.portfolio.solve;"
        "sys.exit('numba' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
