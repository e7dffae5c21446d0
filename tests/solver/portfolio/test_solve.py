"""The whole of `solve`: the portfolio against brute force, and what it hands back."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.generator import make_fair
from solver.findings import Fact
from solver.io.files import parse_problem
from solver.judge.check import check
from solver.portfolio.solve import solve
from solver.problem import Meeting, Participant, Problem, Rules
from solver.schedule import Assignment, Progress, Status
from solver.sentences import detail
from solver.settings import Settings
from tests.solver.brute import optimum, too_big
from tests.solver.strategies import problems
from tests.solver.test_incumbents import FIRST, PROBLEM, SECOND
from tests.solver.test_properties import CALM
from tests.waiting import PLENTY

QUICK = Settings(time_limit=PLENTY, workers=1)


def _agrees(problem: Problem, workers: int) -> None:
    assume(not too_big(problem))
    expected = optimum(problem)
    schedule = solve(problem, Settings(time_limit=PLENTY, workers=workers))
    if expected is None:
        assert schedule.status is Status.INFEASIBLE
        assert schedule.meetings == ()
        assert schedule.findings
    else:
        assert (schedule.status, schedule.score, schedule.bound) == (Status.OPTIMAL, expected, expected)
        assert check(problem, schedule.meetings).clean
    here = [row.meeting for row in schedule.meetings] + [row.meeting for row in schedule.unscheduled]
    assert sorted(here) == sorted(problem.meeting_index)


@settings(CALM, max_examples=5)
@given(problems())
def test_portfolio_agrees_with_brute_force(problem: Problem) -> None:
    _agrees(problem, 2)


@pytest.mark.slow
@settings(CALM, max_examples=100)
@given(problems(), st.integers(1, 2))
def test_portfolio_agrees_with_brute_force_many_times(problem: Problem, workers: int) -> None:
    _agrees(problem, workers)


def test_progress_reaches_the_final_score_and_bound() -> None:
    steps: list[Progress] = []
    schedule = solve(PROBLEM, QUICK, on_progress=steps.append)
    assert (schedule.score, schedule.bound) == (5, 5.0)
    assert (steps[-1].score, steps[-1].bound) == (5, 5.0)
    scores = [step.score for step in steps if step.score is not None]
    assert scores == sorted(scores)


def test_same_seed_and_one_worker_give_the_same_schedule() -> None:
    assert solve(PROBLEM, QUICK).meetings == solve(PROBLEM, QUICK).meetings


def test_start_that_can_not_be_beaten_comes_back_unchanged() -> None:
    start = (FIRST, SECOND)
    assert solve(PROBLEM, QUICK, start=start).meetings == start


def test_start_that_breaks_a_rule_does_no_harm() -> None:
    clash = (FIRST, Assignment("n", "a", "table", ("p", "r")), Assignment("gone", "a", "table", ("p",)))
    assert solve(PROBLEM, QUICK, start=clash).score == 5


def test_stop_at_once_hands_back_a_clean_schedule() -> None:
    many = replace(
        PROBLEM,
        participants=tuple(Participant(f"p{n}") for n in range(40)),
        meetings=tuple(
            Meeting(f"m{a}-{b}", ((f"p{a}",), (f"p{b}",))) for a in range(20) for b in range(20, 40)
        ),
    )
    schedule = solve(many, QUICK, should_stop=lambda: True)
    assert schedule.status is Status.FEASIBLE
    assert check(many, schedule.meetings).clean
    assert len(schedule.meetings) + len(schedule.unscheduled) == 400


def test_problem_without_participants_or_meetings_has_an_empty_optimum() -> None:
    empty = replace(PROBLEM, participants=(), meetings=())
    schedule = solve(empty, QUICK)
    assert (schedule.status, schedule.score, schedule.bound) == (Status.OPTIMAL, 0, 0.0)


def test_nobody_available_is_an_empty_optimum_with_reasons() -> None:
    away = replace(PROBLEM, participants=tuple(replace(p, slots=()) for p in PROBLEM.participants))
    schedule = solve(away, QUICK)
    assert schedule.status is Status.OPTIMAL
    assert [detail(row) for row in schedule.unscheduled] == ["p is never available."] * 2


def test_everybody_wanting_one_person_fills_their_slots() -> None:
    meetings = tuple(Meeting(f"m{n}", (("p",), (f"q{n}",))) for n in range(9))
    crowd = replace(
        PROBLEM,
        participants=(Participant("p"), *(Participant(f"q{n}") for n in range(9))),
        meetings=meetings,
        rules=Rules(max_break_spread=0),
    )
    schedule = solve(crowd, QUICK)
    assert (schedule.status, schedule.score) == (Status.OPTIMAL, 2)
    assert {row.reason for row in schedule.unscheduled} == {"outranked"}


def test_required_meetings_that_clash_are_infeasible() -> None:
    meetings = tuple(replace(meeting, required=True, slots=("a",)) for meeting in PROBLEM.meetings)
    schedule = solve(replace(PROBLEM, meetings=meetings), QUICK)
    assert schedule.status is Status.INFEASIBLE
    assert schedule.score is None
    assert schedule.findings


def test_a_stop_before_anything_is_known_still_hands_back_a_clean_schedule() -> None:
    fair = parse_problem(json.dumps(make_fair(2_000, 9_000, 1)))
    schedule = solve(fair, Settings(time_limit=PLENTY, workers=2), should_stop=lambda: True)
    assert check(fair, schedule.meetings).clean
    assert schedule.measures is not None


def test_a_stop_before_what_must_be_held_has_a_place_hands_back_no_broken_schedule() -> None:
    fair = parse_problem(json.dumps(make_fair(2_000, 9_000, 1, features=True)))
    schedule = solve(fair, Settings(time_limit=PLENTY, workers=2), should_stop=lambda: True)
    if schedule.status is Status.UNKNOWN:
        assert (schedule.meetings, schedule.measures) == ((), None)
        assert [finding.fact for finding in schedule.findings] == [Fact.NOT_FOUND]
    else:
        assert check(fair, schedule.meetings).clean


def test_a_large_schedule_is_handed_back_after_a_stop_with_its_true_score() -> None:
    fair = parse_problem(json.dumps(make_fair(2_000, 9_000, 1, features=True)))
    found = threading.Event()

    def enough(step: Progress) -> None:
        if step.score:
            found.set()

    settings = Settings(time_limit=PLENTY, workers=2)
    schedule = solve(fair, settings, on_progress=enough, should_stop=found.is_set)
    verdict = check(fair, schedule.meetings)
    assert verdict.clean
    assert (schedule.score, schedule.measures) == (verdict.score, verdict.measures)
    assert schedule.meetings
