"""Satisfiability against brute force and against the complete model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from solver.cpsat import run as cpsat
from solver.incumbents import Board
from solver.judge.check import check
from solver.maxsat import run as maxsat
from solver.maxsat.cnf import Formula
from solver.maxsat.core_guided import CoreGuided
from solver.maxsat.linear_search import Descent
from solver.maxsat.scope import covers, suits
from solver.maxsat.soft_clauses import Objective
from solver.portfolio.subprocess import run_in_child
from solver.problem import Problem, Walk
from solver.sentences import sentence as sentence_of
from solver.settings import Settings
from tests.solver.brute import optimum, too_big
from tests.solver.maxsat.brokerage import brokerage
from tests.solver.strategies import problems
from tests.waiting import PLENTY

CALM = settings(max_examples=60)


def _board(problem: Problem) -> Board:
    return Board(problem, Settings(time_limit=PLENTY, workers=1))


@CALM
@given(problems())
def test_core_guided_search_finds_the_optimum_of_brute_force(problem: Problem) -> None:
    problem = replace(problem, walking=())
    assume(problem.meetings and not too_big(problem))
    expected = optimum(problem)
    formula = Formula(problem)
    objective = Objective(formula)
    scores: list[int] = []
    bounds: list[int] = []

    def judge(model: Sequence[int]) -> None:
        verdict = check(problem, formula.read(model))
        assert verdict.clean
        assert verdict.score == objective.best - objective.loss(model)
        scores.append(verdict.score)

    search = CoreGuided(
        formula.variables,
        formula.clauses,
        objective.losses,
        on_model=judge,
        on_bound=lambda loss: bounds.append(objective.best - loss),
    )
    solved = not formula.contradiction and search.solve()
    search.close()
    assert solved == (expected is not None)
    if expected is not None:
        assert max(scores) == expected == objective.best - search.bound
        assert all(bound >= expected for bound in bounds)


@settings(CALM, max_examples=30)
@given(problems())
def test_descent_finds_the_optimum_of_brute_force(problem: Problem) -> None:
    problem = replace(problem, walking=())
    assume(problem.meetings and not too_big(problem))
    formula = Formula(problem)
    objective = Objective(formula)
    assume(not formula.contradiction and len(set(objective.losses.values())) == 1)
    (weight,) = set(objective.losses.values())
    scores: list[int] = []
    bounds: list[int] = []
    descent = Descent(
        formula,
        objective,
        on_model=lambda model: scores.append(check(problem, formula.read(model)).score),
        on_bound=lambda losses: bounds.append(objective.best - weight * losses),
    )
    solved = descent.solve()
    descent.close()
    expected = optimum(problem)
    assert solved == (expected is not None)
    if expected is not None:
        assert max(scores) == expected
        assert all(bound >= expected for bound in bounds)


@pytest.mark.parametrize(
    "problem",
    [
        brokerage(1),
        brokerage(2, tables=4),
        brokerage(3, fixed=0.2),
        brokerage(4, ordered=6),
        brokerage(6, spread=0),
    ],
    ids=["plain", "few tables", "fixed", "ordered", "even breaks"],
)
def test_brokerage_event_is_proven_and_agrees_with_the_complete_model(problem: Problem) -> None:
    ours, theirs = _board(problem), _board(problem)
    maxsat.run(problem, ours.settings, ours)
    cpsat.run(problem, theirs.settings, theirs)
    assert ours.rejections == []
    assert (ours.proof() is None) == (theirs.proof() is None)
    best, other = ours.best(), theirs.best()
    assert (None if best is None else best.score) == (None if other is None else other.score)
    if best is not None:
        assert ours.bound() == best.score
        assert check(problem, best.make()).clean


def test_larger_brokerage_event_is_proven() -> None:
    problem = brokerage(5, people=20, meetings=50, slots=8, tables=8)
    board = _board(problem)
    maxsat.run(problem, board.settings, board)
    best = board.best()
    assert best is not None
    assert board.bound() == best.score
    assert check(problem, best.make()).clean


def test_descent_closes_a_brokerage_event_on_its_own() -> None:
    problem = brokerage(1)
    board, other = _board(problem), _board(problem)
    maxsat.descend(problem, board.settings, board)
    maxsat.run(problem, other.settings, other)
    best, proven = board.best(), other.best()
    assert best is not None
    assert proven is not None
    assert best.score == proven.score


def test_that_there_is_no_schedule_is_proven_here_and_said_in_words_by_the_child() -> None:
    problem = brokerage(1)
    first = problem.meetings[0]
    twice = tuple(
        replace(meeting, slots=("s1",)) if first.sides[0] in meeting.sides else meeting
        for meeting in problem.meetings
    )
    board = _board(replace(problem, meetings=twice))
    maxsat.run(board.problem, board.settings, board)
    assert board.proof() == ()
    board = _board(board.problem)
    run_in_child("solver.maxsat.run:run", board.problem, board.settings, board)
    assert board.best() is None
    assert any(repr(first.sides[0][0]) in sentence for sentence in map(sentence_of, board.proof() or ()))


def test_walking_is_left_to_other_ways() -> None:
    problem = brokerage(1)
    pavilions = (*problem.pavilions, replace(problem.pavilions[0], id="annex"))
    walking = replace(problem, pavilions=pavilions, walking=(Walk("hall", "annex", 5),))
    board = _board(walking)
    maxsat.run(walking, board.settings, board)
    maxsat.descend(walking, board.settings, board)
    assert not covers(walking)
    assert board.best() is None
    assert board.bound() is None


def test_wishes_are_left_to_other_ways() -> None:
    problem = brokerage(1)
    wish = replace(problem.meetings[0], required=False)
    assert suits(problem)
    assert not suits(replace(problem, meetings=(wish, *problem.meetings[1:])))


def test_problems_whose_counters_would_not_fit_are_left_to_other_ways() -> None:
    assert covers(brokerage(1, people=100, meetings=300, slots=20, tables=30))
    assert not covers(brokerage(1, people=1000, meetings=3000, slots=20, tables=200))


def test_counters_too_large_for_a_descent_leave_it_with_one_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.maxsat.linear_search.MOST_COUNTED", 0)
    problem = brokerage(2, tables=4)
    board = _board(problem)
    maxsat.descend(problem, board.settings, board)
    best = board.best()
    assert best is not None
    assert board.bound() is None
