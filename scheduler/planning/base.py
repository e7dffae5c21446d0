"""What a run begins from: the plan that people have, or a draft that the organiser goes on from.

Locks and call-offs that were set in that plan hold; so do those of the published plan that came after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.kinds import MeetingState, PlanState
from scheduler.errors import Conflict
from scheduler.models import MatchmakingRound, Meeting, MeetingAttendance, Plan
from scheduler.queries.call_offs import called_off


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A planned meeting of a plan."""

    wish: str
    slot_id: int
    place_id: int
    table: int
    locked: bool
    attendees: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """`published` is what people have; `start` what the search begins with, which is the same without a draft."""

    published: tuple[HeldRow, ...]
    start: tuple[HeldRow, ...]
    called_off: Mapping[str, int]
    """Wishes that are not planned again, with the meeting that was called off."""

    def locked(self) -> dict[str, HeldRow]:
        """The meetings that stay where they are, by wish. A lock of the draft goes before one of the published plan."""
        found = {held.wish: held for held in self.published if held.locked}
        found |= {held.wish: held for held in self.start if held.locked}
        return {wish: held for wish, held in found.items() if wish not in self.called_off}


def read_base(session: Session, row: MatchmakingRound, base_plan: str = "") -> Base:
    """What a run of a round begins from; `base_plan` is the public id of a plan of it, empty for the published one.

    Raises Conflict when that plan is gone.
    """
    published = session.scalar(select(Plan).where(Plan.round_id == row.id, Plan.state == PlanState.PUBLISHED))
    held = _held(session, published)
    if not base_plan or (published is not None and published.public_id == base_plan):
        return Base(held, held, called_off(session, row.id))
    base = session.scalar(select(Plan).where(Plan.round_id == row.id, Plan.public_id == base_plan))
    if base is None:
        raise Conflict("The plan that this run was to begin from has been deleted. Start a new run.")
    return Base(held, _held(session, base), called_off(session, row.id, base))


def _held(session: Session, plan: Plan | None) -> tuple[HeldRow, ...]:
    if plan is None:
        return ()
    people = defaultdict[int, list[int]](list)
    found: dict[int, tuple[str, int, int, int, bool]] = {}
    for id_, wish, slot, place, table, locked, person in session.execute(
        select(
            Meeting.id,
            Meeting.wish,
            Meeting.slot_id,
            Meeting.place_id,
            Meeting.table_number,
            Meeting.locked,
            MeetingAttendance.participant_id,
        )
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .where(Meeting.plan_id == plan.id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.id, MeetingAttendance.participant_id)
    ):
        found[id_] = (wish, slot, place, table, locked)
        people[id_].append(person)
    return tuple(HeldRow(*rest, tuple(people[id_])) for id_, rest in found.items())
