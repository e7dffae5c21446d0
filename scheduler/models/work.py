"""What processes tell one another: who does a thing that only one may do, and who lives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.models.base import Base


class WorkLease(Base):
    """That one process alone does something for a while, such as sending mail. It lasts until `expires_at`."""

    __tablename__ = "work_lease"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(160))
    expires_at: Mapped[datetime]


class WorkerBeat(Base):
    """A worker's sign of life. `trouble`: the parts that it can't do now, each with a word for the reason."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    trouble: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class MatchingModel(Base):
    """What was learned when a round's lists were made: every worker goes on from the same."""

    __tablename__ = "matching_model"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("matchmaking_round.id", ondelete="CASCADE"), primary_key=True
    )
    made_at: Mapped[datetime]
    content: Mapped[bytes]
