"""Why a run ended, and what the solver found: every fact has words, with the names of the event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from scheduler.domain.intervals import Interval
from scheduler.domain.run_outcome import RunEnd, RunFinding, RunOutcome, read_outcome
from scheduler.queries.rounds.run_outcome import RunNames
from scheduler.web.labels.run_outcomes import ENDS, findings_said, outcome_said
from solver import Fact

VALUES: dict[RunEnd, dict[str, str | int]] = {
    RunEnd.TEXT: {"text": "As it was said."},
    RunEnd.UNKNOWN_WALKS: {"origin": "Bavaria", "target": "Catalonia", "more": 2},
    RunEnd.UNKNOWN_WEIGHT: {"name": "beauty"},
    RunEnd.BROKEN: {"count": 2},
}
NAMES = RunNames(
    people={"p": "Ana", "q": "Marta"},
    groups={"g": "Ports of tomorrow"},
    slots={"s": Interval(datetime(2023, 11, 7, 9, tzinfo=UTC), datetime(2023, 11, 7, 9, 25, tzinfo=UTC))},
    places={"t": "Bavaria, tables"},
)
NUMBERS = {
    Fact.CONFLICT: (9,),
    Fact.CONFLICT_OF_BREAKS: (9, 1),
    Fact.RIVALS: (3,),
    Fact.NOT_WITH_EARLIER: (1,),
}


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("end", RunEnd)
def test_every_end_is_said_and_stored(end: RunEnd) -> None:
    outcome = RunOutcome(end, VALUES.get(end, {}))
    assert read_outcome(outcome.stored()) == outcome
    said = outcome_said(outcome)
    assert said.endswith(".")
    assert "%(" not in said
    assert (end in ENDS) != (end in VALUES)


@pytest.mark.parametrize("fact", Fact)
def test_every_fact_of_the_solver_is_said_with_names(fact: Fact) -> None:
    finding = RunFinding(
        fact.value, ("p+q", "call-g"), ("p",), ("s", "s", "s", "s"), ("t", "t:2"), NUMBERS.get(fact, (3, 2))
    )
    outcome = RunOutcome(RunEnd.INFEASIBLE, findings=(finding,))
    assert read_outcome(outcome.stored()) == outcome
    (said,) = findings_said(outcome, NAMES)
    assert said.endswith(".")
    assert "%(" not in said
    assert not {"p+q", "call-g", "t:2"} & set(said.replace(",", " ").split())


def test_long_lists_are_cut_and_counted() -> None:
    finding = RunFinding("conflict", tuple("p+q" for _ in range(9)), numbers=(2339,))
    (said,) = findings_said(RunOutcome(RunEnd.INFEASIBLE, findings=(finding,)), NAMES)
    assert said.startswith("2,339 meetings that must be held can't all be: Ana and Marta; ")
    assert said.endswith("Ana and Marta; 2,333 more.")


def test_names_are_said_and_what_is_gone_is_said_to_be() -> None:
    finding = RunFinding("person-short-of-slots", ("p+q",), ("p",), ("s", "gone"), numbers=(3, 1))
    (said,) = findings_said(RunOutcome(RunEnd.INFEASIBLE, findings=(finding,)), NAMES)
    assert said.startswith("Ana has 3 meetings that must be held")
    assert "Tue 7 Nov, 09:00–09:25; a time that is gone" in said
    lost = RunFinding("person-crowded", people=("somebody",), numbers=(3, 1))
    assert findings_said(RunOutcome(RunEnd.INFEASIBLE, findings=(lost,)), NAMES) == [
        "somebody who left is wanted in 3 meetings and has room for 1."
    ]
