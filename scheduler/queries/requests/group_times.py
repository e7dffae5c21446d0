"""When the people of a group are all free, and who stands in the way when they never are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerState, ParticipantState
from scheduler.domain.intervals import Interval
from scheduler.models import OpenCall, Slot, round_block
from scheduler.queries.engagements import engagements_of


@dataclass(frozen=True, slots=True)
class GroupTimes:
    """The slots ahead in which each of some people is free, by their row ids."""

    free: dict[int, frozenset[Interval]]
    slots: int

    def common(self, people: Iterable[int]) -> int:
        """How many slots suit all of some people."""
        chosen = [self.free[person] for person in people if person in self.free]
        return len(frozenset.intersection(*chosen)) if chosen else 0

    def without(self, people: Collection[int]) -> dict[int, int]:
        """Who alone stands in the way of some people who have no common slot: and how many there would be."""
        if self.common(people):
            return {}
        rest = {person: self.common([other for other in people if other != person]) for person in people}
        return {person: count for person, count in rest.items() if count}


def needed_of(call: OpenCall) -> list[int]:
    """Those for whose time a group waits: the author and everybody taken who is not optional."""
    taken = [
        answer.participant_id
        for answer in call.answers
        if answer.state is AnswerState.TAKEN
        and not answer.optional
        and answer.participant.state is not ParticipantState.WITHDRAWN
    ]
    return [call.author_id, *taken]


def group_times(session: Session, event_id: int, call: OpenCall, now: datetime) -> GroupTimes:
    """The times of a call's author and of all who answered it; a fixed number of queries.

    Meetings of the call's own round do not count: a new run of it may move them.
    """
    answered = (AnswerState.WAITING, AnswerState.TAKEN)
    people = [call.author_id, *(one.participant_id for one in call.answers if one.state in answered)]
    slots = {
        Interval(start, end)
        for start, end in session.execute(
            select(Slot.starts_at, Slot.ends_at)
            .join(
                round_block,
                and_(round_block.c.block_id == Slot.block_id, round_block.c.round_id == call.round_id),
            )
            .where(Slot.retired_at.is_(None), Slot.starts_at > now)
        )
    }
    taken = engagements_of(session, event_id, people)
    free = {}
    for person in people:
        others = [one.time for one in taken.get(person, ()) if one.round_id != call.round_id]
        free[person] = frozenset(slot for slot in slots if not any(time.overlaps(slot) for time in others))
    return GroupTimes(free, len(slots))
