"""What the solver finds becomes facts that a run keeps."""

from __future__ import annotations

from scheduler.domain.run_outcome import RunEnd, RunFinding, read_outcome
from scheduler.planning.facts import LISTED, MOST_IDS, broken_rules, kept
from scheduler.planning.solving import BrokenSchedule
from solver import (
    Assignment,
    Bearing,
    Fact,
    Finding,
    Meeting,
    Participant,
    Pavilion,
    Place,
    Problem,
    Rule,
    Slot,
    check,
)

PROBLEM = Problem(
    "one table",
    "UTC",
    (Slot("a", 0, 20), Slot("b", 20, 40)),
    (Pavilion("hall"),),
    (),
    (Place("table", "hall"),),
    tuple(Participant(f"p{n}") for n in range(2 * LISTED + 2)),
    tuple(Meeting(f"m{n}", ((f"p{2 * n}",), (f"p{2 * n + 1}",)), slots=("a",)) for n in range(LISTED + 1)),
)


def _row(number: int, slot: str) -> Assignment:
    return Assignment(f"m{number}", slot, "table", (f"p{2 * number}", f"p{2 * number + 1}"))


def test_broken_rules_are_kept_by_name_with_what_they_are_about() -> None:
    outcome = broken_rules(check(PROBLEM, [_row(0, "a"), _row(1, "a")]))
    assert (outcome.end, outcome.values) == (RunEnd.BROKEN, {"count": 1})
    assert outcome.findings == (RunFinding("capacity", places=("table",), numbers=(1, 0)),)
    assert read_outcome(outcome.stored()) == outcome


def test_of_many_broken_rules_the_first_are_kept_and_all_counted() -> None:
    outcome = broken_rules(check(PROBLEM, [_row(n, "b") for n in range(LISTED + 1)]))
    assert outcome.values == {"count": LISTED + 2}
    assert [each.fact for each in outcome.findings] == [Rule.SLOT_ALLOWED.value] * LISTED


def test_schedule_that_is_not_kept_carries_its_facts() -> None:
    verdict = check(PROBLEM, [_row(0, "b")])
    assert BrokenSchedule(verdict).outcome == broken_rules(verdict)


def test_long_lists_of_a_finding_are_cut() -> None:
    slots = tuple(f"s{n}" for n in range(MOST_IDS + 5))
    finding = Finding(Bearing.INFEASIBLE, Fact.PERSON_SHORT_OF_SLOTS, ("m0",), ("p0",), slots, (), (3, 2))
    assert kept(finding) == RunFinding(
        "person-short-of-slots", ("m0",), ("p0",), slots[:MOST_IDS], (), (3, 2)
    )
