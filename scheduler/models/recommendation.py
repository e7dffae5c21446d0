"""Ranked lists of partners for a round, and what kind of partners people look for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.models.base import Base


class RecommendationSet(Base):
    """What is known of a round's lists as a whole; no row: none were made yet."""

    __tablename__ = "recommendation_set"
    __table_args__ = (CheckConstraint("seen <= people", name="seen"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("matchmaking_round.id", ondelete="CASCADE"), primary_key=True
    )
    asked_at: Mapped[datetime]
    """By the event's clock; a list asked for before the last change of the people is out of date."""
    made_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    """How many people stand among the first ten of somebody's list."""
    decisions: Mapped[int] = mapped_column(default=0)
    """How many interests and answers the ranking has learned from."""
    milliseconds: Mapped[int] = mapped_column(default=0)


class Recommendation(Base):
    """One participant's list in a round: `ranked` holds [participant id, thousandths of a chance], best first.

    Reasons are not stored: they are read off the two profiles when the list is shown, so they are always true.
    """

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_participant_id", "participant_id"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("matchmaking_round.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    ranked: Mapped[list[list[int]]] = mapped_column(JSON)
    made_at: Mapped[datetime]


class PartnerWish(Base):
    """A participant looks for partners of a type."""

    __tablename__ = "partner_wish"
    __table_args__ = (Index("ix_partner_wish_type_id", "type_id"),)

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    type_id: Mapped[int] = mapped_column(
        ForeignKey("participant_type.id", ondelete="CASCADE"), primary_key=True
    )
