"""One organisation of an event, as its organisers look at it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import MeetingState, PlanState, RequestState, Role
from scheduler.domain.likeness import MANY, core_name, site_of
from scheduler.domain.text_key import name_key
from scheduler.models import (
    EventRole,
    MeetingAttendance,
    Organisation,
    Participant,
    Place,
    Plan,
    Request,
    User,
)
from scheduler.queries.people.search import each_word, holds

SHOWN = 30
"""Representatives that the page names; the list of people has the others."""


@dataclass(frozen=True, slots=True)
class OrganisationDetail:
    """What an organisation's page shows. `people` counts all representatives; `sent` and `received` are requests."""

    organisation: Organisation
    representatives: tuple[Participant, ...]
    people: int
    places: tuple[Place, ...]
    brought: int
    co_organisers: tuple[User, ...]
    sent: int
    received: int
    meetings: int
    alike: tuple[Organisation, ...]


def organisation_by_public_id(session: Session, event_id: int, public_id: str) -> Organisation | None:
    return session.scalar(
        select(Organisation).where(Organisation.event_id == event_id, Organisation.public_id == public_id)
    )


def organisation_of_name(session: Session, event_id: int, name: str) -> Organisation | None:
    """The organisation of that name, however it is written."""
    return session.scalar(
        select(Organisation).where(Organisation.event_id == event_id, Organisation.name_key == name_key(name))
    )


def organisation_detail(session: Session, organisation: Organisation) -> OrganisationDetail:
    """A fixed number of queries."""
    key = organisation.id
    own = Participant.organisation_id == key
    representatives = session.scalars(
        select(Participant)
        .where(own)
        .options(joinedload(Participant.type))
        .order_by(Participant.name, Participant.id)
        .limit(SHOWN)
    )
    places = session.scalars(
        select(Place)
        .where(Place.organisation_id == key, Place.retired_at.is_(None))
        .options(joinedload(Place.pavilion))
        .order_by(Place.name)
    )
    people, brought = session.execute(
        select(
            select(func.count(Participant.id)).where(own).scalar_subquery(),
            select(func.count(Participant.id)).where(Participant.brought_by_id == key).scalar_subquery(),
        )
    ).one()
    sent, received, meetings = session.execute(_numbers(key)).one()
    return OrganisationDetail(
        organisation,
        tuple(representatives),
        people,
        tuple(places),
        brought,
        tuple(
            session.scalars(
                select(User)
                .join(EventRole, and_(EventRole.user_id == User.id, EventRole.role == Role.CO_ORGANISER))
                .where(EventRole.organisation_id == key)
                .order_by(User.name, User.id)
            )
        ),
        sent,
        received,
        meetings,
        alike_of(session, organisation),
    )


def _numbers(key: int) -> Select[int, int, int]:
    own = select(Participant.id).where(Participant.organisation_id == key)
    counts = (Request.state != RequestState.WITHDRAWN,)
    return select(
        select(func.count(Request.id)).where(Request.from_id.in_(own), *counts).scalar_subquery(),
        select(func.count(Request.id)).where(Request.to_id.in_(own), *counts).scalar_subquery(),
        select(func.count(MeetingAttendance.meeting_id.distinct()))
        .join(Plan, Plan.id == MeetingAttendance.plan_id)
        .where(
            MeetingAttendance.participant_id.in_(own),
            MeetingAttendance.state == MeetingState.PLANNED,
            Plan.state == PlanState.PUBLISHED,
        )
        .scalar_subquery(),
    )


def alike_of(session: Session, organisation: Organisation) -> tuple[Organisation, ...]:
    """The others that look like an organisation, by name, as `organisations_alike` judges. One query, which brings no
    more than those with the beginning of its name, or its website.
    """
    core, site = core_name(organisation.search_key), site_of(organisation.website)
    near = [holds(Organisation.search_key, core[:3])] if core else []
    near += [holds(Organisation.website, site)] if site else []
    found = session.execute(
        select(Organisation, Organisation.search_key)
        .where(
            Organisation.event_id == organisation.event_id,
            Organisation.id != organisation.id,
            or_(false(), *near),
        )
        .order_by(Organisation.name_key)
    ).all()
    neighbours = {other.id for other, _key in found if site and site_of(other.website) == site}
    if len(neighbours) >= MANY:
        neighbours.clear()
    return tuple(other for other, key in found if other.id in neighbours or (core and core_name(key) == core))


def others_named(
    session: Session, organisation: Organisation, text: str, most: int = 20
) -> list[Organisation]:
    """Other organisations of the event in whose names all words of a text stand; none for no word."""
    words = each_word(text, Organisation.search_key)
    if not words:
        return []
    return list(
        session.scalars(
            select(Organisation)
            .where(Organisation.event_id == organisation.event_id, Organisation.id != organisation.id, *words)
            .order_by(Organisation.name_key)
            .limit(most)
        )
    )
