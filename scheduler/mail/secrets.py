"""What a mail opens: made as the mail leaves, so that nothing that lies in the outbox opens anything."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.domain.tokens import hash_token
from scheduler.models import SignInLink

TOKEN_PLACE = "the-token-comes-here-when-the-mail-leaves"  # noqa: S105 - no secret, the lack of one
"""Stands in a stored text for the token of a sign-in link."""
LINK = "sign_in_link"
"""Names the link in a message's payload."""
KEY_PLACE = "the-key-comes-here-when-the-mail-leaves"
"""Stands in a stored text for the key."""


def renewed_token(session: Session, link_id: int, now: datetime) -> str | None:
    """A new token of a link, made as its mail leaves; None when the link was used, replaced, or is too old."""
    link = session.get(SignInLink, link_id, populate_existing=True, with_for_update=True)
    if link is None or link.used_at is not None or link.expires_at <= now:
        return None
    token = secrets.token_urlsafe(32)
    link.token_hash = hash_token(token)
    return token


def invitation_key(secret: str, public_id: str, email: str) -> str:
    """256 bits that only this installation can compute."""
    digest = hmac.digest(secret.encode(), f"invitation {public_id} {email}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
