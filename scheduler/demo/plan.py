"""The closed round of the demonstration: solved by the solver as any round is, then published."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scheduler.domain.kinds import PlanState, RoundState
from scheduler.jobs.local import run_now
from scheduler.models import Event, MatchmakingRound, Plan
from scheduler.services.plans import publish
from scheduler.services.runs import DEFAULT_WEIGHTS, RunSettings


def plan_and_publish(app: Flask, session: Session, event: Event, seconds: int) -> Iterator[str]:
    """Solve and publish every closed round that has no published plan; says what came of it."""
    published = exists().where(Plan.round_id == MatchmakingRound.id, Plan.state == PlanState.PUBLISHED)
    rows = session.scalars(
        select(MatchmakingRound)
        .where(MatchmakingRound.event_id == event.id, MatchmakingRound.state == RoundState.CLOSED, ~published)
        .order_by(MatchmakingRound.id)
    ).all()
    for row in rows:
        yield f"Planning “{row.name}” for {seconds} s ..."
        plan = run_now(app, session, row, RunSettings(seconds, DEFAULT_WEIGHTS))
        publish(session, plan, None)
        session.commit()
        yield f"“{row.name}” is planned and published."
