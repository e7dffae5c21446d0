"""What can't be planned or stored as it is."""

from __future__ import annotations

from scheduler.domain.run_outcome import RunOutcome
from scheduler.errors import Invalid


class PlanningRefusal(Invalid):
    """`outcome` says why, and is worded where it is shown."""

    def __init__(self, outcome: RunOutcome) -> None:
        super().__init__(outcome.end.value)
        self.outcome = outcome


class CannotPlan(PlanningRefusal):
    """A round can't be planned."""


class BreaksRules(PlanningRefusal):
    """A schedule that was solved elsewhere breaks rules of its round as it is now."""
