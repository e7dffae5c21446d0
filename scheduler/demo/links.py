"""Sign-in links for the roles of a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.models import Delegation, DelegationMember, Event, EventRole, Participant, SignInLink, User
from scheduler.services.accounts.sign_in_links import new_link

DAY = 24 * 60


@dataclass(frozen=True)
class RoleLink:
    """`token` signs `user` in, once, within a day."""

    role: str
    user: User
    token: str
    path: str


def make_links(session: Session, event: Event) -> list[RoleLink]:
    """A new link for each role; unused ones of an earlier start no longer work."""
    users = role_users(session, event)
    now = datetime.now(UTC)
    session.execute(
        delete(SignInLink).where(
            SignInLink.destination.in_([path for _user, path in users.values()]), SignInLink.used_at.is_(None)
        )
    )
    return [
        RoleLink(role, user, new_link(session, user, path, now, DAY).token, path)
        for role, (user, path) in users.items()
    ]


def role_users(session: Session, event: Event) -> dict[str, tuple[User, str]]:
    """Who shows which role of the event, and the page that they start from."""
    home = f"/e/{event.slug}"
    result: dict[str, tuple[User, str]] = {}
    for role in (Role.ORGANISER, Role.CO_ORGANISER):
        user = session.scalar(
            select(User)
            .join(EventRole, EventRole.user_id == User.id)
            .where(EventRole.event_id == event.id, EventRole.role == role)
            .order_by(EventRole.id)
            .limit(1)
        )
        if user is not None:
            result[role.value] = (user, f"{home}/organise/")
    leader = session.execute(
        select(User, Delegation.public_id)
        .join(Participant, Participant.user_id == User.id)
        .join(Delegation, Delegation.leader_id == Participant.id)
        .where(Delegation.event_id == event.id)
        .order_by(Delegation.id)
        .limit(1)
    ).first()
    if leader is not None:
        result[Role.LEADER.value] = (leader[0], f"{home}/delegation/{leader[1]}/")
    taken = [user.id for user, _path in result.values()]
    plain = session.scalar(
        select(User)
        .join(Participant, Participant.user_id == User.id)
        .outerjoin(DelegationMember, DelegationMember.participant_id == Participant.id)
        .where(
            Participant.event_id == event.id,
            DelegationMember.participant_id.is_(None),
            User.id.not_in(taken),
        )
        .order_by(Participant.id)
        .limit(1)
    )
    if plain is not None:
        result[Role.PARTICIPANT.value] = (plain, f"{home}/me/")
    return result
