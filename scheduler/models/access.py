"""Users, what they may do at which event, and the links with which they sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import Role
from scheduler.models.base import Base, Key, PublicId, text_enum


class User(Base):
    """Somebody who can sign in. The same person may take part in many events."""

    __tablename__ = "user_account"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    name: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class UserSession(Base):
    """One browser in which a user is signed in. Its cookie holds the secret; without this row it is worth nothing."""

    __tablename__ = "user_session"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


_SCOPES = ("organisation_id", "delegation_id", "pavilion_id", "round_id")
_COUNTED = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in _SCOPES)


class EventRole(Base):
    """What one user may do at one event. Leaders lead a delegation; participants are a participant row.

    A co-organiser has a scope, at most one in each row: whom an organisation brought, a delegation, a pavilion, a
    round (docs/roles.md says what they change of it).
    """

    __tablename__ = "event_role"
    __table_args__ = (
        Index(
            "ix_event_role_once",
            "user_id",
            "event_id",
            "role",
            unique=True,
            sqlite_where=text(f"role <> '{Role.CO_ORGANISER}'"),
            postgresql_where=text(f"role <> '{Role.CO_ORGANISER}'"),
        ),
        # A co-organiser may be responsible for several things, for each of them once.
        *(UniqueConstraint("user_id", column) for column in _SCOPES),
        CheckConstraint(f"{_COUNTED} <= 1", name="scope"),
        CheckConstraint(f"role = '{Role.CO_ORGANISER}' OR {_COUNTED} = 0", name="scoped"),
        Index("ix_event_role_event_id", "event_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(text_enum(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    """For which organisation a co-organiser acts: its own participants are those it brought."""
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id", ondelete="CASCADE"))
    pavilion_id: Mapped[int | None] = mapped_column(ForeignKey("pavilion.id", ondelete="CASCADE"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("matchmaking_round.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship()


class SignInLink(Base):
    """A mailed link: only its hash is stored; it works once, only for a short while, and until the next is made.

    The token is made when the mail leaves, so that nothing that lies in the outbox opens anything.
    """

    __tablename__ = "sign_in_link"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    destination: Mapped[str] = mapped_column(String(300), default="/")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
