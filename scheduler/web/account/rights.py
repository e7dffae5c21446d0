"""Who may make events on this installation."""

from __future__ import annotations

from flask import current_app

from scheduler.extensions import db
from scheduler.models import User
from scheduler.queries.event.team import organises_somewhere


def may_create(user: User | None) -> bool:
    """Everybody who is signed in where the installation says so, else founders and those who organise an event."""
    if user is None:
        return False
    if user.email in current_app.config["FOUNDERS"]:
        return True
    return bool(current_app.config["ANYBODY_CREATES_EVENTS"]) or organises_somewhere(db.session, user.id)
