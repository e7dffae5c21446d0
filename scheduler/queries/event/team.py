"""Who organises an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.models import Event, EventRole, Organisation, User

TEAM = (Role.ORGANISER, Role.CO_ORGANISER, Role.DESK, Role.SPONSOR)
"""The roles that are given to somebody in the web, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Organising:
    """One role of one person; `organisation` is whom a co-organiser acts for, empty for nobody."""

    user_id: str
    name: str
    email: str
    role: Role
    organisation: str


def team_of(session: Session, event_id: int) -> list[Organising]:
    """Organisers, co-organisers, desk staff, sponsors, each by name, in one query."""
    rows = session.execute(
        select(User.public_id, User.name, User.email, EventRole.role, Organisation.name)
        .join(EventRole, EventRole.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == EventRole.organisation_id)
        .where(EventRole.event_id == event_id, EventRole.role.in_(TEAM))
    )
    found = [Organising(*row[:4], row[4] or "") for row in rows]
    return sorted(found, key=lambda row: (TEAM.index(row.role), row.name or row.email, row.email))


def organises_somewhere(session: Session, user_id: int) -> bool:
    """Whether a user is organiser of any event."""
    known = select(EventRole.id).where(EventRole.user_id == user_id, EventRole.role == Role.ORGANISER)
    return session.scalar(known.limit(1)) is not None


def organised_fully(session: Session, user_id: int) -> Sequence[Event]:
    """The events that somebody organises, not only for one organisation; the newest first."""
    return session.scalars(
        select(Event)
        .join(EventRole, EventRole.event_id == Event.id)
        .where(EventRole.user_id == user_id, EventRole.role == Role.ORGANISER)
        .order_by(Event.created_at.desc(), Event.id.desc())
    ).all()
