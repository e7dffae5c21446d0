"""Limits of how often are counted per person: in the hall thousands share one network address."""

from __future__ import annotations

from flask import session
from flask_limiter.util import get_remote_address


def by_person() -> str:
    """Who makes the request: the signed-in user, else the network address."""
    return str(session.get("_user_id") or get_remote_address())
