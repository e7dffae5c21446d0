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


def _sentences(problem: Problem, *rows: str) -> tuple[str, ...]:
    return check(problem, [_row(row) for row in rows]).violations


PLAIN = _problem()
OPTIONAL = _meeting(PLAIN, "m1", optional=(OptionalAttendee("p5", 3),))
LOCKED = _meeting(PLAIN, "m1", locked=True, published=Published("a", "n", ("p1", "p2")))
AFTER = _meeting(PLAIN, "m2", after=("m1",))
BUSY = _person(PLAIN, "p1", commitments=(Commitment(MORNING + 30, MORNING + 40, "south"),))

CASES = [
    ("slot allowed", _meeting(PLAIN, "m1", slots=("a",)), ["m1 a n p1 p2"], ["m1 b n p1 p2"]),
    ("place allowed", _meeting(PLAIN, "m1", places=("n",)), ["m1 a n p1 p2"], ["m1 a s p1 p2"]),
    ("place open", PLAIN, ["m1 a s p1 p2"], ["m1 next s p1 p2"]),
    ("one of each side", PLAIN, ["m1 a n p1 p3"], ["m1 a n p1 p2 p3"]),
    ("every side", PLAIN, ["m1 a n p1 p3"], ["m1 a n p3"]),
    ("optional may attend", OPTIONAL, ["m1 a n p1 p2 p5"], ["m1 a n p1 p2 p6"]),
    ("nobody attends twice", PLAIN, ["m1 a n p1 p2"], ["m1 a n p1 p1 p2"]),
    ("available", _person(PLAIN, "p2", slots=("b",)), ["m1 b n p1 p2"], ["m1 a n p1 p2"]),
    ("one meeting at a time", PLAIN, ["m1 a n p1 p2", "m2 b n p1 p4"], ["m1 a n p1 p2", "m2 a n p1 p4"]),
    ("overlapping slots", PLAIN, ["m1 a n p1 p2", "m2 c n p1 p4"], ["m1 a n p1 p2", "m2 long n p1 p4"]),
    ("time to walk", PLAIN, ["m1 a n p1 p2", "m2 c s p1 p4"], ["m1 a n p1 p2", "m2 b s p1 p4"]),
    ("direction of the way", PLAIN, ["m1 a s p1 p2", "m2 c n p1 p4"], ["m1 b s p1 p2", "m2 c n p1 p4"]),
    ("commitment", BUSY, ["m1 c s p1 p2"], ["m1 b n p1 p2"]),
    ("way to a commitment", BUSY, ["m1 a n p1 p2"], ["m1 long s p1 p2"]),
    ("way from a commitment", BUSY, ["m1 c s p1 p2"], ["m1 c n p1 p2"]),
    ("total limit", _person(PLAIN, "p1", max_meetings=1), ["m1 a n p1 p2"], ["m1 a n p1 p2", "m2 b n p1 p4"]),
    (
        "daily limit",
        _person(PLAIN, "p1", max_meetings_per_day=1),
        ["m1 a n p1 p2", "m2 next n p1 p4"],
        ["m1 a n p1 p2", "m2 c n p1 p4"],
    ),
    ("required", _meeting(PLAIN, "m1", required=True), ["m1 a n p1 p2"], ["m2 a n p1 p4"]),
    ("locked in its slot", LOCKED, ["m1 a n p1 p2"], ["m1 b n p1 p2"]),
    ("locked with its people", LOCKED, ["m1 a n p1 p2"], ["m1 a n p1 p3"]),
    ("order", AFTER, ["m1 a n p1 p2", "m2 b n p1 p4"], ["m1 c n p1 p2", "m2 a n p1 p4"]),
    ("order needs the earlier one", AFTER, ["m1 a n p1 p2"], ["m2 a n p1 p4"]),
    (
        "spread of breaks",
        replace(PLAIN, rules=Rules(max_break_spread=0)),
        ["m1 a n p1 p2", "m2 b n p1 p4"],
        ["m1 a n p1 p2", "m2 c n p1 p4"],
    ),
    ("known slot", PLAIN, ["m1 a n p1 p2"], ["m1 x n p1 p2"]),
    ("known meeting", PLAIN, ["m1 a n p1 p2"], ["m9 a n p1 p2"]),
    ("held once", PLAIN, ["m1 a n p1 p2"], ["m1 a n p1 p2", "m1 a n p1 p2"]),
]


@pytest.mark.parametrize(("problem", "rows"), [(c[1], c[2]) for c in CASES], ids=[c[0] for c in CASES])
def test_rule_respected_gives_no_violation(problem: Problem, rows: list[str]) -> None:
    assert _sentences(problem, *rows) == ()


@pytest.mark.parametrize(("problem", "rows"), [(c[1], c[3]) for c in CASES], ids=[c[0] for c in CASES])
def test_rule_violated_is_found(problem: Problem, rows: list[str]) -> None:
    assert _sentences(problem, *rows) != ()


def test_capacity_counts_meetings_at_the_same_instant() -> None:
    meetings = tuple(Meeting(f"m{n}", ((f"p{n}",), (f"p{n + 3}",))) for n in (1, 2, 3))
    problem = _problem(meetings=meetings)
    assert _sentences(problem, "m1 a n p1 p4", "m2 a n p2 p5", "m3 b n p3 p6") == ()
    assert _sentences(problem, "m1 a n p1 p4", "m2 long n p2 p5", "m3 b n p3 p6") == ()
    (sentence,) = _sentences(problem, "m1 b n p1 p4", "m2 long n p2 p5", "m3 b n p3 p6")
    assert sentence.startswith("place 'n': more than 2 meetings")


def test_way_counts_between_engagements_that_are_not_neighbours() -> None:
    talk = Commitment(MORNING + 22, MORNING + 24)
    problem = _person(PLAIN, "p1", commitments=(talk,))
    assert _sentences(problem, "m1 a n p1 p2", "m2 b n p1 p4") != ()
    soon = (*SLOTS, Slot("soon", MORNING + 26, MORNING + 38))
    shifted = replace(problem, slots=soon, places=(Place("n", "north", 2), Place("s", "south")))
    (sentence,) = _sentences(shifted, "m1 a n p1 p2", "m2 soon s p1 p4")
    assert "the way takes 10" in sentence


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
    ("claim", "word"),
    [
        (_claim(Status.FEASIBLE, 2, 2.0, "m1 a n p1 p2"), "claimed score"),
        (_claim(Status.FEASIBLE, 1, 0.0, "m1 a n p1 p2"), "below the score"),
        (_claim(Status.OPTIMAL, 1, 2.0, "m1 a n p1 p2"), "called optimal"),
        (_claim(Status.OPTIMAL, 1, None, "m1 a n p1 p2"), "called optimal"),
        (_claim(Status.INFEASIBLE, 1, None, "m1 a n p1 p2"), "meetings are held"),
        (replace(_claim(Status.FEASIBLE, 1, None, "m1 a n p1 p2"), unscheduled=()), "each once"),
    ],
)
def test_untrue_claim_is_found(claim: Claim, word: str) -> None:
    (sentence,) = check_claim(PLAIN, claim).violations
    assert word in sentence


def test_measures_tell_how_evenly_meetings_are_shared() -> None:
    measures = check(PLAIN, [_row("m1 a n p1 p2")]).measures
    assert (measures.held, measures.wanted, measures.participants_without_meeting) == (1, 2, 4)
    assert measures.jain_index == 0.3333
