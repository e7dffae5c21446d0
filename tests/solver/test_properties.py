"""The solver against brute force on small random problems with every feature."""

from __future__ import annotations

from hypothesis import assume, given, settings

from solver.cpsat import run
from solver.incumbents import Board
from solver.judge.check import check
from solver.problem import Problem
from solver.settings import Settings
from tests.solver.brute import optimum, too_big
from tests.solver.strategies import problems
from tests.waiting import PLENTY

CALM = settings(max_examples=60)


def _board(problem: Problem) -> Board:
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    run.run(problem, board.settings, board)
    return board


@CALM
@given(problems())
def test_model_finds_the_optimum_of_brute_force_and_proves_it(problem: Problem) -> None:
    assume(not too_big(problem))
    expected = optimum(problem)
    board = _board(problem)
    best = board.best()
    assert board.rejections == []
    if expected is None:
        assert best is None
        assert board.proof() is not None
    else:
        assert best is not None
        assert (best.score, board.bound()) == (expected, expected)
        assert check(problem, best.make()).clean


@settings(CALM, max_examples=15)
@given(problems(max_meetings=6, max_people=6, max_slots=6))
def test_solving_from_an_optimum_changes_nothing(problem: Problem) -> None:
    first = _board(problem).best()
    assume(first is not None)
    assert first is not None
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    board.offer(first.make(), first.score, "start")
    run.run(problem, board.settings, board)
    again = board.best()
    assert again is not None
    assert again.source == "start"
    assert board.bound() == first.score
