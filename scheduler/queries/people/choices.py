"""What people pages offer to choose from: filters and topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scheduler.models import (
    MatrixRule,
    Organisation,
    Participant,
    ParticipantType,
    Pavilion,
    Place,
    Slot,
    Topic,
)
from scheduler.queries.people.may_ask import asks_by


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of the people page offer: values with their labels."""

    types: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    pavilions: tuple[tuple[str, str], ...]
    topics: tuple[Topic, ...]
    days: tuple[date, ...]


def choices(session: Session, me: Participant) -> Choices:
    """The filters' choices, in five queries."""
    types = session.execute(
        select(ParticipantType.code, ParticipantType.name)
        .where(ParticipantType.id.in_(select(MatrixRule.to_type_id).where(*asks_by(me))))
        .order_by(ParticipantType.name)
    )
    countries = session.scalars(
        select(Organisation.country)
        .where(Organisation.event_id == me.event_id, Organisation.country != "")
        .distinct()
        .order_by(Organisation.country)
    )
    pavilions = session.execute(
        select(Pavilion.public_id, Pavilion.name)
        .where(
            Pavilion.event_id == me.event_id,
            Pavilion.retired_at.is_(None),
            exists().where(Place.pavilion_id == Pavilion.id, Place.organisation_id.is_not(None)),
        )
        .order_by(Pavilion.name)
    )
    days = session.scalars(
        select(Slot.day)
        .where(Slot.event_id == me.event_id, Slot.retired_at.is_(None))
        .distinct()
        .order_by(Slot.day)
    )
    return Choices(
        tuple((code, name) for code, name in types),
        tuple(countries),
        tuple((public_id, name) for public_id, name in pavilions),
        topic_list(session, me.event_id),
        tuple(days),
    )


def topic_list(session: Session, event_id: int) -> tuple[Topic, ...]:
    """The event's topics, in the order of the tree, each parent before its children."""
    topics = list(
        session.scalars(select(Topic).where(Topic.event_id == event_id).order_by(Topic.position, Topic.id))
    )
    below: dict[int | None, list[Topic]] = {}
    for topic in topics:
        below.setdefault(topic.parent_id, []).append(topic)
    result: list[Topic] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        topic = waiting.pop()
        result.append(topic)
        waiting.extend(reversed(below.get(topic.id, [])))
    return tuple(result)
