"""Who may sign up for a session, who is invited to it, and who waits for a seat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.models.base import Base
from scheduler.models.people import Participant


class SessionAudience(Base):
    """A type of participant that may attend a session; without any, everybody may."""

    __tablename__ = "session_audience"
    __table_args__ = (Index("ix_session_audience_type_id", "type_id"),)

    session_id: Mapped[int] = mapped_column(
        ForeignKey("programme_session.id", ondelete="CASCADE"), primary_key=True
    )
    type_id: Mapped[int] = mapped_column(
        ForeignKey("participant_type.id", ondelete="CASCADE"), primary_key=True
    )


class SessionInvitation(Base):
    """Somebody is invited to a session and decides themselves; they may attend whatever their type is."""

    __tablename__ = "session_invitation"
    __table_args__ = (Index("ix_session_invitation_participant_id", "participant_id"),)

    session_id: Mapped[int] = mapped_column(
        ForeignKey("programme_session.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )


class SessionWaiting(Base):
    """Somebody waits for a seat. Waiting takes no time: who is at something else then is passed over."""

    __tablename__ = "session_waiting"
    __table_args__ = (Index("ix_session_waiting_participant_id", "participant_id"),)

    session_id: Mapped[int] = mapped_column(
        ForeignKey("programme_session.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime]

    participant: Mapped[Participant] = relationship()
