"""Reads about users: who is signed in, and at which events they have which roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, Role
from scheduler.domain.tokens import hash_token
from scheduler.models import Event, EventRole, Participant, User, UserSession
from scheduler.queries.event.team import TEAM


@dataclass(frozen=True)
class EventOfUser:
    event: Event
    organises: bool
    participates: bool
    helps: bool = False
    """At the desk, or as a sponsor."""


def user_of_session(session: Session, public_id: str, secret: str, now: datetime) -> User | None:
    """The user who is signed in with this secret; None when it was ended, is too old, or never was."""
    return session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.key_hash == hash_token(secret),
            UserSession.expires_at > now,
            User.public_id == public_id,
        )
    )


def events_of(session: Session, user: User) -> list[EventOfUser]:
    """The user's events, newest first, in two queries."""
    organised: dict[int, Event] = {}
    helped: dict[int, Event] = {}
    for event, role in session.execute(
        select(Event, EventRole.role)
        .join(EventRole, EventRole.event_id == Event.id)
        .where(EventRole.user_id == user.id, EventRole.role.in_(TEAM))
    ):
        (organised if role in (Role.ORGANISER, Role.CO_ORGANISER) else helped)[event.id] = event
    attended = {
        event.id: event
        for event in session.scalars(
            select(Event)
            .join(Participant, Participant.event_id == Event.id)
            .where(Participant.user_id == user.id, Participant.state != ParticipantState.WITHDRAWN)
        )
    }
    everything = {**helped, **organised, **attended}
    return [
        EventOfUser(event, event.id in organised, event.id in attended, event.id in helped)
        for event in sorted(everything.values(), key=lambda event: event.created_at, reverse=True)
    ]
