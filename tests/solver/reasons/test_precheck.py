"""Findings before solving are true: infeasible ones are proofs, crowded ones are counts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings

from solver.findings import Bearing, Fact, Finding
from solver.problem import Meeting, Participant, Place, Problem, Published
from solver.reasons.precheck import precheck
from tests.solver.brute import optimum, possible, too_big
from tests.solver.strategies import problems
from tests.solver.test_incumbents import PROBLEM
from tests.solver.test_properties import CALM


@settings(CALM, max_examples=25)
@given(problems())
def test_infeasible_findings_are_proofs(problem: Problem) -> None:
    found = [finding for finding in precheck(problem) if finding.bearing is Bearing.INFEASIBLE]
    assume(found and not too_big(problem))
    assert optimum(problem) is None


@CALM
@given(problems(must=False))
def test_impossible_meetings_are_those_without_a_placement(problem: Problem) -> None:
    found = {finding.meetings[0] for finding in precheck(problem) if finding.bearing is Bearing.IMPOSSIBLE}
    limitless = replace(
        problem,
        participants=tuple(
            replace(person, max_meetings=None, max_meetings_per_day=None) for person in problem.participants
        ),
    )
    assert found == {m.id for m in limitless.meetings if not possible(limitless, m)}


def _three_for(name: str, required: bool) -> Problem:
    others = tuple(Participant(f"q{n}") for n in range(3))
    meetings = tuple(Meeting(f"m{n}", ((name,), (f"q{n}",)), required=required) for n in range(3))
    return replace(PROBLEM, participants=(Participant(name), *others), meetings=meetings)


def test_person_with_too_many_required_meetings_is_named_with_the_number() -> None:
    found = precheck(_three_for("p", True))
    assert {
        Finding(Bearing.INFEASIBLE, Fact.PERSON_OVERBOOKED, people=("p",), numbers=(3, 2)),
        Finding(Bearing.INFEASIBLE, Fact.PLACES_OVERBOOKED, places=("table",), numbers=(3, 2)),
    } <= set(found)


def test_person_wanted_more_often_than_there_is_time_is_crowded() -> None:
    found = precheck(replace(_three_for("p", False), places=(Place("table", "hall", 9),)))
    assert [(finding.bearing, finding.fact, finding.people, finding.numbers) for finding in found] == [
        (Bearing.CROWDED, Fact.PERSON_CROWDED, ("p",), (3, 2))
    ]


def test_locked_meeting_whose_people_left_is_infeasible() -> None:
    locked = replace(PROBLEM.meetings[0], locked=True, published=Published("a", "table", ("p", "r")))
    found = precheck(replace(PROBLEM, meetings=(locked,)))
    assert found[0] == Finding(Bearing.INFEASIBLE, Fact.SIDE_MISFILLED, ("m",), numbers=(0, 2))


def test_what_must_come_before_a_required_meeting_takes_room_as_well() -> None:
    people = (Participant("a", max_meetings=1), Participant("b"), Participant("c"))
    meetings = (
        Meeting("first", (("a",), ("b",))),
        Meeting("then", (("a",), ("c",)), required=True, after=("first",)),
    )
    problem = replace(PROBLEM, participants=people, meetings=meetings)
    (finding,) = (found for found in precheck(problem) if found.bearing is Bearing.INFEASIBLE)
    assert (finding.fact, finding.people, finding.numbers) == (
        Fact.PERSON_OVERBOOKED_WITH_EARLIER,
        ("a",),
        (2, 1),
    )
