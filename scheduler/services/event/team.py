"""Letting people organise an event, and ending that."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.mail.outbox import queue_mail
from scheduler.models import Event, EventRole, Organisation, User
from scheduler.queries.event.team import TEAM, ScopeRow, scope_column, scope_kind
from scheduler.services.accounts.sign_in_links import user_of
from scheduler.services.audit import record
from scheduler.services.event.events import add_organiser
from scheduler.services.people.people_admin import organisation_named


def add_to_team(
    session: Session,
    event: Event,
    email: str,
    name: str,
    role: Role,
    organisation: str,
    actor: User,
    scope: ScopeRow | None = None,
) -> User:
    """Give somebody a role: organise all, be responsible for `scope` or the people of one organisation, or read only.

    Raises Invalid, and Conflict where somebody brings people for another organisation already.
    """
    if role not in TEAM:
        raise Invalid(_("Choose what they do at the event."), field="role")
    if role is not Role.CO_ORGANISER:
        return add_organiser(session, event, email, name.strip()[:200], role, actor)
    if scope is None and not organisation.strip():
        raise Invalid(_("Say for which organisation the co-organiser brings people."), field="organisation")
    user = user_of(session, email, name.strip()[:200])
    _make_responsible(session, event, user, scope or organisation_named(session, event, organisation), actor)
    return user


def _make_responsible(session: Session, event: Event, user: User, scope: ScopeRow, actor: User) -> None:
    """Give a co-organiser one more scope; one that they have changes nothing."""
    column = scope_column(scope)
    mine = select(EventRole).where(
        EventRole.user_id == user.id, EventRole.event_id == event.id, EventRole.role == Role.CO_ORGANISER
    )
    if session.scalar(mine.where(column == scope.id)) is not None:
        return
    if isinstance(scope, Organisation) and session.scalar(mine.where(column.is_not(None))) is not None:
        raise Conflict(_("They bring people for another organisation already. Take that from them first."))
    session.add(
        EventRole(user_id=user.id, event_id=event.id, role=Role.CO_ORGANISER, **{column.key: scope.id})
    )
    detail: dict[str, Any] = {scope_kind(scope): scope.name}
    role = Role.CO_ORGANISER.value
    record(session, event, actor, "organiser.add", user.public_id, email=user.email, role=role, **detail)
    session.flush()


def tell_team_member(session: Session, event: Event, user: User, subject: str, text: str, html: str) -> None:
    """Queue the mail that tells somebody of their role."""
    queue_mail(
        session, to_address=user.email, to_name=user.name, subject=subject, text=text, html=html, event=event
    )


def take_from_team(
    session: Session, event: Event, user_id: str, role: Role, actor: User, scope: ScopeRow | None = None
) -> User:
    """End a role, of a co-organiser that for one scope. Raises NotFound, and Conflict when the event would be left
    without an organiser.
    """
    # Of two organisers who end each other's role at once, the second one waits here and is the last.
    session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    found = _role(session, event, user_id, role, scope)
    if role is Role.ORGANISER:
        others = select(EventRole.id).where(
            EventRole.event_id == event.id, EventRole.role == Role.ORGANISER, EventRole.id != found.id
        )
        if session.scalar(others.limit(1)) is None:
            raise Conflict(_("An event needs an organiser. Add another one first."))
    user = found.user
    session.delete(found)
    detail: dict[str, Any] = {scope_kind(scope): scope.name} if scope is not None else {}
    record(
        session, event, actor, "organiser.remove", user.public_id, email=user.email, role=role.value, **detail
    )
    session.flush()
    return user


def _role(session: Session, event: Event, user_id: str, role: Role, scope: ScopeRow | None) -> EventRole:
    query = (
        select(EventRole)
        .join(User, User.id == EventRole.user_id)
        .where(EventRole.event_id == event.id, EventRole.role == role, User.public_id == user_id)
    )
    if scope is not None:
        query = query.where(scope_column(scope) == scope.id)
    else:
        query = query.where(
            EventRole.organisation_id.is_(None),
            EventRole.delegation_id.is_(None),
            EventRole.pavilion_id.is_(None),
            EventRole.round_id.is_(None),
        )
    found = session.scalars(query.limit(1)).first()
    if found is None or role not in TEAM:
        raise NotFound(_("This person does not have this role at the event."))
    return found
