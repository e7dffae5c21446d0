"""What a run begins from: the plan that people have, or a draft that the organiser goes on from.

Locks and call-offs that were set in that plan hold; so do those of the published plan that came after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, PlanState
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.models import MatchmakingRound, Meeting, MeetingAttendance, Pavilion, Place, Plan, Slot
from scheduler.planning.refusal import CannotPlan
from scheduler.queries.meetings.call_offs import called_off


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A planned meeting of a plan."""

    wish: str
    slot_id: int
    place_id: int
    pavilion: str
    table: int
    locked: bool
    kind: str
    value: int
    starts_at: datetime
    lock_set_at: datetime | None
    attendees: tuple[int, ...]

    def has_the_last_word(self, other: HeldRow) -> bool:
        """Whether it was locked, or let go, after the other. Where nobody knows when, a lock counts."""
        if self.lock_set_at is None:
            return self.locked and other.lock_set_at is None
        return other.lock_set_at is None or self.lock_set_at >= other.lock_set_at


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """`published` is what people have; `start` what the search begins with, which is the same without a draft."""

    published: tuple[HeldRow, ...]
    start: tuple[HeldRow, ...]
    called_off: Mapping[str, int]
    """Wishes that are not planned again, with the meeting that was called off."""
    held: tuple[HeldRow, ...] = ()
    """The published meetings that have begun: they stay as they are."""

    def locked(self) -> dict[str, HeldRow]:
        """The meetings that stay where they are, by wish. Of the draft and the published plan the later word counts."""
        found = {held.wish: held for held in self._last_words().values() if held.locked}
        found |= {held.wish: held for held in self.held}
        return {wish: held for wish, held in found.items() if wish not in self.called_off}

    def lock_of(self, wish: str) -> tuple[bool, datetime | None]:
        """Whether somebody has locked a wish's meeting, and when they did or let it go: what a new plan takes along."""
        held = self._last_words().get(wish)
        return (held.locked, held.lock_set_at) if held is not None else (False, None)

    def _last_words(self) -> dict[str, HeldRow]:
        found = {held.wish: held for held in self.published}
        for held in self.start:
            known = found.get(held.wish)
            if known is None or held.has_the_last_word(known):
                found[held.wish] = held
        return found


def read_base(session: Session, row: MatchmakingRound, base_plan: str, now: datetime) -> StartingPoint:
    """What a run of a round begins from; `base_plan` is the public id of a plan of it, empty for the published one.

    What has begun by `now` is held: where the published plan has it.

    Raises CannotPlan when that plan is gone.
    """
    published = session.scalar(select(Plan).where(Plan.round_id == row.id, Plan.state == PlanState.PUBLISHED))
    standing = _held(session, published)
    begun = tuple(each for each in standing if each.starts_at <= now)
    if not base_plan or (published is not None and published.public_id == base_plan):
        return StartingPoint(standing, standing, called_off(session, row.id), begun)
    base = session.scalar(select(Plan).where(Plan.round_id == row.id, Plan.public_id == base_plan))
    if base is None:
        raise CannotPlan(RunOutcome(RunEnd.BASE_GONE))
    known = {each.wish for each in begun}
    ahead = tuple(each for each in _held(session, base) if each.starts_at > now and each.wish not in known)
    off = called_off(session, row.id, base)
    return StartingPoint(
        standing, (*begun, *ahead), {wish: key for wish, key in off.items() if wish not in known}, begun
    )


def _held(session: Session, plan: Plan | None) -> tuple[HeldRow, ...]:
    if plan is None:
        return ()
    people = defaultdict[int, list[int]](list)
    found: dict[int, tuple[str, int, int, str, int, bool, str, int, datetime, datetime | None]] = {}
    for id_, person, *rest in session.execute(
        select(
            Meeting.id,
            MeetingAttendance.participant_id,
            Meeting.wish,
            Meeting.slot_id,
            Meeting.place_id,
            Pavilion.public_id,
            Meeting.table_number,
            Meeting.locked,
            Meeting.kind,
            Meeting.value,
            Slot.starts_at,
            Meeting.lock_set_at,
        )
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Meeting.plan_id == plan.id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.id, MeetingAttendance.participant_id)
    ):
        found[id_] = tuple(rest)
        people[id_].append(person)
    return tuple(HeldRow(*rest, tuple(people[id_])) for id_, rest in found.items())
