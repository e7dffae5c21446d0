"""Being signed in: one row for each browser, so that signing out ends it whoever holds a copy of the cookie."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.domain.tokens import hash_token
from scheduler.models import User, UserSession
from scheduler.services.accounts.sign_in_links import end_links

LIFE = timedelta(days=180)
"""After so long everybody signs in anew; a browser that stays away for longer than its cookie, earlier."""
MOST = 30
"""Browsers in which one user may be signed in; the oldest ends for the next."""


def begin_session(session: Session, user: User, now: datetime) -> str:
    """The secret of a new browser session; only its hash is stored."""
    secret = secrets.token_urlsafe(32)
    kept = (
        select(UserSession.id)
        .where(UserSession.user_id == user.id, UserSession.expires_at > now)
        .order_by(UserSession.id.desc())
        .limit(MOST - 1)
    )
    known = list(session.scalars(kept))
    session.execute(delete(UserSession).where(UserSession.user_id == user.id, UserSession.id.not_in(known)))
    session.add(
        UserSession(user_id=user.id, key_hash=hash_token(secret), created_at=now, expires_at=now + LIFE)
    )
    session.flush()
    return secret


def end_session(session: Session, secret: str) -> None:
    """Sign one browser out."""
    session.execute(delete(UserSession).where(UserSession.key_hash == hash_token(secret)))


def end_all_sessions(session: Session, user_id: int, now: datetime) -> None:
    """Sign a user out everywhere; links that were mailed and not used yet end too."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))
    end_links(session, user_id, now)
