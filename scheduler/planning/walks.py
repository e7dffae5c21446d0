"""The ways that a problem counts: what is known, else what the organiser assumes, never silently nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.planning.refusal import CannotPlan
from scheduler.queries.venue.venue import missing_ways, walks


def counted_walks(
    session: Session, event_id: int, pavilions: Mapping[int, str]
) -> tuple[tuple[str, str, int], ...]:
    """Minutes by pair of pavilions' public ids; a pair stands once where both directions are the same.

    Raises CannotPlan when nobody knows how long some walk takes, and nothing was assumed.
    """
    known = walks(session, event_id)
    if known.assumed is None:
        missing = missing_ways(session, event_id, known)
        if missing.first is not None:
            origin, target = missing.first
            values: dict[str, str | int] = {
                "origin": origin,
                "target": target,
                "more": missing.count - 1,
            }
            raise CannotPlan(RunOutcome(RunEnd.UNKNOWN_WALKS, values))
    rows = []
    for one, origin in pavilions.items():
        for other, target in pavilions.items():
            minutes = known.counted(one, other)
            same = one > other and minutes == known.counted(other, one)
            if one != other and minutes is not None and not same:
                rows.append((origin, target, minutes))
    return tuple(rows)
