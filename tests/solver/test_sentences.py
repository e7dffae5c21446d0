"""Facts in words: none is without a sentence."""

from __future__ import annotations

import pytest

from solver.schedule import Obstacle, Reason, Unscheduled
from solver.sentences import detail, violation_sentence
from solver.violations import Rule, Violation


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_a_sentence_that_names_what_it_is_about(rule: Rule) -> None:
    violation = Violation(rule, ("m1", "m2"), ("ana",), ("nine",), ("hall",), (3, 1))
    said = violation_sentence(violation)
    assert said == said.strip()
    ids = ("m1", "m2", "ana", "nine", "hall", "3")
    assert any(name in said for name in ids) or rule in {Rule.NO_SCHEDULE_HOLDS_NOTHING, Rule.EACH_ONCE}


def test_a_commitment_is_named_as_one() -> None:
    violation = Violation(Rule.TIME_TO_WALK, ("", "m2"), ("ana",), numbers=(4, 10))
    assert violation_sentence(violation) == (
        "participant 'ana': 4 minutes between a commitment and meeting 'm2', but the way takes 10"
    )


def test_violations_that_are_only_counted_say_how_many() -> None:
    assert violation_sentence(Violation(Rule.REQUIRED, many=3)) == "3 required meetings not held"


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_every_obstacle_has_a_sentence(obstacle: Obstacle) -> None:
    left = Unscheduled("m1", Reason.RULE, obstacle, (("ana",), ("bo", "cy")), ("m2",), ("nine",), ("hall",))
    said = detail(left)
    assert said.endswith(".")
    assert said.strip(".").strip()
    assert "{" not in said


def test_people_of_a_large_side_are_named_up_to_three() -> None:
    left = Unscheduled("m1", Reason.RULE, Obstacle.PLACES_CLOSED, (("a", "b", "c", "d"), ("e",)))
    assert detail(left) == "No allowed place is open when a or b or c or another and e could meet."
    assert left.people == ("a", "b", "c", "e")
