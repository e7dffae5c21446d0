"""Signing in by a mailed link."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, Role
from scheduler.domain.messages import MessageKind
from scheduler.domain.tokens import hash_token
from scheduler.errors import NotAllowed
from scheduler.mail.addresses import clean_address
from scheduler.mail.outbox import queue_mail
from scheduler.mail.secrets import LINK
from scheduler.models import EventRole, Participant, SignInLink, User


@dataclass(frozen=True)
class NewLink:
    """A sign-in link just made: the only moment at which its token is known."""

    user: User
    token: str
    id: int


def user_by_address(session: Session, email: str, now: datetime) -> User | None:
    """The user with this address; made now when a participant has it and no user does yet."""
    address = clean_address(email)
    user = session.scalar(select(User).where(User.email == address))
    if user is None:
        participant = session.scalar(
            select(Participant)
            .where(Participant.email == address, Participant.state != ParticipantState.WITHDRAWN)
            .limit(1)
        )
        if participant is None:
            return None
        user = add_user(session, address, participant.name, now)
    return user


def add_user(session: Session, email: str, name: str, now: datetime) -> User:
    """A user; signing in links the participants with the same address."""
    user = User(email=clean_address(email), name=name, created_at=now)
    session.add(user)
    session.flush()
    return user


def user_of(session: Session, email: str, name: str = "") -> User:
    """The user with an address, made now when there is none. Raises Invalid for what is no address."""
    address = clean_address(email)
    user = session.scalar(select(User).where(User.email == address))
    return user if user is not None else add_user(session, address, name, datetime.now(UTC))


def grant(session: Session, user: User, event_id: int, role: Role) -> None:
    """Give a user a role at an event; a second time changes nothing."""
    known = session.scalar(
        select(EventRole.id).where(
            EventRole.user_id == user.id, EventRole.event_id == event_id, EventRole.role == role
        )
    )
    if known is None:
        session.add(EventRole(user_id=user.id, event_id=event_id, role=role))
        session.flush()


def new_link(session: Session, user: User, destination: str, now: datetime, minutes: int) -> NewLink:
    """A link that works once within `minutes`; those made before work no more. `destination` is a path of this site."""
    # Of two requests at once the second waits here, and replaces the first one's link.
    session.execute(select(User.id).where(User.id == user.id).with_for_update())
    end_links(session, user.id, now)
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        user_id=user.id,
        token_hash=hash_token(token),
        destination=safe_path(destination),
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    session.add(link)
    session.flush()
    return NewLink(user, token, link.id)


def end_links(session: Session, user_id: int, now: datetime) -> None:
    """Links of a user that were not used yet work no more; those that are long past are forgotten."""
    session.execute(
        update(SignInLink)
        .where(SignInLink.user_id == user_id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(expires_at=now)
    )
    past = now - timedelta(days=7)
    session.execute(delete(SignInLink).where(SignInLink.user_id == user_id, SignInLink.expires_at < past))


def safe_path(path: str) -> str:
    """The path when it stays on this site, else `/` (no open redirect)."""
    bad = not path.startswith("/") or path.startswith("//") or "\\" in path or len(path) > 300
    return "/" if bad or any(ord(letter) < 32 for letter in path) else path


def queue_sign_in_mail(
    session: Session, link: NewLink, subject: str, text: str, html: str, expires_at: datetime
) -> None:
    """Put the mail with the link into the outbox, in the transaction that made the link.

    The texts hold `TOKEN_PLACE` where the token goes when the mail leaves.
    """
    message = queue_mail(
        session,
        to_address=link.user.email,
        to_name=link.user.name,
        subject=subject,
        text=text,
        html=html,
        kind=MessageKind.SIGN_IN,
        expires_at=expires_at,
    )
    message.payload = {LINK: link.id}


def find_link(session: Session, token: str, now: datetime) -> SignInLink:
    """The link of a token, still usable. Raises NotAllowed otherwise."""
    link = session.scalar(select(SignInLink).where(SignInLink.token_hash == hash_token(token)))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise NotAllowed(
            _(
                "This sign-in link was used already, is too old, or was replaced by a newer one. Ask for a new one."
            )
        )
    return link


def use_link(session: Session, token: str, now: datetime) -> tuple[User, str]:
    """Spend a link: the user and where to go. Of two at once, one wins; the other gets NotAllowed."""
    link = find_link(session, token, now)
    spent = session.execute(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed(_("This sign-in link was used already. Ask for a new one."))
    user = link.user
    user.last_sign_in_at = now
    session.execute(
        update(Participant)
        .where(Participant.email == user.email, Participant.user_id.is_(None))
        .values(user_id=user.id)
        .execution_options(synchronize_session=False)
    )
    return user, link.destination
