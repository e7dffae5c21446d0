"""Making and revoking the secret addresses of calendar feeds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import FeedKind
from scheduler.domain.tokens import hash_token
from scheduler.errors import NotFound, TooMany
from scheduler.mail.outbox import wall_clock
from scheduler.models import Delegation, FeedToken, Participant, Pavilion, Place, ProgrammeSession, User

Subject = Participant | Delegation | Place | Pavilion | ProgrammeSession
MOST_FEEDS = 10
"""Living feeds of one subject that one user made: one for each device and helper, and an end to it."""


def create_feed(session: Session, subject: Subject, maker: User | None = None) -> tuple[FeedToken, str]:
    """A new feed of a participant, delegation, stand, pavilion desk or session, and its secret.

    It can be read as long as `maker` may read the subject: by default who holds the seat, or leads the delegation.
    The secret is 256 random bits and is not stored: it can be shown now and never again. Raises TooMany.
    """
    maker_id = maker.id if maker is not None else _holder_of(subject)
    made = select(func.count()).where(
        _is_about(subject), FeedToken.revoked_at.is_(None), FeedToken.made_by_id == maker_id
    )
    if (session.scalar(made) or 0) >= MOST_FEEDS:
        raise TooMany(
            _(
                "There are %(count)s subscriptions already. Revoke one that is no longer used.",
                count=MOST_FEEDS,
            )
        )
    token = secrets.token_urlsafe(32)
    column, kind = _target(subject)
    feed = FeedToken(
        event_id=subject.event_id,
        kind=kind,
        token_hash=hash_token(token),
        made_by_id=maker_id,
        created_at=wall_clock(),
        **{column: subject.id},
    )
    session.add(feed)
    session.flush()
    return feed, token


def feeds_of(session: Session, subject: Subject, maker: User | None = None) -> Sequence[FeedToken]:
    """The feeds of a subject that are not revoked, newest first; with `maker`, only those that this user made."""
    return session.scalars(
        select(FeedToken)
        .where(_is_about(subject), FeedToken.revoked_at.is_(None), *_made_by(maker))
        .options(joinedload(FeedToken.made_by))
        .order_by(FeedToken.created_at.desc(), FeedToken.id.desc())
    ).all()


def revoke_feed(session: Session, subject: Subject, public_id: str, maker: User | None = None) -> FeedToken:
    """End one feed of a subject, with `maker` one that this user made.

    Raises NotFound for a feed that is not the subject's, is somebody else's, or is revoked already.
    """
    feed = session.scalar(
        select(FeedToken).where(
            FeedToken.public_id == public_id,
            _is_about(subject),
            FeedToken.revoked_at.is_(None),
            *_made_by(maker),
        )
    )
    if feed is None:
        raise NotFound(_("This subscription does not exist, or it was revoked before."))
    feed.revoked_at = wall_clock()
    session.flush()
    return feed


def replace_feed(
    session: Session,
    subject: Subject,
    public_id: str,
    actor: User | None = None,
    *,
    only_own: bool = False,
) -> tuple[FeedToken, str]:
    """A new address, now the actor's, in the place of one that got into wrong hands; the old one answers no more."""
    revoke_feed(session, subject, public_id, actor if only_own else None)
    return create_feed(session, subject, actor)


def revoke_all_feeds(session: Session, subject: Subject) -> None:
    """End every feed of a subject."""
    for feed in feeds_of(session, subject):
        feed.revoked_at = wall_clock()
    session.flush()


def _holder_of(subject: Subject) -> int | None:
    match subject:
        case Participant():
            return subject.user_id
        case Delegation():
            return subject.leader.user_id
        case _:
            return None


def _made_by(maker: User | None) -> tuple[ColumnElement[bool], ...]:
    return () if maker is None else (FeedToken.made_by_id == maker.id,)


def _target(subject: Subject) -> tuple[str, FeedKind]:
    match subject:
        case Participant():
            return "participant_id", FeedKind.PARTICIPANT
        case Delegation():
            return "delegation_id", FeedKind.DELEGATION
        case Place():
            return "place_id", FeedKind.STAND
        case Pavilion():
            return "pavilion_id", FeedKind.PAVILION
        case ProgrammeSession():
            return "session_id", FeedKind.SESSION


def _is_about(subject: Subject) -> ColumnElement[bool]:
    column = _target(subject)[0]
    found: ColumnElement[bool] = getattr(FeedToken, column) == subject.id
    return found
