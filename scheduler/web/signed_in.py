"""The user of a session, for Flask-Login."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import session as cookie
from flask_login import LoginManager, UserMixin

from scheduler.extensions import db
from scheduler.models import User
from scheduler.queries.accounts import user_of_session


class SignedIn(UserMixin):
    """A user row with the identity that the session cookie carries: public id, and the secret of this browser."""

    def __init__(self, row: User, secret: str) -> None:
        self.row = row
        self.secret = secret

    def get_id(self) -> str:
        return f"{self.row.public_id}.{self.secret}"


def register(login: LoginManager) -> None:
    @login.user_loader
    def load(identity: str) -> SignedIn | None:
        public_id, _, secret = identity.partition(".")
        row = user_of_session(db.session, public_id, secret, datetime.now(UTC))
        if row is None:
            # The cookie is sent anew with each answer: one that was ended must not live on.
            cookie.pop("_user_id", None)
            return None
        return SignedIn(row, secret)
