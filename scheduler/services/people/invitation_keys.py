"""The key in an invitation's link: it lets the person who got the mail in, once, as long as the event lasts.

It is computed from the installation's secret and stored nowhere, so nothing that lies in the database opens anything.
Another address has another key, and a key is spent when its owner has come in.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import ParticipantState
from scheduler.mail.secrets import invitation_key
from scheduler.models import Event, EventDay, EventRole, Participant, User
from scheduler.services.accounts.sign_in_links import add_user


class InvitationState(StrEnum):
    """What an invitation's link is good for now."""

    OPENS = "opens"
    """It lets its reader in."""
    SENDS = "sends"
    """It was used, or its reader has an account with more to lose: a fresh link is mailed on request."""
    OVER = "over"
    """The event is over, or its reader does not take part."""


@dataclass(frozen=True, slots=True)
class Invited:
    person: Participant
    event: Event
    standing: InvitationState


def invited(session: Session, secret: str, public_id: str, key: str) -> Invited | None:
    """Who is meant by an invitation's link; None when the link is none of ours, or of an older address."""
    person = session.scalar(
        select(Participant)
        .where(Participant.public_id == public_id)
        .options(joinedload(Participant.organisation))
    )
    if person is None:
        return None
    right = invitation_key(secret, person.public_id, person.email)
    if not hmac.compare_digest(right.encode(), key.encode("utf-8", "replace")):
        return None
    event = session.get_one(Event, person.event_id)
    return Invited(person, event, _standing(session, person, event))


def _standing(session: Session, person: Participant, event: Event) -> InvitationState:
    last = session.scalar(select(func.max(EventDay.date)).where(EventDay.event_id == event.id))
    if last is not None and datetime.combine(last, time.max, tzinfo=event.zone) < event.now():
        return InvitationState.OVER
    if person.state is ParticipantState.WITHDRAWN:
        return InvitationState.OVER
    user = session.scalar(select(User).where(User.email == person.email))
    known = user is not None and (
        user.last_sign_in_at is not None
        or session.scalar(select(exists().where(EventRole.user_id == user.id))) is True
    )
    return InvitationState.SENDS if known or person.came_in_at is not None else InvitationState.OPENS


def user_of(session: Session, person: Participant, now: datetime) -> User:
    """The user of an invited person, made when there is none."""
    user = session.scalar(select(User).where(User.email == person.email))
    if user is None:
        user = add_user(session, person.email, person.name, now)
    if person.user_id is None:
        person.user_id = user.id
        session.flush()
    return user
