"""Who may make events on this installation."""

from __future__ import annotations

from flask import current_app

from scheduler.extensions import db
from scheduler.models import User
from scheduler.queries.event.team import organises_somewhere


def may_create(user: User | None) -> bool:
    """Everybody who is signed in where the installation says so, else those who organise an event here."""
    if user is None:
        return False
    return bool(current_app.config["ANYBODY_CREATES_EVENTS"]) or organises_somewhere(db.session, user.id)
