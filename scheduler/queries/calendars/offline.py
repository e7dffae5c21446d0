"""Everything that a participant needs in a hall without network, in one piece."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.domain.agenda import Agenda
from scheduler.models import (
    AgendaEntry,
    AgendaVersion,
    Event,
    MeetingMemory,
    Participant,
    ParticipantTopic,
    Pavilion,
)
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.queries.venue.venue import pavilions_in_use


def pocket_version(session: Session, event: Event, me: Participant, language: str) -> str:
    """Changes whenever the piece does: agenda, memories, the profiles in it, the plan. Four small queries."""
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
    known = (event.name, event.timezone, me.public_id, me.name)
    seed = f"{language}|{known}|{tuple(version or ())}|{tuple(kept)}|{partners}|{tuple(plan)}"
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
            }
            for pavilion in pavilions
        ],
    }


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
