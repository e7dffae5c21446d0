"""Facts in words: each has its sentence, which the command line and the schedule file keep from version to version."""

from __future__ import annotations

import pytest

from solver.findings import Bearing, Fact, Finding
from solver.schedule import Obstacle, Reason, Unscheduled
from solver.sentences import detail, sentence, violation_sentence
from solver.violations import Rule, Violation

BROKEN = {
    Rule.MEETING_UNKNOWN: "meeting 'm1' is not in the problem",
    Rule.HELD_TWICE: "meeting 'm1' is held twice",
    Rule.SLOT_OR_PLACE_UNKNOWN: "meeting 'm1' names slot 'nine' and place 'hall', not both known",
    Rule.SLOT_ALLOWED: "meeting 'm1': slot 'nine' is not allowed for it",
    Rule.PLACE_ALLOWED: "meeting 'm1': place 'hall' is not allowed for it",
    Rule.PLACE_OPEN: "meeting 'm1': place 'hall' is closed in slot 'nine'",
    Rule.PERSON_UNKNOWN: "meeting 'm1': participant 'ana' is not in the problem",
    Rule.PERSON_AVAILABLE: "meeting 'm1': 'ana' is not available in slot 'nine'",
    Rule.EARLIER_HELD: "meeting 'm1': meeting 'm2', which comes before it, is not held",
    Rule.ORDER: "meeting 'm1' starts before meeting 'm2' ends",
    Rule.ATTENDS_ONCE: "meeting 'm1': somebody attends twice",
    Rule.ONE_OF_EACH_SIDE: "meeting 'm1': 3 participants of side 1 attend, not 1",
    Rule.BELONGS: "meeting 'm1': 'ana' attends, but does not belong to it",
    Rule.REQUIRED: "meeting 'm1' is required, but not held",
    Rule.LOCKED: "meeting 'm1' is locked, but not held as published",
    Rule.CAPACITY: "place 'hall': more than 3 meetings at minute 1",
    Rule.OVERLAP: "participant 'ana': meeting 'm1' and meeting 'm2' overlap",
    Rule.TIME_TO_WALK: (
        "participant 'ana': 3 minutes between meeting 'm1' and meeting 'm2', but the way takes 1"
    ),
    Rule.MOST_MEETINGS: "participant 'ana': 3 meetings, the limit is 1",
    Rule.MOST_A_DAY: "participant 'ana': 3 meetings on a day, the limit is 1",
    Rule.BREAK_SPREAD: "the breaks of participants differ by 3, the limit is 1",
    Rule.HELD_THOUGH_INFEASIBLE: "the status is infeasible, but meetings are held",
    Rule.HELD_THOUGH_UNKNOWN: "the status is unknown, but meetings are held",
    Rule.EACH_ONCE: "held and unscheduled meetings together are not the problem's meetings, each once",
    Rule.SCORE: "the claimed score is 3, the true one 1",
    Rule.BOUND: "the bound 3 is below the score 1",
    Rule.OPTIMAL: "called optimal, but the bound is 3 and the score 1",
}
FOUND = {
    Fact.NO_COMMON_SLOT: (
        "Meeting 'm1' must be held, but its sides are never available at the same time in a slot "
        "allowed for it."
    ),
    Fact.NOWHERE_OPEN: (
        "Meeting 'm1' must be held, but in no slot that its sides share are people near enough "
        "and an allowed place open."
    ),
    Fact.LOCKED_ELSEWHERE: "Meeting 'm1' must be held, but slot 'nine' at place 'hall' is not possible for it.",
    Fact.SIDE_MISFILLED: "Meeting 'm1' must be held, but 3 published attendees stand on side 1, not 1.",
    Fact.STRANGER: "Meeting 'm1' must be held, but published attendee 'ana' does not belong to it.",
    Fact.ATTENDEE_AWAY: "Meeting 'm1' must be held, but published attendee 'ana' can't attend in slot 'nine'.",
    Fact.AFTER_IMPOSSIBLE: "Meeting 'm1' must be held after meeting 'm2', which can't be held.",
    Fact.CIRCLE: (
        "Meeting 'm1' must be held, but it would have to come after itself: 'm1' after 'm2' after 'm1'."
    ),
    Fact.CHAIN: (
        "Meeting 'm1' must be held, but the meetings before it leave no time: 'm1' after 'm2'; "
        "'m2' is possible from slot 'nine' to slot 'ten', 'm1' is possible from slot 'six' to "
        "slot 'noon'."
    ),
    Fact.NOT_WITH_EARLIER: "Meeting 'm1' can't be held with what must come before it: 'm2' and 2 more.",
    Fact.PERSON_OVERBOOKED: "Participant 'ana' has 3 required meetings, but room for 1: 2 too many.",
    Fact.PERSON_OVERBOOKED_WITH_EARLIER: (
        "Participant 'ana' has 3 required meetings, with those that must come before them, but "
        "room for 1: 2 too many."
    ),
    Fact.PERSON_OVER_LIMIT: (
        "Participant 'ana' has 3 required meetings ('m1', 'm2' and 1 more), but their free slots "
        "and limits leave room for 1: 2 too many."
    ),
    Fact.PERSON_SHORT_OF_SLOTS: (
        "Participant 'ana' has 3 required meetings ('m1', 'm2' and 1 more) that are possible only "
        "in 'nine', with room for 1: 2 too many."
    ),
    Fact.PERSON_CROWDED: "Participant 'ana' is wanted in 3 meetings, but has room for 1.",
    Fact.PLACES_OVERBOOKED: "3 required meetings may go only to hall, with room for 1: 2 too many.",
    Fact.PLACES_SHORT_OF_SLOTS: (
        "3 required meetings ('m1', 'm2' and 1 more) are possible only in 'nine', where the "
        "places hold 1: 2 too many."
    ),
    Fact.PLACES_CROWDED: "3 meetings may go only to hall, with room for 1.",
    Fact.CONFLICT: "3 required or locked meetings can't all be held: 'm1', 'm2' and 1 more.",
    Fact.CONFLICT_OF_BREAKS: (
        "3 required or locked meetings can't all be held: 'm1', 'm2' and 1 more, when the breaks "
        "of any two participants may differ by 1 at most."
    ),
    Fact.MINIMAL: "If any one of them were left out, the others could be held.",
    Fact.RIVALS: "They compete for the time of 'ana' (2 of them).",
    Fact.NOT_FOUND: "No schedule that holds every rule was found in the time.",
}
IN_THE_WAY = {
    Obstacle.NEVER_AVAILABLE: "ana and bo or cy are never available at the same time.",
    Obstacle.NEVER_IN_ITS_SLOTS: (
        "ana and bo or cy are never available at the same time in the slots allowed for it."
    ),
    Obstacle.WAY_TO_COMMITMENTS: (
        "ana and bo or cy have no common slot with enough time for the way to their commitments."
    ),
    Obstacle.PLACES_CLOSED: "No allowed place is open when ana and bo or cy could meet.",
    Obstacle.WAITS_FOR_ITSELF: "It would have to come after itself: 'm2' after 'm2'.",
    Obstacle.EARLIER_NOT_HELD: "It comes after meeting 'm2', which is not held.",
    Obstacle.EARLIER_ENDS_LATE: "It comes after meeting 'm2', which ends too late for it.",
    Obstacle.AT_LIMIT: "In every slot that is left one of ana, bo and cy has reached the limit of meetings.",
    Obstacle.IN_ANOTHER_MEETING: "In every slot that is left one of ana, bo and cy is in another meeting.",
    Obstacle.WAY_TO_MEETINGS: (
        "In every slot that is left one of ana, bo and cy has not enough time for the way from or "
        "to another meeting."
    ),
    Obstacle.PLACES_FULL: "Every allowed place is full when ana and bo or cy could meet (nine).",
    Obstacle.NO_GAIN: (
        "ana and bo or cy could meet in slot 'nine' at place 'hall', but it would not raise the score."
    ),
    Obstacle.BREAKS_UNEVEN: "Wherever ana and bo or cy could meet, breaks would be shared too unevenly.",
    Obstacle.TIME_UP: "The time was up: ana and bo or cy could still meet in slot 'nine' at place 'hall'.",
    Obstacle.NOT_TRIED: "The time was up before it was placed or its reason worked out.",
    Obstacle.NO_SCHEDULE: "There is no schedule.",
}


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_its_sentence(rule: Rule) -> None:
    violation = Violation(rule, ("m1", "m2"), ("ana",), ("nine",), ("hall",), (3, 1))
    assert violation_sentence(violation) == BROKEN[rule]


