"""A round that can't be planned as it is."""

from __future__ import annotations

from scheduler.domain.run_outcome import RunOutcome
from scheduler.errors import Invalid


class CannotPlan(Invalid):
    """`outcome` says why a round can't be planned, and is worded where it is shown."""

    def __init__(self, outcome: RunOutcome) -> None:
        super().__init__(outcome.end.value)
        self.outcome = outcome
