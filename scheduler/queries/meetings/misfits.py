"""Meetings that stand where none can be held any more: their time, place or table was taken out since.

The one notion of "no longer fits" for the pages of a plan, for publishing and for repair. A run finds it by
itself: what it reads has no such slot or place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scheduler.domain.enums import MeetingState, PlanState
from scheduler.models import (
    Event,
    Meeting,
    MeetingAttendance,
    Participant,
    Pavilion,
    Place,
    PlaceOpening,
    Plan,
    Slot,
    round_block,
)


class Misfit(StrEnum):
    TIME_GONE = "time-gone"
    PLACE_GONE = "place-gone"
    TABLE_GONE = "table-gone"
    CLOSED = "closed"
    NOT_THEIRS = "not-theirs"
    """The place has become the stand of an organisation of which nobody is there."""
    OTHER_ROUND = "other-round"
    """The time belongs to a block that the round no longer uses."""


@dataclass(frozen=True, slots=True)
class MisfitLine:
    """One such meeting, its people, and where it stands."""

    public_id: str
    why: Misfit
    slot: Slot
    place: str
    table: int
    people: tuple[str, ...]


_TIME_GONE = Slot.retired_at.is_not(None)
_PLACE_GONE = Place.retired_at.is_not(None)
_TABLE_GONE = Meeting.table_number > Place.capacity
_CLOSED = and_(
    exists().where(PlaceOpening.place_id == Place.id).correlate(Place),
    ~exists()
    .where(PlaceOpening.place_id == Place.id, PlaceOpening.block_id == Slot.block_id)
    .correlate(Place, Slot),
)
_OTHER_ROUND = ~exists().where(
    round_block.c.round_id == Plan.round_id, round_block.c.block_id == Slot.block_id
).correlate(Plan, Slot)


def somebody_of(organisation: int | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """Whether somebody of an organisation is at the meeting."""
    return (
        exists()
        .where(
            MeetingAttendance.meeting_id == Meeting.id,
            Participant.id == MeetingAttendance.participant_id,
            Participant.organisation_id == organisation,
        )
        .correlate(Meeting, Place)
    )


_NOT_THEIRS = and_(Place.organisation_id.is_not(None), ~somebody_of(Place.organisation_id))


def no_longer_fits() -> ColumnElement[bool]:
    """The condition, over Meeting joined with Plan, Slot and Place."""
    return or_(_TIME_GONE, _PLACE_GONE, _TABLE_GONE, _CLOSED, _NOT_THEIRS, _OTHER_ROUND)


def _ahead(plan: Plan, now: datetime) -> ColumnElement[bool]:
    return and_(
        Meeting.plan_id == plan.id,
        Meeting.state == MeetingState.PLANNED,
        Slot.starts_at > now,
        no_longer_fits(),
    )


def misfit_ids(session: Session, plan: Plan, now: datetime) -> list[int]:
    """The ids of the meetings of a plan, still ahead, that no longer fit."""
    return list(
        session.scalars(
            select(Meeting.id)
            .join(Plan, Plan.id == Meeting.plan_id)
            .join(Slot, Slot.id == Meeting.slot_id)
            .join(Place, Place.id == Meeting.place_id)
            .where(_ahead(plan, now))
        )
    )


def misfit_lines(session: Session, plan: Plan, now: datetime, limit: int = 200) -> list[MisfitLine]:
    """The same with what is wrong and who is there, in order of time. Two queries."""
    why = case(
        (_TIME_GONE, Misfit.TIME_GONE.value),
        (_PLACE_GONE, Misfit.PLACE_GONE.value),
        (_TABLE_GONE, Misfit.TABLE_GONE.value),
        (_CLOSED, Misfit.CLOSED.value),
        (_NOT_THEIRS, Misfit.NOT_THEIRS.value),
        else_=Misfit.OTHER_ROUND.value,
    )
    rows = session.execute(
        select(
            Meeting.id,
            Meeting.public_id,
            why.label("why"),
            Slot,
            Pavilion.name.label("pavilion"),
            Place.name.label("place"),
            Meeting.table_number,
        )
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(_ahead(plan, now))
        .order_by(Slot.starts_at, Meeting.id)
        .limit(limit)
    ).all()
    names: dict[int, list[str]] = {}
    for meeting, name in session.execute(
        select(MeetingAttendance.meeting_id, Participant.name)
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .where(MeetingAttendance.meeting_id.in_([row.id for row in rows]))
        .order_by(MeetingAttendance.side, Participant.name)
    ):
        names.setdefault(meeting, []).append(name)
    return [
        MisfitLine(
            row.public_id,
            Misfit(row.why),
            row.Slot,
            f"{row.pavilion}, {row.place}",
            row.table_number,
            tuple(names.get(row.id, ())),
        )
        for row in rows
    ]


def misfits_of_event(session: Session, event: Event) -> list[tuple[Plan, int]]:
    """The published plans of an event with meetings ahead that no longer fit, and how many."""
    rows = session.execute(
        select(Plan, func.count())
        .select_from(Meeting)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .where(
            Plan.event_id == event.id,
            Plan.state == PlanState.PUBLISHED,
            Meeting.state == MeetingState.PLANNED,
            Slot.starts_at > event.now(),
            no_longer_fits(),
        )
        .group_by(Plan.id)
        .order_by(Plan.id)
    )
    return [(plan, count) for plan, count in rows]
