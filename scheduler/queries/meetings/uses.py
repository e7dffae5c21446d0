"""Which meetings hang on something that is about to change: a place, a table, a slot. Asked before it does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, PlanState
from scheduler.models import Event, Meeting, MeetingAttendance, Participant, Place, Plan, Slot

NAMED = 12
"""Published meetings that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class PlanUse:
    """How many meetings of a plan are concerned."""

    plan: Plan
    meetings: int


@dataclass(frozen=True, slots=True)
class NamedMeeting:
    """A published meeting with its people."""

    public_id: str
    plan_id: str
    slot: Slot
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """`held`: meetings that have begun or are over; `published`: those that people still expect."""

    held: int
    published: int
    named: tuple[NamedMeeting, ...]
    drafts: tuple[PlanUse, ...]
    old: int
    """Meetings of plans that are replaced or put aside."""

    @property
    def nothing(self) -> bool:
        """Whether nobody has to be asked."""
        return not (self.held or self.published or self.drafts)


def uses(session: Session, event: Event, *where: ColumnElement[bool]) -> Uses:
    """The planned meetings of an event for which the conditions on Meeting, Slot and Place hold. Three queries."""
    begun = Slot.starts_at <= event.now()
    planned = and_(Plan.event_id == event.id, Meeting.state == MeetingState.PLANNED, *where)
    counts = session.execute(
        select(Plan.id, Plan.state, func.count(), func.sum(case((begun, 1), else_=0)))
        .select_from(Meeting)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .where(planned)
        .group_by(Plan.id, Plan.state)
    )
    of_draft: dict[int, int] = {}
    held = published = old = 0
    for plan_id, state, count, past in counts:
        if state is PlanState.PUBLISHED:
            held, published = held + past, published + count - past
        elif state is PlanState.DRAFT:
            of_draft[plan_id] = count
        else:
            old += count
    drafts = session.scalars(select(Plan).where(Plan.id.in_(of_draft)).order_by(Plan.id)) if of_draft else ()
    named = _named(session, and_(planned, Plan.state == PlanState.PUBLISHED, ~begun)) if published else ()
    return Uses(held, published, named, tuple(PlanUse(plan, of_draft[plan.id]) for plan in drafts), old)


def _named(session: Session, condition: ColumnElement[bool]) -> tuple[NamedMeeting, ...]:
    rows = session.execute(
        select(Meeting.id, Meeting.public_id, Plan.public_id, Slot)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .where(condition)
        .order_by(Slot.starts_at, Meeting.id)
        .limit(NAMED)
    ).all()
    names: dict[int, list[str]] = {}
    for meeting, name in session.execute(
        select(MeetingAttendance.meeting_id, Participant.name)
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .where(MeetingAttendance.meeting_id.in_([row[0] for row in rows]))
        .order_by(MeetingAttendance.side, Participant.name)
    ):
        names.setdefault(meeting, []).append(name)
    return tuple(
        NamedMeeting(public_id, plan, slot, tuple(names.get(id_, ()))) for id_, public_id, plan, slot in rows
    )
