"""What the solver says of a problem or a schedule, as the facts that are stored with a run."""

from __future__ import annotations

from scheduler.domain.run_outcome import RunEnd, RunFinding, RunOutcome
from solver import Finding, Verdict, Violation

LISTED = 8
"""Findings that a run keeps, the most telling first."""
MOST_IDS = 60
"""Slots and places that a finding keeps."""


def kept(found: Finding | Violation) -> RunFinding:
    """A finding, or a rule that a schedule breaks, by the solver's name of it."""
    return RunFinding(
        (found.fact if isinstance(found, Finding) else found.rule).value,
        found.meetings,
        found.people,
        found.slots[:MOST_IDS],
        found.places[:MOST_IDS],
        tuple(int(number) for number in found.numbers if number is not None),
    )


def broken_rules(verdict: Verdict) -> RunOutcome:
    """How many rules a schedule breaks, and the first of them."""
    listed = tuple(kept(each) for each in verdict.violations[:LISTED])
    return RunOutcome(RunEnd.BROKEN, {"count": verdict.count}, listed)
