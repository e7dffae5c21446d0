"""Conflicts are true and minimal, and say who it is about and how much is too much."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from solver.findings import Bearing, Fact, Finding
from solver.problem import Meeting, Participant, Pavilion, Place, Problem, Rules, Slot, Walk
from solver.reasons.infeasible_subset import Conflict, describe, find_conflict, infeasibility
from solver.reasons.precheck import precheck
from solver.sentences import sentence
from tests.solver.brute import optimum, too_big
from tests.solver.strategies import problems


def _problem(*meetings: Meeting, slots: int = 3, capacity: int = 5, spread: int | None = None) -> Problem:
    return Problem(
        name="small",
        timezone="UTC",
        slots=tuple(Slot(f"s{n}", 20 * n, 20 * n + 20) for n in range(slots)),
        pavilions=(Pavilion("hall"), Pavilion("annex")),
        places=(Place("tables", "hall", capacity), Place("stand", "annex", 1)),
        participants=tuple(Participant(f"p{n}") for n in range(8)),
        meetings=tuple(meetings),
        rules=Rules(spread),
    )


def _meeting(number: int, one: int, other: int, *slots: str, after: tuple[str, ...] = ()) -> Meeting:
    return Meeting(
        f"m{number}",
        ((f"p{one}",), (f"p{other}",)),
        required=True,
        slots=slots or None,
        places=("tables",),
        after=after,
    )


def _holds(problem: Problem, numbers: tuple[int, ...]) -> bool:
    """Whether just these meetings must be held and can be, by brute force."""
    meetings = tuple(
        replace(meeting, required=number in numbers, locked=meeting.locked and number in numbers)
        for number, meeting in enumerate(problem.meetings)
    )
    return optimum(replace(problem, meetings=meetings)) is not None


def test_crowded_participant_is_named_with_the_number_too_many() -> None:
    problem = _problem(*(_meeting(n, 0, n + 1, "s0", "s1") for n in range(3)), _meeting(3, 4, 5))
    (finding,) = infeasibility(problem)
    assert finding == Finding(
        Bearing.INFEASIBLE,
        Fact.PERSON_SHORT_OF_SLOTS,
        meetings=("m0", "m1", "m2"),
        people=("p0",),
        slots=("s0", "s1"),
        numbers=(3, 2),
    )


def test_crowded_places_are_named_with_the_number_too_many() -> None:
    problem = _problem(*(_meeting(n, 2 * n, 2 * n + 1, "s0") for n in range(3)), capacity=2)
    (finding,) = infeasibility(problem)
    assert finding == Finding(
        Bearing.INFEASIBLE,
        Fact.PLACES_SHORT_OF_SLOTS,
        meetings=("m0", "m1", "m2"),
        slots=("s0",),
        numbers=(3, 2),
    )


def test_order_that_leaves_no_time_is_told_step_by_step() -> None:
    problem = _problem(
        _meeting(0, 0, 1, "s1", "s2"),
        _meeting(1, 2, 3, after=("m0",)),
        _meeting(2, 4, 5, after=("m1",)),
        slots=3,
    )
    (finding,) = infeasibility(problem)
    assert (finding.fact, finding.meetings) == (Fact.CHAIN, ("m2", "m1", "m0"))
    assert finding.slots == ("s1", "s2", "s0", "s2")


@pytest.mark.parametrize("walking", [(), (Walk("hall", "annex", 30),)], ids=["clauses", "complete model"])
def test_conflict_among_several_leaves_out_the_bystanders(walking: tuple[Walk, ...]) -> None:
    triangle = [_meeting(n, *pair, "s0", "s1") for n, pair in enumerate([(0, 1), (1, 2), (2, 0)])]
    problem = replace(_problem(*triangle, _meeting(3, 4, 5), _meeting(4, 6, 7)), walking=walking)
    conflict = find_conflict(problem, 20)
    assert (conflict.meetings, conflict.minimal) == ((0, 1, 2), True)
    finding = describe(problem, conflict)[0]
    assert (finding.fact, finding.meetings, finding.numbers) == (Fact.CONFLICT, ("m0", "m1", "m2"), (3,))


def test_uneven_breaks_are_named_as_the_cause() -> None:
    problem = _problem(_meeting(0, 0, 1, "s0"), _meeting(1, 0, 2, "s2"), spread=0)
    conflict = find_conflict(problem, 20)
    assert conflict.spread
    finding = describe(problem, conflict)[0]
    assert (finding.fact, finding.numbers) == (Fact.CONFLICT_OF_BREAKS, (2, 0))


@settings(max_examples=40)
@given(problems())
def test_conflicts_are_true_and_minimal(problem: Problem) -> None:
    problem = replace(problem, walking=())
    meetings = tuple(
        replace(meeting, required=number % 3 < 2) for number, meeting in enumerate(problem.meetings)
    )
    problem = replace(problem, meetings=meetings)
    assume(meetings and not too_big(problem))
    assume(optimum(problem) is None)
    conflict = find_conflict(problem, 20)
    assert describe(problem, conflict)
    assert not _holds(problem, conflict.meetings)
    if conflict.minimal and not conflict.spread:
        loose = replace(problem, rules=Rules(None))
        for left_out in conflict.meetings:
            assert _holds(loose, tuple(n for n in conflict.meetings if n != left_out))


def test_limits_are_named_when_they_are_what_is_missing() -> None:
    problem = _problem(_meeting(0, 0, 1), _meeting(1, 0, 2))
    few = (replace(problem.participants[0], max_meetings_per_day=1), *problem.participants[1:])
    (finding,) = infeasibility(replace(problem, participants=few))
    assert (finding.fact, finding.people, finding.numbers) == (Fact.PERSON_OVER_LIMIT, ("p0",), (2, 1))
    assert finding.meetings == ("m0", "m1")


def test_what_comes_before_a_required_meeting_is_counted_with_it() -> None:
    either = Meeting("m2", (("p0", "p1"), ("p4",)), required=True, slots=("s1",), after=("m0", "m1"))
    first, second = (
        replace(_meeting(0, 0, 1, "s0"), required=False),
        replace(_meeting(1, 1, 0, "s0"), required=False),
    )
    (finding,) = infeasibility(_problem(first, second, either))
    assert (finding.fact, finding.people, finding.slots) == (Fact.PERSON_SHORT_OF_SLOTS, ("p0",), ("s0",))
    assert finding.numbers == (2, 1)


@settings(max_examples=40)
@given(problems())
def test_every_finding_has_a_sentence(problem: Problem) -> None:
    assume(problem.meetings)
    must = replace(problem, meetings=tuple(replace(meeting, required=True) for meeting in problem.meetings))
    for finding in (*precheck(must), *describe(must, Conflict(tuple(range(len(must.meetings))), True))):
        assert sentence(finding)
