"""Plans as organisers read them: list, key figures, pictures. Counted live: changes by hand show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import MeetingState, PlanState
from scheduler.errors import NotFound
from scheduler.models import (
    Event,
    MatchmakingRound,
    Meeting,
    MeetingAttendance,
    Pavilion,
    Place,
    Plan,
    Slot,
    Unscheduled,
)

ORDER = {PlanState.PUBLISHED: 0, PlanState.DRAFT: 1, PlanState.SUPERSEDED: 2, PlanState.DISCARDED: 3}


@dataclass(frozen=True, slots=True)
class PavilionUse:
    """How many of a pavilion's tables each slot uses; `used` by slot id."""

    public_id: str
    name: str
    tables: int
    used: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.used.values())


@dataclass(frozen=True, slots=True)
class SlotHead:
    id: int
    public_id: str
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What one plan amounts to now.

    `load` is how many people have so many meetings, from none on; `reasons` how many wishes failed for each
    reason.
    """

    held: int
    cancelled: int
    locked: int
    load: tuple[tuple[int, int], ...]
    reasons: tuple[tuple[str, int], ...]
    slots: tuple[SlotHead, ...]
    pavilions: tuple[PavilionUse, ...]

    @property
    def fewest(self) -> int:
        """The smallest number of meetings that anybody has whom somebody wants to meet."""
        return next((meetings for meetings, people in self.load if people), 0)

    @property
    def unplaced(self) -> int:
        return sum(count for _, count in self.reasons)

    def days(self) -> tuple[date, ...]:
        return tuple(sorted({slot.day for slot in self.slots}))


def plan_lines(session: Session, event: Event) -> list[Plan]:
    """The plans of an event with round and run: the published ones first, then drafts, then what is past."""
    plans = session.scalars(
        select(Plan)
        .where(Plan.event_id == event.id)
        .options(joinedload(Plan.round), joinedload(Plan.run))
        .order_by(Plan.id.desc())
    ).all()
    return sorted(plans, key=lambda plan: ORDER[plan.state])


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft that a run can go on from, with what was decided in it by hand."""

    plan: Plan
    locked: int
    cancelled: int


def draft_lines(session: Session, event: Event) -> list[DraftLine]:
    """The drafts of an event, the newest first, in two queries."""
    drafts = session.scalars(
        select(Plan)
        .where(Plan.event_id == event.id, Plan.state == PlanState.DRAFT)
        .options(joinedload(Plan.round))
        .order_by(Plan.id.desc())
    ).all()
    counts = {
        id_: (locked, cancelled)
        for id_, locked, cancelled in session.execute(
            select(
                Meeting.plan_id,
                func.count().filter(Meeting.locked, Meeting.state == MeetingState.PLANNED),
                func.count().filter(Meeting.state == MeetingState.CANCELLED),
            )
            .where(Meeting.plan_id.in_([plan.id for plan in drafts]))
            .group_by(Meeting.plan_id)
        )
    }
    return [DraftLine(plan, *counts.get(plan.id, (0, 0))) for plan in drafts]


def plan_name(session: Session, public_id: str) -> str:
    """The name of a plan; empty when it has been deleted."""
    return session.scalar(select(Plan.name).where(Plan.public_id == public_id)) or ""


def plan_by_public_id(session: Session, event: Event, public_id: str) -> Plan:
    """A plan of an event with its round. Raises NotFound."""
    found = session.scalar(
        select(Plan)
        .where(Plan.public_id == public_id, Plan.event_id == event.id)
        .options(joinedload(Plan.round), joinedload(Plan.run))
    )
    if found is None:
        raise NotFound("There is no such plan.")
    return found


def plan_figures(session: Session, plan: Plan) -> PlanFigures:
    """The figures of a plan, in six queries whatever its size."""
    states = {
        (state, locked): count
        for state, locked, count in session.execute(
            select(Meeting.state, Meeting.locked, func.count())
            .where(Meeting.plan_id == plan.id)
            .group_by(Meeting.state, Meeting.locked)
        )
    }
    slots = round_slots(session, plan)
    return PlanFigures(
        held=sum(count for (state, _), count in states.items() if state is MeetingState.PLANNED),
        cancelled=sum(count for (state, _), count in states.items() if state is MeetingState.CANCELLED),
        locked=states.get((MeetingState.PLANNED, True), 0),
        load=_load(session, plan),
        reasons=reasons_of(session, plan),
        slots=tuple(slots),
        pavilions=_use(session, plan),
    )


def reasons_of(session: Session, plan: Plan) -> tuple[tuple[str, int], ...]:
    """How many wishes a plan does not fulfil for each reason, the most frequent first."""
    rows = session.execute(
        select(Unscheduled.reason, func.count())
        .where(Unscheduled.plan_id == plan.id)
        .group_by(Unscheduled.reason)
        .order_by(func.count().desc(), Unscheduled.reason)
    )
    return tuple((reason, count) for reason, count in rows)


def round_slots(session: Session, plan: Plan) -> list[SlotHead]:
    """The slots in which a plan holds meetings, and those of its round, in order of time."""
    used = select(Meeting.slot_id).where(Meeting.plan_id == plan.id)
    own = [block.id for block in session.get_one(MatchmakingRound, plan.round_id).blocks]
    rows = session.execute(
        select(Slot.id, Slot.public_id, Slot.day, Slot.starts_at, Slot.ends_at)
        .where(
            Slot.event_id == plan.event_id,
            and_(Slot.block_id.in_(own), Slot.retired_at.is_(None)) | Slot.id.in_(used),
        )
        .order_by(Slot.starts_at, Slot.ends_at, Slot.id)
    )
    return [SlotHead(*row) for row in rows]


def _load(session: Session, plan: Plan) -> tuple[tuple[int, int], ...]:
    each = (
        select(func.count().label("meetings"))
        .where(MeetingAttendance.plan_id == plan.id, MeetingAttendance.state == MeetingState.PLANNED)
        .group_by(MeetingAttendance.participant_id)
        .subquery()
    )
    counts: dict[int, int] = dict(
        session.execute(select(each.c.meetings, func.count()).group_by(each.c.meetings)).all()
    )
    involved = int(plan.measures.get("participants", 0))
    counts[0] = max(0, involved - sum(counts.values()))
    return tuple((number, counts.get(number, 0)) for number in range(max(counts) + 1))


def _use(session: Session, plan: Plan) -> tuple[PavilionUse, ...]:
    used: dict[int, dict[int, int]] = {}
    for pavilion, slot, count in session.execute(
        select(Place.pavilion_id, Meeting.slot_id, func.count())
        .join(Place, Place.id == Meeting.place_id)
        .where(Meeting.plan_id == plan.id, Meeting.state == MeetingState.PLANNED)
        .group_by(Place.pavilion_id, Meeting.slot_id)
    ):
        used.setdefault(pavilion, {})[slot] = count
    held = select(Meeting.place_id).where(Meeting.plan_id == plan.id)
    rows = session.execute(
        select(Pavilion.id, Pavilion.public_id, Pavilion.name, func.sum(Place.capacity))
        .join(Place, Place.pavilion_id == Pavilion.id)
        .where(Pavilion.event_id == plan.event_id, or_(Place.retired_at.is_(None), Place.id.in_(held)))
        .group_by(Pavilion.id, Pavilion.public_id, Pavilion.name)
        .order_by(Pavilion.name)
    ).all()
    return tuple(
        PavilionUse(public_id, name, tables, used.get(id_, {})) for id_, public_id, name, tables in rows
    )
