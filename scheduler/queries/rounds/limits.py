"""What a round says of the meetings of one person: for everybody, and for single types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.limits import MeetingLimits
from scheduler.models import MatchmakingRound, RoundTypeRule


@dataclass(frozen=True, slots=True)
class RoundLimits:
    """The limits and guarantees of a round; `half_day_at` in minutes after local midnight. Types by row id."""

    general: MeetingLimits
    guarantee: int
    half_day_at: int
    by_type: Mapping[int, MeetingLimits]
    guarantees: Mapping[int, int]

    def of(self, type_id: int) -> MeetingLimits:
        """The limits of people of a type."""
        return self.by_type.get(type_id, self.general)

    def owed(self, type_id: int) -> int:
        """How many meetings the organiser owes each of them."""
        return self.guarantees.get(type_id, self.guarantee)


def limits_in(row: MatchmakingRound | RoundTypeRule) -> MeetingLimits:
    """The limits that a row says."""
    return MeetingLimits(
        row.max_meetings,
        row.max_meetings_per_day,
        row.max_meetings_per_half_day,
        row.pause_after,
        row.pause_minutes,
    )


def round_limits(session: Session, round_: MatchmakingRound) -> RoundLimits:
    """What holds in a round, in one query."""
    rules = session.scalars(select(RoundTypeRule).where(RoundTypeRule.round_id == round_.id)).all()
    general = limits_in(round_)
    return RoundLimits(
        general,
        round_.guarantee,
        round_.half_day_at,
        {rule.type_id: limits_in(rule).over(general) for rule in rules},
        {rule.type_id: rule.guarantee for rule in rules if rule.guarantee is not None},
    )
