"""Making and revoking the secret addresses of calendar feeds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from scheduler.domain.kinds import FeedKind
from scheduler.errors import NotFound, TooMany
from scheduler.models import Delegation, FeedToken, Participant, Pavilion, Place, ProgrammeSession
from scheduler.queries.feeds import token_hash
from scheduler.services.messages import wall_clock

Subject = Participant | Delegation | Place | Pavilion | ProgrammeSession
MOST_FEEDS = 10
"""Living feeds of one subject: one for each device and helper, and an end to it."""


def create_feed(session: Session, subject: Subject) -> tuple[FeedToken, str]:
    """A new feed of a participant, delegation, stand, pavilion desk or session, and its secret.

    The secret is 256 random bits and is not stored: it can be shown now and never again. Raises TooMany.
    """
    if len(feeds_of(session, subject)) >= MOST_FEEDS:
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
        token_hash=token_hash(token),
        created_at=wall_clock(),
        **{column: subject.id},
    )
    session.add(feed)
    session.flush()
    return feed, token


def feeds_of(session: Session, subject: Subject) -> Sequence[FeedToken]:
    """The feeds of a subject that are not revoked, newest first."""
    return session.scalars(
        select(FeedToken)
        .where(_is_about(subject), FeedToken.revoked_at.is_(None))
        .order_by(FeedToken.created_at.desc(), FeedToken.id.desc())
    ).all()


def revoke_feed(session: Session, subject: Subject, public_id: str) -> FeedToken:
    """End one feed of a subject. Raises NotFound for a feed that is not the subject's, or is revoked
    already.
    """
    feed = session.scalar(
        select(FeedToken).where(
            FeedToken.public_id == public_id, _is_about(subject), FeedToken.revoked_at.is_(None)
        )
    )
    if feed is None:
        raise NotFound(_("This subscription does not exist, or it was revoked before."))
    feed.revoked_at = wall_clock()
    session.flush()
    return feed


def replace_feed(session: Session, subject: Subject, public_id: str) -> tuple[FeedToken, str]:
    """A new address in the place of one that got into wrong hands; the old one answers no more."""
    revoke_feed(session, subject, public_id)
    return create_feed(session, subject)


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
