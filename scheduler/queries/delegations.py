"""Reads about delegations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.kinds import MeetingState, ParticipantState, PlanState
from scheduler.models import (
    Delegation,
    DelegationMember,
    Meeting,
    MeetingAttendance,
    Participant,
    Plan,
    ProgrammeSession,
    Slot,
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


def meetings_during(
    session: Session, delegation: Delegation, start: object, end: object
) -> Sequence[tuple[Participant, Slot]]:
    """Members' published meetings that overlap a stretch of time."""
    rows = session.execute(
        select(Participant, Slot)
        .join(MeetingAttendance, MeetingAttendance.participant_id == Participant.id)
        .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(DelegationMember, DelegationMember.participant_id == Participant.id)
        .where(
            DelegationMember.delegation_id == delegation.id,
            Plan.state == PlanState.PUBLISHED,
            Meeting.state == MeetingState.PLANNED,
            Slot.starts_at < end,
            Slot.ends_at > start,
        )
        .order_by(Slot.starts_at, Participant.name)
    )
    return [(person, slot) for person, slot in rows]
