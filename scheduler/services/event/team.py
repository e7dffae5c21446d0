"""Letting people organise an event, and ending that."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.mail.outbox import queue_mail
from scheduler.models import Event, EventRole, User
from scheduler.queries.event.team import TEAM
from scheduler.services.audit import record
from scheduler.services.event.events import add_organiser
from scheduler.services.people.people_admin import organisation_named


def add_to_team(
    session: Session, event: Event, email: str, name: str, role: Role, organisation: str, actor: User
) -> User:
    """Give somebody a role: organise all, bring people of one organisation, or read only. Raises Invalid, Conflict."""
    if role not in TEAM:
        raise Invalid(_("Choose what they do at the event."), field="role")
    if role is Role.CO_ORGANISER and not organisation.strip():
        raise Invalid(_("Say for which organisation the co-organiser brings people."), field="organisation")
    user = add_organiser(session, event, email, name.strip()[:200], role, actor)
    if role is Role.CO_ORGANISER:
        found = _role(session, event, user.public_id, role)
        found.organisation_id = organisation_named(session, event, organisation).id
        session.flush()
    return user


def tell_team_member(session: Session, event: Event, user: User, subject: str, text: str, html: str) -> None:
    """Queue the mail that tells somebody of their role."""
    queue_mail(
        session, to_address=user.email, to_name=user.name, subject=subject, text=text, html=html, event=event
    )


def take_from_team(session: Session, event: Event, user_id: str, role: Role, actor: User) -> User:
    """End a role. Raises NotFound, and Conflict when the event would be left without an organiser."""
    # Of two organisers who end each other's role at once, the second one waits here and is the last.
    session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    found = _role(session, event, user_id, role)
    if role is Role.ORGANISER:
        others = select(EventRole.id).where(
            EventRole.event_id == event.id, EventRole.role == Role.ORGANISER, EventRole.id != found.id
        )
        if session.scalar(others.limit(1)) is None:
            raise Conflict(_("An event needs an organiser. Add another one first."))
    user = found.user
    session.delete(found)
    record(session, event, actor, "organiser.remove", user.public_id, email=user.email, role=role.value)
    session.flush()
    return user


def _role(session: Session, event: Event, user_id: str, role: Role) -> EventRole:
    found = session.scalar(
        select(EventRole)
        .join(User, User.id == EventRole.user_id)
        .where(EventRole.event_id == event.id, EventRole.role == role, User.public_id == user_id)
    )
    if found is None or role not in TEAM:
        raise NotFound(_("This person does not have this role at the event."))
    return found
