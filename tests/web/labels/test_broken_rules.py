"""Every rule that a schedule can break has words, with the names of the event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from scheduler.domain.intervals import Interval
from scheduler.domain.run_outcome import RunEnd, RunFinding, RunOutcome, read_outcome
from scheduler.queries.rounds.run_outcome import RunNames
from scheduler.web.labels.broken_rules import RULES, file_refused_said, rule_said
from scheduler.web.labels.run_outcomes import FACTS, findings_said
from solver import Fact, Rule

OF_A_CLAIM = {
    Rule.HELD_THOUGH_INFEASIBLE,
    Rule.HELD_THOUGH_UNKNOWN,
    Rule.EACH_ONCE,
    Rule.SCORE,
    Rule.BOUND,
    Rule.OPTIMAL,
}
"""What a schedule file may say of itself; the application asks about its meetings alone."""
NAMES = RunNames(
    people={"p": "Ana", "q": "Marta"},
    groups={"g": "Ports of tomorrow"},
    slots={"s": Interval(datetime(2023, 11, 7, 9, tzinfo=UTC), datetime(2023, 11, 7, 9, 25, tzinfo=UTC))},
    places={"t": "Bavaria, tables"},
)


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.test_request_context():
        yield


def test_rules_and_facts_are_told_apart_by_their_names() -> None:
    assert RULES.keys() == {rule.value for rule in Rule} - OF_A_CLAIM
    assert FACTS.keys() == {fact.value for fact in Fact}
    assert not RULES.keys() & FACTS.keys()


@pytest.mark.parametrize("rule", sorted(set(Rule) - OF_A_CLAIM))
def test_every_rule_is_said_with_names(rule: Rule) -> None:
    broken = RunFinding(rule.value, ("p+q", "call-g"), ("p",), ("s",), ("t:2",), (3, 2))
    outcome = RunOutcome(RunEnd.BROKEN, {"count": 1}, (broken,))
    assert read_outcome(outcome.stored()) == outcome
    (said,) = findings_said(outcome, NAMES)
    assert said.endswith(".")
    assert "%(" not in said
    assert "Ana" in said or rule in {Rule.CAPACITY, Rule.BREAK_SPREAD}
    assert not {"p+q", "call-g", "t:2"} & set(said.replace(",", " ").split())


def test_two_engagements_are_named_and_one_may_be_no_meeting() -> None:
    broken = RunFinding("time-to-walk", ("", "p+q"), ("p",), numbers=(5, 1200))
    assert rule_said(broken, NAMES) == (
        "Ana has too little time to walk (5 min instead of 1,200) between a fixed appointment and the meeting of"
        " Ana and Marta."
    )


@pytest.mark.parametrize(
    ("count", "head"),
    [
        (1, "plan.json breaks 1 rule of the round as it is now:"),
        (1200, "plan.json breaks 1,200 rules of the round as it is now, for example:"),
    ],
)
def test_file_that_is_refused_says_how_many_rules_and_the_first(count: int, head: str) -> None:
    outcome = RunOutcome(
        RunEnd.BROKEN, {"count": count}, (RunFinding("place-open", ("p+q",), (), ("s",), ("t:2",)),)
    )
    assert file_refused_said("plan.json", outcome, NAMES) == (
        f"{head} The place of the meeting of Ana and Marta is closed then: Bavaria, tables 2; Tue 7 Nov, 09:00–09:25."
        " Nothing was stored."
    )


def test_what_is_gone_is_said_to_be() -> None:
    broken = RunFinding("slot-or-place-unknown", ("p+x",), (), ("y",), ("z",))
    assert rule_said(broken, NAMES) == (
        "The meeting of Ana and somebody who left is held at a time or a place that the round does not have."
    )
