"""One person of an event, as its organisers look at them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.models import (
    BusyTime,
    Delegation,
    DelegationMember,
    Interest,
    Participant,
    ParticipantTopic,
    ProgrammeSession,
    Request,
    SessionAttendance,
)


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person's page: rows loaded with what the page shows."""

    person: Participant
    delegation: Delegation | None
    sent: tuple[Request, ...]
    received: tuple[Request, ...]
    sessions: tuple[SessionAttendance, ...]
    busy: tuple[BusyTime, ...]
    interests: dict[str, int] = field(default_factory=dict)
    """How many others they marked, by level."""


def person_by_public_id(session: Session, event_id: int, public_id: str) -> Participant | None:
    """A participant of the event with organisation, type and topics."""
    return session.scalar(
        select(Participant)
        .where(Participant.event_id == event_id, Participant.public_id == public_id)
        .options(
            joinedload(Participant.organisation),
            joinedload(Participant.type),
            joinedload(Participant.brought_by),
            selectinload(Participant.topics).joinedload(ParticipantTopic.topic),
        )
    )


def person_detail(session: Session, person: Participant) -> PersonDetail:
    """What a person's page shows beside the agenda; requests newest first."""
    delegation = session.scalar(
        select(Delegation).join(DelegationMember).where(DelegationMember.participant_id == person.id)
    )
    sent = session.scalars(
        select(Request)
        .where(Request.from_id == person.id)
        .options(joinedload(Request.receiver).joinedload(Participant.organisation), joinedload(Request.round))
        .order_by(Request.sent_at.desc())
    )
    received = session.scalars(
        select(Request)
        .where(Request.to_id == person.id)
        .options(joinedload(Request.sender).joinedload(Participant.organisation), joinedload(Request.round))
        .order_by(Request.sent_at.desc())
    )
    sessions = session.scalars(
        select(SessionAttendance)
        .join(ProgrammeSession)
        .where(SessionAttendance.participant_id == person.id)
        .options(joinedload(SessionAttendance.session).joinedload(ProgrammeSession.pavilion))
        .order_by(ProgrammeSession.starts_at)
    )
    busy = session.scalars(
        select(BusyTime).where(BusyTime.participant_id == person.id).order_by(BusyTime.starts_at)
    )
    levels = session.execute(
        select(Interest.level, func.count()).where(Interest.from_id == person.id).group_by(Interest.level)
    )
    return PersonDetail(
        person,
        delegation,
        tuple(sent),
        tuple(received),
        tuple(sessions),
        tuple(busy),
        {level.value: count for level, count in levels},
    )
