"""The canonical form says the same as the problem, and circles and huge numbers cost nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.findings import Fact
from solver.instance.canonical import canonical
from solver.judge.check import check
from solver.portfolio.solve import solve
from solver.problem import (
    Commitment,
    Meeting,
    Participant,
    Pavilion,
    Place,
    Problem,
    Rules,
    Slot,
    Walk,
    Weights,
)
from solver.schedule import Obstacle, Reason, Status
from solver.sentences import detail, sentence
from solver.settings import Settings
from tests.solver.brute import optimum, too_big
from tests.solver.strategies import problems
from tests.solver.test_properties import CALM
from tests.waiting import PLENTY


def _problem(*meetings: Meeting, **more: object) -> Problem:
    small = Problem(
        name="small",
        timezone="UTC",
        slots=tuple(Slot(f"s{n}", 20 * n, 20 * n + 20) for n in range(4)),
        pavilions=(Pavilion("hall"), Pavilion("annex")),
        places=(Place("tables", "hall", 5),),
        participants=tuple(Participant(f"p{n}") for n in range(6)),
        meetings=tuple(meetings),
    )
    return replace(small, **more)  # type: ignore[arg-type]


def _meeting(name: str, one: int, other: int, *after: str, required: bool = False) -> Meeting:
    return Meeting(name, ((f"p{one}",), (f"p{other}",)), after=after, required=required)


CIRCLE = (_meeting("a", 0, 1, "b"), _meeting("b", 2, 3, "c"), _meeting("c", 0, 3, "a"))


def test_what_waits_for_itself_is_not_held_and_the_rest_is() -> None:
    behind, free = _meeting("d", 1, 2, "a"), _meeting("e", 4, 5)
    found = solve(_problem(*CIRCLE, behind, free, _meeting("f", 4, 1, "e")), Settings(time_limit=PLENTY))

    assert (found.status, [row.meeting for row in found.meetings]) == (Status.OPTIMAL, ["e", "f"])
    left = {row.meeting: row for row in found.unscheduled}
    assert (left["b"].reason, left["b"].obstacle) == (Reason.RULE, Obstacle.WAITS_FOR_ITSELF)
    assert detail(left["b"]) == "It would have to come after itself: 'b' after 'c' after 'a' after 'b'."
    assert (left["d"].obstacle, left["d"].meetings) == (Obstacle.EARLIER_NOT_HELD, ("a",))


def test_meeting_that_must_be_held_and_waits_for_itself_is_a_proof() -> None:
    found = solve(_problem(replace(CIRCLE[0], required=True), *CIRCLE[1:]), Settings(time_limit=PLENTY))

    assert found.status is Status.INFEASIBLE
    assert [finding.fact for finding in found.findings] == [Fact.CIRCLE]
    assert sentence(found.findings[0]) == (
        "Meeting 'a' must be held, but it would have to come after itself: 'a' after 'b' after 'c' after 'a'."
    )


def test_what_lies_between_two_circles_is_on_none() -> None:
    problem = _problem(
        *CIRCLE, _meeting("m", 4, 5, "a"), _meeting("x", 1, 4, "y", "m"), _meeting("y", 1, 5, "x")
    )
    assert sorted(canonical(problem).circles) == ["a", "b", "c", "x", "y"]


def test_numbers_that_no_schedule_reaches_are_cut() -> None:
    huge = _problem(
        _meeting("a", 0, 1), places=(Place("tables", "hall", 10**9),), rules=Rules(max_break_spread=10**19)
    )
    plain = canonical(huge).problem
    assert (plain.places[0].capacity, plain.rules.max_break_spread) == (1, None)
    assert solve(huge, Settings(time_limit=PLENTY)).status is Status.OPTIMAL


def test_commitments_at_the_same_time_are_taken_as_the_judge_takes_them() -> None:
    times = (Commitment(0, 40, "hall"), Commitment(10, 30, "annex"), Commitment(10, 30, "hall"))
    problem = _problem(
        _meeting("a", 0, 1),
        _meeting("b", 0, 2),
        participants=(Participant("p0", commitments=times), *(Participant(f"p{n}") for n in range(1, 6))),
        places=(Place("x", "hall"), Place("y", "annex")),
        walking=(Walk("hall", "annex", 15),),
        weights=Weights(walking=1, breaks=1),
    )
    found = solve(problem, Settings(time_limit=PLENTY))
    assert found.status is Status.OPTIMAL
    assert found.score == check(problem, found.meetings).score == optimum(problem)


@CALM
@given(problems(), st.integers(0, 3), st.data())
def test_the_canonical_problem_has_the_same_optimum(
    problem: Problem, loops: int, data: st.DataObject
) -> None:
    names = [meeting.id for meeting in problem.meetings]
    meetings = list(problem.meetings)
    for _loop in range(loops if names else 0):
        n = data.draw(st.integers(0, len(names) - 1))
        meetings[n] = replace(
            meetings[n], after=tuple({*meetings[n].after, data.draw(st.sampled_from(names))})
        )
    problem = replace(problem, meetings=tuple(meetings))
    if too_big(problem):
        return
    assert optimum(canonical(problem).problem) == optimum(problem)


@pytest.mark.parametrize("size", [1, 2000])
def test_a_long_chain_is_no_circle(size: int) -> None:
    chain = tuple(_meeting(f"m{n}", 0, 1, *([f"m{n - 1}"] if n else [])) for n in range(size))
    assert canonical(_problem(*chain)).circles == {}
