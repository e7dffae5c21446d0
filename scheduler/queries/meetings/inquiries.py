"""What was asked of a plan, and the names behind the ids of its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.inquiry import Offer, PlanStep, Where
from scheduler.errors import NotFound
from scheduler.models import Inquiry, Organisation, Participant, Place, Plan, Slot, Unscheduled


@dataclass(frozen=True, slots=True)
class Standing:
    """When and where, for people; `place` is the pavilion and the name of the place."""

    slot: Slot
    place: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One meeting that would change: who meets, where it stands, and where it would."""

    people: tuple[tuple[str, str], ...]
    """Name and organisation of each."""
    before: Standing | None
    after: Standing | None


def inquiry_of(session: Session, plan: Plan, public_id: str) -> Inquiry:
    """A question that was asked of a plan. Raises NotFound."""
    found = session.scalar(select(Inquiry).where(Inquiry.plan_id == plan.id, Inquiry.public_id == public_id))
    if found is None:
        raise NotFound("There is no such question about this plan.")
    return found


def left_out(session: Session, plan: Plan, wish: str) -> Unscheduled | None:
    """A wish that a plan leaves out, with both sides."""
    return session.scalar(
        select(Unscheduled)
        .where(Unscheduled.plan_id == plan.id, Unscheduled.wish == wish)
        .options(
            joinedload(Unscheduled.first).joinedload(Participant.organisation),
            joinedload(Unscheduled.second).joinedload(Participant.organisation),
        )
    )


def step_lines(session: Session, event_id: int, offers: Iterable[Offer]) -> list[list[StepLine]]:
    """The steps of each offer with names, in three queries. What is gone by now has no name."""
    steps = [step for offer in offers for step in offer.steps]
    wheres = [where for step in steps for where in (step.before, step.after) if where is not None]
    people = _people(session, event_id, steps)
    slots = {
        row.id: row
        for row in session.scalars(
            select(Slot).where(Slot.event_id == event_id, Slot.id.in_({where.slot_id for where in wheres}))
        )
    }
    places = {
        row.id: f"{row.pavilion.name}, {row.name}"
        for row in session.scalars(
            select(Place)
            .where(Place.event_id == event_id, Place.id.in_({where.place_id for where in wheres}))
            .options(joinedload(Place.pavilion))
        )
    }

    def spot(where: Where | None) -> Standing | None:
        if where is None or where.slot_id not in slots:
            return None
        return Standing(slots[where.slot_id], places.get(where.place_id, ""))

    return [
        [
            StepLine(
                tuple(people[person] for person, _side in step.attendees if person in people),
                spot(step.before),
                spot(step.after),
            )
            for step in offer.steps
        ]
        for offer in offers
    ]


def _people(session: Session, event_id: int, steps: Iterable[PlanStep]) -> Mapping[int, tuple[str, str]]:
    ids = {person for step in steps for person, _side in step.attendees}
    rows = session.execute(
        select(Participant.id, Participant.name, Organisation.name)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(Participant.event_id == event_id, Participant.id.in_(ids))
    )
    return {id_: (name, organisation) for id_, name, organisation in rows}
