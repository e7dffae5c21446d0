"""The counted bound is never below what brute force finds."""

from __future__ import annotations

from hypothesis import assume, given

from solver.findings import Bearing
from solver.lagrangian.root_bound import ceiling
from solver.problem import Problem
from solver.reasons.precheck import precheck
from tests.solver.brute import optimum, too_big
from tests.solver.strategies import problems
from tests.solver.test_properties import CALM


@CALM
@given(problems(must=False))
def test_ceiling_is_never_below_the_optimum(problem: Problem) -> None:
    assume(not too_big(problem))
    impossible = [found.meetings[0] for found in precheck(problem) if found.bearing is Bearing.IMPOSSIBLE]
    best = optimum(problem)
    assert best is not None
    assert ceiling(problem, impossible) >= best
    assert ceiling(problem) >= ceiling(problem, impossible)


@CALM
@given(problems(max_meetings=0))
def test_ceiling_counts_what_guarantees_and_sessions_cost_anyway(problem: Problem) -> None:
    best = optimum(problem)
    assert best is not None
    assert ceiling(problem) >= best
    if not problem.walking:
        assert ceiling(problem) == best
