"""What a repair changes, and what is proven of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solver.findings import Finding
from solver.schedule import Assignment, Status


@dataclass(frozen=True, slots=True)
class Change:
    """One meeting that stands elsewhere afterwards. `before` None: it was not held; `after` None: it no longer is."""

    meeting: str
    before: Assignment | None
    after: Assignment | None


@dataclass(frozen=True, slots=True)
class Repair:
    """A schedule near the one that people have.

    Of all schedules that answer the question it disturbs the fewest held meetings and, among those, scores best
    (value, breaks, walking, guarantee). `status` OPTIMAL: both are proven; FEASIBLE: `fewest` is proven to be the least
    that any answer disturbs; INFEASIBLE: there is no answer; UNKNOWN: none was found in the time.
    """

    status: Status
    meetings: tuple[Assignment, ...] = ()
    """The whole schedule afterwards; empty when there is none."""
    changes: tuple[Change, ...] = ()
    fewest: int = 0
    score_before: int = 0
    """Scores under the problem's weights, without what moving and dropping cost."""
    score_after: int = 0
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    """What makes it impossible, where that is proven and known."""

    @property
    def disturbed(self) -> int:
        """How many meetings that people had are moved or dropped."""
        return sum(change.before is not None for change in self.changes)

    @property
    def found(self) -> bool:
        """Whether there is a schedule."""
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)


def changes_between(before: Mapping[str, Assignment], after: Mapping[str, Assignment]) -> tuple[Change, ...]:
    """What stands elsewhere, is new or is gone: new ones first, then in the order of `before`."""
    return tuple(_changes(before, after))


def _changes(before: Mapping[str, Assignment], after: Mapping[str, Assignment]) -> Iterable[Change]:
    for name, row in after.items():
        if name not in before:
            yield Change(name, None, row)
    for name, row in before.items():
        now = after.get(name)
        if now is None or (now.slot, now.place) != (row.slot, row.place):
            yield Change(name, row, now)
