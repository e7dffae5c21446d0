"""Construction and improvement keep every rule, know their score exactly, and take up where others stopped."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from bench.generator import make_fair
from solver.incumbents import Board
from solver.instance.arrays import Arrays, arrays_of
from solver.instance.columns import snapshot
from solver.io.files import parse_problem
from solver.judge.check import check
from solver.lns.annealing import Annealing, run
from solver.lns.decomposition import split
from solver.lns.parameters import OPERATORS, Parameters
from solver.problem import Problem, Rules
from solver.settings import Settings
from solver.violations import Rule
from tests.solver.strategies import problems
from tests.waiting import PLENTY

CALM = settings(max_examples=60)


def _fair(features: bool, participants: int = 200, requests: int = 800) -> Problem:
    return parse_problem(json.dumps(make_fair(participants, requests, 3, features)))


def _search(problem: Problem, rounds: int = 3, workers: int = 1) -> Annealing:
    board = Board(problem, Settings(time_limit=PLENTY, workers=workers, seed=5))
    search = Annealing(problem, board.settings, board)
    search.begin()
    for n in range(rounds):
        search.chunk(8.0 / 3**n, steps=300)
    return search


def _judge(search: Annealing) -> None:
    arrays: Arrays = search.arrays
    state = search.state
    rows = snapshot(arrays, state)()
    verdict = check(arrays.problem, rows, complete=search.missing == 0)
    owed = {Rule.REQUIRED, Rule.LOCKED} if search.missing else set()
    assert [found for found in verdict.violations if found.rule not in owed] == []
    assert verdict.score == search.score


@CALM
@given(problems())
def test_search_keeps_every_rule_and_knows_its_score(problem: Problem) -> None:
    if problem.meetings and problem.places:
        _judge(_search(problem))


@pytest.mark.parametrize("features", [False, True])
def test_search_on_a_fair_is_clean_and_better_than_its_construction(features: bool) -> None:
    problem = _fair(features)
    begun = _search(problem, rounds=0)
    _judge(begun)
    improved = _search(problem, rounds=4)
    _judge(improved)
    assert improved.score > begun.score


def test_search_repeats_itself_for_a_seed() -> None:
    problem = _fair(features=True)
    first, second = _search(problem), _search(problem)
    assert first.score == second.score
    assert np.array_equal(first.state.slot, second.state.slot)


def test_search_takes_up_the_schedule_on_the_board() -> None:
    problem = _fair(features=False)
    known = _search(problem, rounds=4)
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    state = known.state
    board.offer(snapshot(known.arrays, state)(), known.score, "start")
    search = Annealing(problem, board.settings, board)
    search.begin()
    _judge(search)
    assert search.score >= known.score


def test_search_takes_what_fits_of_a_start_that_breaks_rules() -> None:
    problem = _fair(features=True)
    state = _search(problem).state
    rows = snapshot(arrays_of(problem), state)()
    strange = [replace(row, attendees=row.attendees[:1]) for row in rows[:5]]
    crowded = [replace(row, slot=rows[0].slot) for row in rows[5:20]]
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    board.start = (*strange, *crowded, *rows[15:])
    search = Annealing(problem, board.settings, board)
    search.begin()
    _judge(search)


def test_parts_share_no_participant_and_no_place() -> None:
    search = _search(_fair(features=True))
    data, state = search.arrays.data, search.state
    first, second = split(data, state, 2, seed=1)
    assert not (first.places & second.places).any()
    assert (first.places | second.places).all()
    names = [_people(search.arrays, np.flatnonzero(part.meetings).tolist()) for part in (first, second)]
    assert all(names)
    assert not names[0] & names[1]
    for part in (first, second):
        held = np.flatnonzero(part.meetings & (state.slot >= 0))
        assert part.places[state.place[held]].all()


def _people(arrays: Arrays, meetings: list[int]) -> set[str]:
    return {name for m in meetings for name in arrays.problem.meetings[m].people()}


def test_parts_searched_at_once_leave_a_clean_schedule() -> None:
    search = _search(_fair(features=True), rounds=1, workers=2)
    before = search.score
    for _ in range(3):
        search.epoch(2.0, steps=500)
    _judge(search)
    assert search.score != before


def test_way_stops_when_asked_and_leaves_its_best_on_the_board() -> None:
    problem = _fair(features=False)
    board = Board(problem, Settings(time_limit=PLENTY, workers=2))
    board.listen(lambda source: None if board.stopped() else board.request_stop())
    run(problem, board.settings, board)
    best = board.best()
    assert best is not None
    verdict = check(problem, best.make())
    assert (verdict.clean, verdict.score) == (True, best.score)
    assert board.rejections == []


def test_way_offers_nothing_when_a_required_meeting_has_no_room() -> None:
    fair = make_fair(20, 30, 1)
    fair["places"][0]["slots"] = []
    fair["meetings"][0] |= {"required": True, "places": [fair["places"][0]["id"]]}
    problem = parse_problem(json.dumps(fair))
    board = Board(problem, Settings(time_limit=1, workers=1))
    run(problem, board.settings, board)
    assert board.best() is None


def test_search_without_breaks_posts_only_schedules_without_any() -> None:
    fair = replace(_fair(True), rules=Rules(max_break_spread=0))
    board = Board(fair, Settings(time_limit=PLENTY, workers=1))
    first = _search(fair, rounds=0)

    def enough(source: str) -> None:
        best = board.best()
        if best is not None and best.score > first.score and not board.stopped():
            board.request_stop()

    board.listen(enough)
    run(fair, board.settings, board)
    best = board.best()
    assert board.rejections == []
    assert best is not None
    assert best.score > first.score
    assert check(fair, best.make()).measures.breaks == 0


def test_every_ruin_operator_is_used_and_counted() -> None:
    search = _search(_fair(True))
    uses = search.uses()
    assert [use.operator for use in uses] == list(OPERATORS)
    assert sum(use.used for use in uses) == 900
    assert all(0 < use.improved <= use.kept <= use.used for use in uses)


def test_an_operator_without_a_share_is_never_used() -> None:
    problem = _fair(True)
    board = Board(problem, Settings(time_limit=PLENTY, workers=1, seed=5))
    strings = Parameters(share_strings=1.0, share_stretch=0.0)
    search = Annealing(problem, board.settings, board, parameters=strings)
    search.begin()
    search.chunk(8.0, steps=300)
    assert [use.used for use in search.uses()] == [300, 0, 0]


def test_a_search_that_has_no_time_left_ends_as_it_was() -> None:
    search = _search(_fair(False))
    score = search.score
    search.anneal(1.0, 0.1, 0.0)
    assert search.score == score
