"""Runs: executions of the solver, with enough of their progress to draw the gap closing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import RunState
from scheduler.models.access import User
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.rounds import MatchmakingRound


class Run(Base):
    """The truth about one execution: the queue only carries its id, and may lose it."""

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("time_limit >= 1 AND time_limit <= 7200", name="time_limit"),
        Index("ix_run_round_id", "round_id"),
        Index("ix_run_state", "state"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    round_id: Mapped[int] = mapped_column(ForeignKey("matchmaking_round.id", ondelete="CASCADE"))
    state: Mapped[RunState] = mapped_column(text_enum(RunState), default=RunState.QUEUED)
    time_limit: Mapped[int]
    """Seconds of wall clock."""
    workers: Mapped[int] = mapped_column(default=2)
    seed: Mapped[int] = mapped_column(default=0)
    weights: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """The weights of the score by name: value, break, walking, guarantee, moved, dropped."""
    base_plan: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """The public id of the draft it was started from; empty: from what people have. No foreign key: a run whose
    plan is gone has to say so, and not to begin from another one."""
    stop_requested: Mapped[bool] = mapped_column(default=False)
    attempt: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(20), default="")
    """The solver's word for the result: optimal, feasible, infeasible, unknown."""
    score: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[float | None]
    seconds: Mapped[float | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """What to tell the organiser: why it failed, what is impossible; see `domain.run_outcome`."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    round: Mapped[MatchmakingRound] = relationship()
    created_by: Mapped[User | None] = relationship()
    progress: Mapped[list[RunProgress]] = relationship(
        order_by="RunProgress.id", cascade="all, delete-orphan", passive_deletes=True
    )


class RunProgress(Base):
    __tablename__ = "run_progress"

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    seconds: Mapped[float]
    score: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[float | None]
