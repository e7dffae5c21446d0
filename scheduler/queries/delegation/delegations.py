"""Reads about delegations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import ParticipantState
from scheduler.models import (
    Delegation,
    DelegationMember,
    Participant,
    ProgrammeSession,
)


def members_of(session: Session, delegation: Delegation) -> Sequence[Participant]:
    """The members who still take part, the leader first, then in their order; with their organisations."""
    people = session.scalars(
        select(Participant)
        .join(DelegationMember)
        .where(
            DelegationMember.delegation_id == delegation.id,
            Participant.state != ParticipantState.WITHDRAWN,
        )
        .options(joinedload(Participant.organisation))
        .order_by(DelegationMember.position, Participant.name)
    ).all()
    return sorted(people, key=lambda person: person.id != delegation.leader_id)


def visits_of(session: Session, delegation: Delegation) -> Sequence[ProgrammeSession]:
    """The joint programme in order of time."""
    return session.scalars(
        select(ProgrammeSession)
        .where(ProgrammeSession.delegation_id == delegation.id)
        .options(joinedload(ProgrammeSession.pavilion))
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.id)
    ).all()
