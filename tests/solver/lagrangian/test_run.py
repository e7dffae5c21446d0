"""The bound of prices lies above every schedule and comes near good ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, settings

from bench.generator import make_fair
from solver.incumbents import Board
from solver.instance.arrays import arrays_of
from solver.io.files import parse_problem
from solver.lagrangian.demand import Demand
from solver.lagrangian.placement import make_placements
from solver.lagrangian.run import Subgradient, run
from solver.lagrangian.subgradient_by_place import SubgradientByPlace
from solver.lagrangian.subproblems import make_agents
from solver.lns.annealing import Annealing
from solver.problem import Commitment, Meeting, Participant, Pavilion, Place, Problem, Slot, Walk, Weights
from solver.settings import Settings
from tests.solver.brute import optimum, too_big
from tests.solver.strategies import problems
from tests.waiting import PLENTY

CALM = settings(max_examples=60)


def _bound(problem: Problem, target: int | None, rounds: int = 5) -> float:
    agents = make_agents(arrays_of(problem))
    assert agents is not None
    prices = Subgradient(agents)
    for _ in range(rounds):
        prices.advance(target, steps=40)
    return prices.bound


@CALM
@given(problems())
def test_bound_is_never_below_the_optimum_of_brute_force(problem: Problem) -> None:
    assume(problem.meetings and problem.places and not too_big(problem))
    expected = optimum(problem)
    assume(expected is not None)
    assert expected is not None
    assert _bound(problem, expected) >= expected


def _spot_bound(problem: Problem, target: int, steps: int = 60) -> float | None:
    data = arrays_of(problem).data
    wishes = Demand(data, spots=True)
    agents = make_agents(arrays_of(problem), wishes=wishes)
    assert agents is not None
    spots = make_placements(data, wishes, agents, lambda: False)
    if spots is None:
        return None
    prices = SubgradientByPlace(agents, spots)
    return prices.advance(target, steps=steps)


@CALM
@given(problems())
def test_bound_by_spots_is_never_below_the_optimum_of_brute_force(problem: Problem) -> None:
    assume(problem.meetings and problem.places and not too_big(problem))
    expected = optimum(problem)
    assume(expected is not None)
    assert expected is not None
    bound = _spot_bound(problem, expected)
    assert bound is None or bound >= expected - 1e-6


def test_a_worthless_meeting_on_the_way_may_be_what_makes_a_plan_cheap() -> None:
    # From p0 straight to p2 takes longer than the gap, by p1 it does not: the meeting there saves a break.
    problem = Problem(
        name="by p1",
        timezone="UTC",
        slots=(Slot("s0", 540, 560), Slot("s1", 565, 585), Slot("s2", 590, 610)),
        pavilions=(Pavilion("p0"), Pavilion("p1"), Pavilion("p2")),
        walking=(Walk("p0", "p1", 1), Walk("p0", "p2", 6), Walk("p1", "p2", 2)),
        places=(Place("t0", "p0"), Place("t1", "p1"), Place("t2", "p2"), Place("x", "p0"), Place("y", "p2")),
        participants=(
            Participant("a", commitments=(Commitment(590, 600, "p0"),)),
            Participant("b"),
            Participant("c"),
            Participant("d"),
        ),
        meetings=(
            Meeting("m0", (("d",), ("c",)), value=3, places=("y",)),
            Meeting("m1", (("a",), ("c",)), value=3, places=("x",)),
            Meeting("m2", (("b",), ("c",)), value=1, places=("t0", "t1", "t2")),
        ),
        weights=Weights(value=2, breaks=5, walking=1),
    )
    assert optimum(problem) == 11
    assert _spot_bound(problem, 11, steps=300) == pytest.approx(11)


def test_telling_spots_apart_makes_the_bound_of_a_fair_tighter() -> None:
    problem = parse_problem(json.dumps(make_fair(60, 200, 1)))
    by_spots = _spot_bound(problem, 4_640, steps=400)
    assert by_spots is not None
    assert 4_640 <= by_spots < _bound(problem, 4_640, rounds=20) - 4


def test_bound_of_a_fair_is_above_and_near_a_searched_schedule() -> None:
    problem = parse_problem(json.dumps(make_fair(120, 400, 2)))
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    search = Annealing(problem, board.settings, board)
    search.begin()
    for temperature in (5.0, 2.0, 1.0, 0.5):
        search.chunk(temperature, steps=4_000)
    bound = _bound(problem, search.score, rounds=10)
    assert search.score <= bound <= 1.04 * search.score


def test_bound_stays_above_schedules_with_every_feature() -> None:
    problem = parse_problem(json.dumps(make_fair(120, 400, 2, features=True)))
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    search = Annealing(problem, board.settings, board)
    search.begin()
    search.chunk(1.0, steps=4_000)
    assert _bound(problem, search.score) >= search.score


def test_bounds_are_posted_until_the_prices_settle() -> None:
    problem = parse_problem(json.dumps(make_fair(60, 150, 1)))
    board = Board(problem, Settings(time_limit=PLENTY, workers=1))
    run(problem, board.settings, board)
    assert board.bound() is not None
    assert not board.should_stop()
