"""The user of a session, for Flask-Login."""

from __future__ import annotations

from flask_login import LoginManager, UserMixin
from sqlalchemy import select

from scheduler.extensions import db
from scheduler.models import User


class SignedIn(UserMixin):
    """A user row with the identity that the session cookie carries: public id and session key.

    The key is replaced to sign a user out everywhere.
    """

    def __init__(self, row: User) -> None:
        self.row = row

    def get_id(self) -> str:
        return f"{self.row.public_id}.{self.row.session_key}"


def register(login: LoginManager) -> None:
    @login.user_loader
    def load(identity: str) -> SignedIn | None:
        public_id, _, key = identity.partition(".")
        row = db.session.scalar(select(User).where(User.public_id == public_id))
        return SignedIn(row) if row is not None and row.session_key == key else None
