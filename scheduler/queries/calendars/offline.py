"""Everything that a participant needs in a hall without network, in one piece."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.domain.agenda import Agenda
from scheduler.domain.aisles import Spot
from scheduler.models import (
    AgendaEntry,
    AgendaVersion,
    Event,
    Hall,
    HallPoint,
    MeetingMemory,
    Participant,
    ParticipantTopic,
    Pavilion,
)
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.queries.venue.halls import hall_lines, pavilion_spots
from scheduler.queries.venue.venue import pavilions_in_use


def pocket_version(session: Session, event: Event, me: Participant, language: str) -> str:
    """Changes whenever the piece does: agenda, memories, the profiles in it, the plans. Six small queries."""
    version = session.execute(
        select(AgendaVersion.version, AgendaVersion.changed_at).where(AgendaVersion.participant_id == me.id)
    ).first()
    kept = session.execute(
        select(func.count(), func.max(MeetingMemory.updated_at)).where(*_own_memories(me))
    ).one()
    mine = select(AgendaEntry.uid).where(AgendaEntry.participant_id == me.id)
    partners = session.scalar(
        select(func.max(Participant.updated_at))
        .join(AgendaEntry, AgendaEntry.participant_id == Participant.id)
        .where(AgendaEntry.event_id == me.event_id, AgendaEntry.uid.in_(mine))
    )
    plan = session.execute(
        select(
            func.count(),
            func.sum(Pavilion.x),
            func.sum(Pavilion.y * Pavilion.id),
            func.sum(case((Pavilion.placed & ~Pavilion.off_site, Pavilion.id), else_=0)),
            func.count(Pavilion.retired_at),
        ).where(Pavilion.event_id == event.id)
    ).one()
    halls = session.execute(
        select(Hall.name, Hall.drawing_id, Hall.width, Hall.height)
        .where(Hall.event_id == event.id)
        .order_by(Hall.id)
    ).all()
    points = session.execute(
        select(
            func.count(),
            func.sum(HallPoint.x * HallPoint.id),
            func.sum(HallPoint.y * HallPoint.id),
            func.sum(HallPoint.hall_id * HallPoint.id),
        ).where(HallPoint.event_id == event.id)
    ).one()
    known = (event.name, event.timezone, me.public_id, me.name)
    drawn = f"{tuple(plan)}|{[tuple(hall) for hall in halls]}|{tuple(points)}"
    seed = f"{language}|{known}|{tuple(version or ())}|{tuple(kept)}|{partners}|{drawn}"
    return hashlib.blake2b(seed.encode(), digest_size=12).hexdigest()


def pocket(session: Session, event: Event, me: Participant) -> tuple[Agenda, dict[str, Any]]:
    """The agenda, and the rest as plain values: people by public id, pavilions by name, memories by UID."""
    agenda = agenda_of(session, me, event)
    keys = {partner.key for entry in agenda.entries for partner in entry.partners if partner.key}
    people = session.scalars(
        select(Participant)
        .where(Participant.public_id.in_(keys))
        .options(
            joinedload(Participant.organisation),
            selectinload(Participant.topics).joinedload(ParticipantTopic.topic),
        )
    )
    memories = session.scalars(select(MeetingMemory).where(*_own_memories(me)))
    pavilions = pavilions_in_use(session, event.id)
    spots = pavilion_spots(session, event.id)
    halls = {line.hall.id: line.hall for line in hall_lines(session, event.id)}
    return agenda, {
        "people": {person.public_id: _person(person) for person in people},
        "memories": {
            memory.uid: {"held": memory.held, "rating": memory.rating, "note": memory.note}
            for memory in memories
        },
        "pavilions": [
            {
                "name": pavilion.name,
                "x": pavilion.x,
                "y": pavilion.y,
                "drawn": pavilion.placed and not pavilion.off_site,
                "address": pavilion.address,
                "spot": _spot(spots.get(pavilion.id), halls),
            }
            for pavilion in pavilions
        ],
        "halls": {
            hall.public_id: {
                "name": hall.name,
                "drawing": hall.drawing_id,
                "ratio": round(hall.width / hall.height, 4),
            }
            for hall in halls.values()
        },
    }


def _spot(spot: Spot | None, halls: Mapping[int, Hall]) -> dict[str, Any] | None:
    """Where a pavilion is on the plan of a hall, in percent; None when it is on none."""
    if spot is None:
        return None
    return {"hall": halls[spot.hall].public_id, "x": spot.x, "y": spot.y}


def _own_memories(me: Participant) -> tuple[ColumnElement[bool], ...]:
    """What this user wrote; whoever held the seat before wrote for themselves."""
    return MeetingMemory.participant_id == me.id, MeetingMemory.user_id == me.user_id


def _person(person: Participant) -> dict[str, Any]:
    return {
        "name": person.name,
        "organisation": person.organisation.name,
        "job": person.job_title,
        "country": person.organisation.country or person.country,
        "about": person.organisation.description,
        "offers": person.offers_text,
        "seeks": person.seeks_text,
        "offerTopics": sorted(one.topic.label for one in person.topics if one.direction.value == "offers"),
        "seekTopics": sorted(one.topic.label for one in person.topics if one.direction.value == "seeks"),
    }
