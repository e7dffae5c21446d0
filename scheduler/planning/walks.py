"""The ways that a problem counts: what is known, else what the organiser assumes, never silently nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.queries.venue.venue import missing_ways, walks


class UnknownWays(Invalid):
    """Nobody knows how long some walks take, and nothing was assumed. The message names one and what to do."""


def counted_walks(
    session: Session, event_id: int, pavilions: Mapping[int, str]
) -> tuple[tuple[str, str, int], ...]:
    """Minutes by pair of pavilions' public ids; a pair stands once where both directions are the same.

    Raises UnknownWays.
    """
    known = walks(session, event_id)
    if known.assumed is None:
        missing = missing_ways(session, event_id, known)
        if missing.first is not None:
            raise UnknownWays(
                "Nobody has said how long the walk from {} to {} takes{}. Enter the walking minutes, or say what"
                " to count for unknown ways, then start the run again.".format(
                    *missing.first,
                    "" if missing.count == 1 else f", nor {missing.count - 1} more",
                )
            )
    rows = []
    for one, origin in pavilions.items():
        for other, target in pavilions.items():
            minutes = known.counted(one, other)
            same = one > other and minutes == known.counted(other, one)
            if one != other and minutes is not None and not same:
                rows.append((origin, target, minutes))
    return tuple(rows)