def test_a_commitment_is_named_as_one() -> None:
    violation = Violation(Rule.TIME_TO_WALK, ("", "m2"), ("ana",), numbers=(4, 10))
    assert violation_sentence(violation) == (
        "participant 'ana': 4 minutes between a commitment and meeting 'm2', but the way takes 10"
    )


def test_violations_that_are_only_counted_say_how_many() -> None:
    assert violation_sentence(Violation(Rule.REQUIRED, many=3)) == "3 required meetings not held"


@pytest.mark.parametrize("fact", Fact)
def test_every_fact_has_its_sentence(fact: Fact) -> None:
    slots = ("nine", "ten", "six", "noon") if fact is Fact.CHAIN else ("nine",)
    numbers = (2,) if fact is Fact.RIVALS else (3, 1)
    finding = Finding(Bearing.INFEASIBLE, fact, ("m1", "m2"), ("ana",), slots, ("hall",), numbers)
    assert sentence(finding) == FOUND[fact]


def test_a_meeting_that_need_not_be_held_can_not_be() -> None:
    finding = Finding(Bearing.IMPOSSIBLE, Fact.NO_COMMON_SLOT, ("m1",))
    assert sentence(finding) == (
        "Meeting 'm1' can't be held: its sides are never available at the same time in a slot allowed for it."
    )


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_has_its_sentence(obstacle: Obstacle) -> None:
    left = Unscheduled("m1", Reason.RULE, obstacle, (("ana",), ("bo", "cy")), ("m2",), ("nine",), ("hall",))
    assert detail(left) == IN_THE_WAY[obstacle]


@pytest.mark.parametrize(
    ("side", "said"),
    [
        (("ana",), "ana is in another meeting in every slot that is left."),
        (("ana", "bo"), "Each of ana and bo is in another meeting in every slot that is left."),
    ],
)
def test_a_single_side_is_named_alone(side: tuple[str, ...], said: str) -> None:
    assert detail(Unscheduled("m1", Reason.OUTRANKED, Obstacle.IN_ANOTHER_MEETING, (side,))) == said


def test_people_of_a_large_side_are_named_up_to_three() -> None:
    left = Unscheduled("m1", Reason.RULE, Obstacle.PLACES_CLOSED, (("a", "b", "c", "d"), ("e",)))
    assert detail(left) == "No allowed place is open when a or b or c or another and e could meet."
    assert left.people == ("a", "b", "c", "e")


def test_a_proof_that_there_is_no_schedule_is_the_reason_of_every_meeting() -> None:
    proof = Finding(Bearing.INFEASIBLE, Fact.MINIMAL)
    assert detail(Unscheduled("m1", Reason.RULE, Obstacle.NO_SCHEDULE, finding=proof)) == sentence(proof)
