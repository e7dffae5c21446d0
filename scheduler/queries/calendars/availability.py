"""When a participant can meet, as rows give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scheduler.domain.availability import TakenTimes
from scheduler.domain.engagements import EngagementKind
from scheduler.domain.enums import RoundState
from scheduler.domain.intervals import Interval, merge
from scheduler.models import MatchmakingRound, Participant, Slot, round_block
from scheduler.queries.engagements import busy_times, meeting_engagements, session_engagements


@dataclass(frozen=True, slots=True)
class Availability:
    """The slots of the event that have not begun, without doubles, and what holds the participant.

    `slots` are those of all rounds, for the grid: an answer counts in later rounds too. `offered` are those of
    the open rounds, in which a meeting can still be placed; `booked` the meetings that the participant has.
    """

    slots: tuple[Interval, ...]
    offered: tuple[Interval, ...]
    booked: tuple[Interval, ...]
    held: TakenTimes

    def open_to(self, held: TakenTimes | None = None) -> int:
        """How many of the offered slots are free of what holds (default: as it is) and of meetings."""
        taken = merge([*self.booked, *(held or self.held).all()])
        return sum(not any(busy.overlaps(slot) for busy in taken) for slot in self.offered)


def availability_of(session: Session, participant: Participant, now: datetime) -> Availability:
    """The slots that are ahead at an instant, and what takes a participant's time, in seven queries."""
    ahead = (
        select(Slot.starts_at, Slot.ends_at)
        .where(Slot.event_id == participant.event_id, Slot.retired_at.is_(None), Slot.starts_at > now)
        .distinct()
        .order_by(Slot.starts_at, Slot.ends_at)
    )
    offered = (
        ahead.join(round_block, round_block.c.block_id == Slot.block_id)
        .join(MatchmakingRound, MatchmakingRound.id == round_block.c.round_id)
        .where(MatchmakingRound.state == RoundState.OPEN)
    )
    meetings = meeting_engagements(session, participant.event_id, [participant.id])
    return Availability(
        tuple(Interval(start, end) for start, end in session.execute(ahead)),
        tuple(Interval(start, end) for start, end in session.execute(offered)),
        tuple(one.time for one in meetings.get(participant.id, ())),
        held_of(session, participant),
    )


def has_slots(session: Session, event_id: int) -> bool:
    """Whether an event has meeting times at all, also such as have begun."""
    return bool(session.scalar(select(exists().where(Slot.event_id == event_id, Slot.retired_at.is_(None)))))


def held_of(session: Session, participant: Participant) -> TakenTimes:
    """What takes a participant's time, in three queries."""
    key, event_id = participant.id, participant.event_id
    answers = busy_times(session, event_id, [key]).get(key, [])

    def said(kind: EngagementKind) -> tuple[Interval, ...]:
        return tuple(one.time for one in answers if one.kind is kind)

    return TakenTimes(
        said(EngagementKind.BUSY),
        said(EngagementKind.CALENDAR),
        said(EngagementKind.LIMIT),
        tuple(session_engagements(session, event_id, [key]).get(key, ())),
    )
