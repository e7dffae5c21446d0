"""Each rule of the contract, respected and violated, and each term of the score."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.judge.check import check, check_claim
from solver.problem import (
    Commitment,
    Meeting,
    OptionalAttendee,
    Participant,
    Pavilion,
    Place,
    Problem,
    Published,
    Rules,
    Slot,
    Walk,
    Weights,
)
from solver.schedule import Assignment, Claim, Status
from solver.violations import Rule, Violation
from tests.solver.strategies import DAY, MORNING

SLOTS = (
    Slot("a", MORNING, MORNING + 20),
    Slot("b", MORNING + 20, MORNING + 40),
    Slot("c", MORNING + 40, MORNING + 60),
    Slot("long", MORNING + 10, MORNING + 50),
    Slot("next", MORNING + DAY, MORNING + DAY + 20),
)


def _problem(**changes: object) -> Problem:
    base = Problem(
        name="rules",
        timezone="UTC",
        slots=SLOTS,
        pavilions=(Pavilion("north"), Pavilion("south")),
        walking=(Walk("north", "south", 10), Walk("south", "north", 20)),
        places=(Place("n", "north", 2), Place("s", "south", 1, ("a", "b", "c"))),
        participants=tuple(Participant(f"p{n}") for n in range(1, 7)),
        meetings=(Meeting("m1", (("p1",), ("p2", "p3"))), Meeting("m2", (("p1",), ("p4",)))),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _person(problem: Problem, name: str, **changes: object) -> Problem:
    people = tuple(
        replace(p, **changes) if p.id == name else p  # type: ignore[arg-type]
        for p in problem.participants
    )
    return replace(problem, participants=people)


def _meeting(problem: Problem, name: str, **changes: object) -> Problem:
    meetings = tuple(
        replace(m, **changes) if m.id == name else m  # type: ignore[arg-type]
        for m in problem.meetings
    )
    return replace(problem, meetings=meetings)


def _row(text: str) -> Assignment:
    meeting, slot, place, *who = text.split()
    return Assignment(meeting, slot, place, tuple(who))


def _violations(problem: Problem, *rows: str) -> tuple[Violation, ...]:
    return check(problem, [_row(row) for row in rows]).violations


PLAIN = _problem()
OPTIONAL = _meeting(PLAIN, "m1", optional=(OptionalAttendee("p5", 3),))
LOCKED = _meeting(PLAIN, "m1", locked=True, published=Published("a", "n", ("p1", "p2")))
AFTER = _meeting(PLAIN, "m2", after=("m1",))
BUSY = _person(PLAIN, "p1", commitments=(Commitment(MORNING + 30, MORNING + 40, "south"),))
SOON = _person(PLAIN, "p1", commitments=(Commitment(MORNING + 25, MORNING + 30, "south"),))

CASES = [
    (
        "slot allowed",
        Rule.SLOT_ALLOWED,
        _meeting(PLAIN, "m1", slots=("a",)),
        ["m1 a n p1 p2"],
        ["m1 b n p1 p2"],
    ),
    (
        "place allowed",
        Rule.PLACE_ALLOWED,
        _meeting(PLAIN, "m1", places=("n",)),
        ["m1 a n p1 p2"],
        ["m1 a s p1 p2"],
    ),
    ("place open", Rule.PLACE_OPEN, PLAIN, ["m1 a s p1 p2"], ["m1 next s p1 p2"]),
    ("one of each side", Rule.ONE_OF_EACH_SIDE, PLAIN, ["m1 a n p1 p3"], ["m1 a n p1 p2 p3"]),
    ("every side", Rule.ONE_OF_EACH_SIDE, PLAIN, ["m1 a n p1 p3"], ["m1 a n p3"]),
    ("optional may attend", Rule.BELONGS, OPTIONAL, ["m1 a n p1 p2 p5"], ["m1 a n p1 p2 p6"]),
    ("nobody attends twice", Rule.ATTENDS_ONCE, PLAIN, ["m1 a n p1 p2"], ["m1 a n p1 p1 p2"]),
    (
        "available",
        Rule.PERSON_AVAILABLE,
        _person(PLAIN, "p2", slots=("b",)),
        ["m1 b n p1 p2"],
        ["m1 a n p1 p2"],
    ),
    (
        "one meeting at a time",
        Rule.OVERLAP,
        PLAIN,
        ["m1 a n p1 p2", "m2 b n p1 p4"],
        ["m1 a n p1 p2", "m2 a n p1 p4"],
    ),
    (
        "overlapping slots",
        Rule.OVERLAP,
        PLAIN,
        ["m1 a n p1 p2", "m2 c n p1 p4"],
        ["m1 a n p1 p2", "m2 long n p1 p4"],
    ),
    (
        "time to walk",
        Rule.TIME_TO_WALK,
        PLAIN,
        ["m1 a n p1 p2", "m2 c s p1 p4"],
        ["m1 a n p1 p2", "m2 b s p1 p4"],
    ),
    (
        "direction of the way",
        Rule.TIME_TO_WALK,
        PLAIN,
        ["m1 a s p1 p2", "m2 c n p1 p4"],
        ["m1 b s p1 p2", "m2 c n p1 p4"],
    ),
    ("commitment", Rule.OVERLAP, BUSY, ["m1 c s p1 p2"], ["m1 b n p1 p2"]),
    ("way to a commitment", Rule.TIME_TO_WALK, SOON, ["m1 a s p1 p2"], ["m1 a n p1 p2"]),
    ("way from a commitment", Rule.TIME_TO_WALK, BUSY, ["m1 c s p1 p2"], ["m1 c n p1 p2"]),
    (
        "total limit",
        Rule.MOST_MEETINGS,
        _person(PLAIN, "p1", max_meetings=1),
        ["m1 a n p1 p2"],
        ["m1 a n p1 p2", "m2 b n p1 p4"],
    ),
    (
        "daily limit",
        Rule.MOST_A_DAY,
        _person(PLAIN, "p1", max_meetings_per_day=1),
        ["m1 a n p1 p2", "m2 next n p1 p4"],
        ["m1 a n p1 p2", "m2 c n p1 p4"],
    ),
    ("required", Rule.REQUIRED, _meeting(PLAIN, "m1", required=True), ["m1 a n p1 p2"], ["m2 a n p1 p4"]),
    ("locked in its slot", Rule.LOCKED, LOCKED, ["m1 a n p1 p2"], ["m1 b n p1 p2"]),
    ("locked with its people", Rule.LOCKED, LOCKED, ["m1 a n p1 p2"], ["m1 a n p1 p3"]),
    ("order", Rule.ORDER, AFTER, ["m1 a n p1 p2", "m2 b n p1 p4"], ["m1 c n p1 p2", "m2 a n p1 p4"]),
    ("order needs the earlier one", Rule.EARLIER_HELD, AFTER, ["m1 a n p1 p2"], ["m2 a n p1 p4"]),
    (
        "spread of breaks",
        Rule.BREAK_SPREAD,
        replace(PLAIN, rules=Rules(max_break_spread=0)),
        ["m1 a n p1 p2", "m2 b n p1 p4"],
        ["m1 a n p1 p2", "m2 c n p1 p4"],
    ),
    ("known slot", Rule.SLOT_OR_PLACE_UNKNOWN, PLAIN, ["m1 a n p1 p2"], ["m1 x n p1 p2"]),
    ("known meeting", Rule.MEETING_UNKNOWN, PLAIN, ["m1 a n p1 p2"], ["m9 a n p1 p2"]),
    ("held once", Rule.HELD_TWICE, PLAIN, ["m1 a n p1 p2"], ["m1 a n p1 p2", "m1 a n p1 p2"]),
]


@pytest.mark.parametrize(("problem", "rows"), [(c[2], c[3]) for c in CASES], ids=[c[0] for c in CASES])
def test_rule_respected_gives_no_violation(problem: Problem, rows: list[str]) -> None:
    assert _violations(problem, *rows) == ()


@pytest.mark.parametrize(
    ("rule", "problem", "rows"), [(c[1], c[2], c[4]) for c in CASES], ids=[c[0] for c in CASES]
)
def test_rule_violated_is_found(rule: Rule, problem: Problem, rows: list[str]) -> None:
    assert _violations(problem, *rows)[0].rule is rule


def test_capacity_counts_meetings_at_the_same_instant() -> None:
    meetings = tuple(Meeting(f"m{n}", ((f"p{n}",), (f"p{n + 3}",))) for n in (1, 2, 3))
    problem = _problem(meetings=meetings)
    assert _violations(problem, "m1 a n p1 p4", "m2 a n p2 p5", "m3 b n p3 p6") == ()
    assert _violations(problem, "m1 a n p1 p4", "m2 long n p2 p5", "m3 b n p3 p6") == ()
    found = _violations(problem, "m1 b n p1 p4", "m2 long n p2 p5", "m3 b n p3 p6")
    assert found == (Violation(Rule.CAPACITY, places=("n",), numbers=(2, problem.slot("b").start)),)


def test_way_counts_between_engagements_that_are_not_neighbours() -> None:
    talk = Commitment(MORNING + 22, MORNING + 24)
    problem = _person(PLAIN, "p1", commitments=(talk,))
    assert _violations(problem, "m1 a n p1 p2", "m2 b n p1 p4") != ()
    soon = (*SLOTS, Slot("soon", MORNING + 26, MORNING + 38))
    shifted = replace(problem, slots=soon, places=(Place("n", "north", 2), Place("s", "south")))
    found = _violations(shifted, "m1 a n p1 p2", "m2 soon s p1 p4")
    assert found == (Violation(Rule.TIME_TO_WALK, ("m1", "m2"), ("p1",), numbers=(6, 10)),)


def _score(weights: Weights, problem: Problem, *rows: str) -> int:
    verdict = check(replace(problem, weights=weights), [_row(row) for row in rows])
    assert verdict.clean
    return verdict.score


def test_value_counts_meetings_and_optional_attendees() -> None:
    assert _score(Weights(value=2), OPTIONAL, "m1 a n p1 p2 p5", "m2 b n p1 p4") == 10


def test_break_is_idle_time_that_a_slot_fits_in() -> None:
    weights = Weights(value=0, breaks=1)
    assert _score(weights, PLAIN, "m1 a n p1 p2", "m2 b n p1 p4") == 0
    assert _score(weights, PLAIN, "m1 a n p1 p2", "m2 c n p1 p4") == -1
    assert _score(weights, PLAIN, "m1 a n p1 p2", "m2 next n p1 p4") == 0


def test_time_in_a_session_is_no_break_but_unavailable_time_is() -> None:
    weights = Weights(value=0, breaks=1)
    session = Commitment(MORNING + 25, MORNING + 35)
    seated = _person(PLAIN, "p1", commitments=(session,))
    away = _person(PLAIN, "p1", slots=("a", "c"))
    assert _score(weights, seated, "m1 a n p1 p2", "m2 c n p1 p4") == 0
    assert _score(weights, away, "m1 a n p1 p2", "m2 c n p1 p4") == -1


def test_walking_is_charged_between_consecutive_engagements_of_a_day() -> None:
    weights = Weights(value=0, walking=1)
    assert _score(weights, PLAIN, "m1 a n p1 p2", "m2 c s p1 p4") == -10
    assert _score(weights, PLAIN, "m1 a s p1 p2", "m2 next n p1 p4") == 0
    busy = _person(PLAIN, "p1", commitments=(Commitment(MORNING - 60, MORNING - 30, "south"),))
    assert _score(weights, busy, "m1 a n p1 p2") == -20


def test_guarantee_charges_each_missing_meeting() -> None:
    owed = _person(PLAIN, "p1", guarantee=3)
    assert _score(Weights(value=0, guarantee=30), owed, "m1 a n p1 p2") == -60


def test_published_meetings_charge_for_moving_and_dropping() -> None:
    problem = _meeting(
        _meeting(PLAIN, "m1", published=Published("a", "n")), "m2", published=Published("b", "n")
    )
    weights = Weights(value=0, moved=1, dropped=10)
    assert _score(weights, problem, "m1 a n p1 p2", "m2 b n p1 p4") == 0
    assert _score(weights, problem, "m1 a s p1 p2") == -11


def _claim(status: Status, score: int, bound: float | None, *rows: str) -> Claim:
    held = tuple(_row(row) for row in rows)
    left = tuple(m.id for m in PLAIN.meetings if m.id not in {row.meeting for row in held})
    return Claim(status, score, bound, held, left)


def test_true_claim_is_clean() -> None:
    assert check_claim(PLAIN, _claim(Status.FEASIBLE, 1, 2.0, "m1 a n p1 p2")).clean


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        (_claim(Status.FEASIBLE, 2, 2.0, "m1 a n p1 p2"), Rule.SCORE),
        (_claim(Status.FEASIBLE, 1, 0.0, "m1 a n p1 p2"), Rule.BOUND),
        (_claim(Status.OPTIMAL, 1, 2.0, "m1 a n p1 p2"), Rule.OPTIMAL),
        (_claim(Status.OPTIMAL, 1, None, "m1 a n p1 p2"), Rule.OPTIMAL),
        (_claim(Status.INFEASIBLE, 1, None, "m1 a n p1 p2"), Rule.HELD_THOUGH_INFEASIBLE),
        (_claim(Status.UNKNOWN, 1, None, "m1 a n p1 p2"), Rule.HELD_THOUGH_UNKNOWN),
        (replace(_claim(Status.FEASIBLE, 1, None, "m1 a n p1 p2"), unscheduled=()), Rule.EACH_ONCE),
    ],
)
def test_untrue_claim_is_found(claim: Claim, rule: Rule) -> None:
    assert [violation.rule for violation in check_claim(PLAIN, claim).violations] == [rule]


def test_measures_tell_how_evenly_meetings_are_shared() -> None:
    measures = check(PLAIN, [_row("m1 a n p1 p2")]).measures
    assert (measures.held, measures.wanted, measures.participants_without_meeting) == (1, 2, 4)
    assert measures.jain_index == 0.3333
