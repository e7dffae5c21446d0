"""Where a published meeting could go: times at which everybody in it and a table are free."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.agenda import local_day
from scheduler.domain.intervals import Interval
from scheduler.domain.kinds import PlanState
from scheduler.models import (
    BusyTime,
    Event,
    Meeting,
    Participant,
    PlaceBooking,
    PlaceOpening,
    Plan,
    Slot,
    WalkingTime,
    round_block,
)
from scheduler.queries.agenda import Located, located_entries


@dataclass(frozen=True, slots=True)
class _Walks:
    minutes: dict[tuple[int, int], int]

    def between(self, one: int | None, other: int | None) -> timedelta:
        if one is None or other is None or one == other:
            return timedelta(0)
        way = self.minutes.get((one, other), self.minutes.get((other, one), 0))
        return timedelta(minutes=way)


def move_options(session: Session, event: Event, meeting: Meeting, now: datetime) -> tuple[Slot, ...]:
    """The later slots of the round in which everybody can come in time and the place has a free table.

    What everybody does is kept: other meetings and sessions with the walk to and from them, busy times, and
    how many meetings a day somebody takes at most. A fixed number of queries.
    """
    ids = [attendance.participant_id for attendance in meeting.attendances]
    walks = _Walks(
        {
            (row.from_id, row.to_id): row.minutes
            for row in session.execute(
                select(WalkingTime.from_id, WalkingTime.to_id, WalkingTime.minutes).where(
                    WalkingTime.event_id == event.id
                )
            )
        }
    )
    engaged = {
        person: [one for one in entries if one.entry.uid != meeting.uid and not one.entry.cancelled]
        for person, entries in located_entries(session, event, ids).items()
    }
    busy: dict[int, list[Interval]] = defaultdict(list)
    for person, start, end in session.execute(
        select(BusyTime.participant_id, BusyTime.starts_at, BusyTime.ends_at).where(
            BusyTime.participant_id.in_(ids)
        )
    ):
        busy[person].append(Interval(start, end))
    limits = {
        row.id: row.max_meetings_per_day
        for row in session.execute(
            select(Participant.id, Participant.max_meetings_per_day).where(Participant.id.in_(ids))
        )
    }
    taken = _tables_taken(session, event, meeting)
    found = []
    for slot in _slots(session, meeting, now):
        tables = max(
            (taken[tick] for tick in range(slot.first_tick, slot.first_tick + slot.tick_count)), default=0
        )
        if tables < meeting.place.capacity and all(
            _can_come(slot, meeting, engaged.get(one, []), busy[one], walks)
            and _below_limit(slot, engaged.get(one, []), limits.get(one), event)
            for one in ids
        ):
            found.append(slot)
    return tuple(found)


def _slots(session: Session, meeting: Meeting, now: datetime) -> list[Slot]:
    """The later slots of the round's blocks in which the meeting's place is open."""
    openings = set(
        session.scalars(select(PlaceOpening.block_id).where(PlaceOpening.place_id == meeting.place_id))
    )
    slots = session.scalars(
        select(Slot)
        .join(round_block, round_block.c.block_id == Slot.block_id)
        .where(
            round_block.c.round_id == meeting.plan.round_id,
            Slot.retired_at.is_(None),
            Slot.starts_at > now,
            Slot.id != meeting.slot_id,
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    return [slot for slot in slots if not openings or slot.block_id in openings]


def _tables_taken(session: Session, event: Event, meeting: Meeting) -> Counter[int]:
    """How many tables of the meeting's place are taken at each tick, by all published plans."""
    return Counter(
        session.scalars(
            select(PlaceBooking.tick)
            .join(Plan, Plan.id == PlaceBooking.plan_id)
            .where(
                Plan.event_id == event.id,
                Plan.state == PlanState.PUBLISHED,
                PlaceBooking.place_id == meeting.place_id,
                PlaceBooking.meeting_id != meeting.id,
            )
        )
    )


def _can_come(
    slot: Slot, meeting: Meeting, engaged: list[Located], busy: list[Interval], walks: _Walks
) -> bool:
    time = Interval(slot.starts_at, slot.ends_at)
    if any(one.overlaps(time) for one in busy):
        return False
    here = meeting.place.pavilion_id
    for one in engaged:
        to_here = walks.between(one.pavilion_id, here)
        from_here = walks.between(here, one.pavilion_id)
        if one.entry.start < time.end + from_here and time.start < one.entry.end + to_here:
            return False
    return True


def _below_limit(slot: Slot, engaged: list[Located], limit: int | None, event: Event) -> bool:
    if limit is None:
        return True
    day = local_day(slot.starts_at, event.zone)
    same_day = [
        one
        for one in engaged
        if one.entry.kind.value == "meeting" and local_day(one.entry.start, event.zone) == day
    ]
    return len(same_day) < limit
