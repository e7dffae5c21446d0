"""What an event holds, in numbers: what goes with it when it is deleted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, ParticipantState, PlanState
from scheduler.models import (
    Delegation,
    Event,
    MatchmakingRound,
    Meeting,
    Organisation,
    OutboxMessage,
    Participant,
    ParticipantType,
    Pavilion,
    Place,
    Plan,
    ProgrammeSession,
    Request,
)


def contents_of(session: Session, event_id: int) -> dict[str, int]:
    """How many people, meetings and other things an event has, in one query; `published` counts meetings."""
    of_rounds = select(MatchmakingRound.id).where(MatchmakingRound.event_id == event_id)
    counted: dict[str, Any] = {
        "people": _count(Participant, Participant.event_id == event_id),
        "in": _count(
            Participant, Participant.event_id == event_id, Participant.state == ParticipantState.ACTIVE
        ),
        "organisations": _count(Organisation, Organisation.event_id == event_id),
        "requests": _count(Request, Request.round_id.in_(of_rounds)),
        "published": select(func.count())
        .select_from(Meeting)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(
            Plan.round_id.in_(of_rounds),
            Plan.state == PlanState.PUBLISHED,
            Meeting.state == MeetingState.PLANNED,
        ),
        "plans": _count(Plan, Plan.round_id.in_(of_rounds)),
        "sessions": _count(ProgrammeSession, ProgrammeSession.event_id == event_id),
        "delegations": _count(Delegation, Delegation.event_id == event_id),
        "pavilions": _count(Pavilion, Pavilion.event_id == event_id),
        "places": _count(Place, Place.event_id == event_id),
        "mails": _count(OutboxMessage, OutboxMessage.event_id == event_id),
    }
    columns = [query.scalar_subquery().label(name) for name, query in counted.items()]
    row = session.execute(select(*columns).select_from(Event).where(Event.id == event_id)).one()
    return dict(row._mapping)


def active_by_type(session: Session, event_id: int) -> list[tuple[str, int]]:
    """How many people of each type take part, the most first."""
    rows = session.execute(
        select(ParticipantType.name, func.count())
        .join(Participant, Participant.type_id == ParticipantType.id)
        .where(Participant.event_id == event_id, Participant.state == ParticipantState.ACTIVE)
        .group_by(ParticipantType.id, ParticipantType.name)
        .order_by(func.count().desc(), ParticipantType.name)
    )
    return [(name, count) for name, count in rows]


def _count(model: Any, *conditions: Any) -> Any:
    return select(func.count()).select_from(model).where(*conditions)
