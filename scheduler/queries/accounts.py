"""Reads about users: at which events they have which roles."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.kinds import ParticipantState, Role
from scheduler.models import Event, EventRole, Participant, User


@dataclass(frozen=True)
class EventOfUser:
    event: Event
    organises: bool
    participates: bool


def events_of(session: Session, user: User) -> list[EventOfUser]:
    """The user's events, newest first, in two queries."""
    organised = {
        event.id: event
        for event in session.scalars(
            select(Event)
            .join(EventRole, EventRole.event_id == Event.id)
            .where(EventRole.user_id == user.id, EventRole.role.in_((Role.ORGANISER, Role.CO_ORGANISER)))
        )
    }
    attended = {
        event.id: event
        for event in session.scalars(
            select(Event)
            .join(Participant, Participant.event_id == Event.id)
            .where(Participant.user_id == user.id, Participant.state != ParticipantState.WITHDRAWN)
        )
    }
    everything = {**organised, **attended}
    return [
        EventOfUser(event, event.id in organised, event.id in attended)
        for event in sorted(everything.values(), key=lambda event: event.created_at, reverse=True)
    ]
