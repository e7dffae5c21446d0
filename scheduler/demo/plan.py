"""The closed round of the demonstration: solved by the solver as any round is, then published."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState, RoundState
from scheduler.errors import Conflict
from scheduler.jobs.local import run_now
from scheduler.models import AuditEntry, Event, MatchmakingRound, Plan
from scheduler.planning.ready import make_ready
from scheduler.services.calendars import calendar_sync
from scheduler.services.meetings.plans import publish
from scheduler.services.rounds.runs import DEFAULT_WEIGHTS, RunSettings


def plan_and_publish(app: Flask, session: Session, event: Event, seconds: int) -> Iterator[str]:
    """Solve and publish every closed round that has no published plan; says what came of it.

    When the solver finds nothing, the event stands without a plan, and running it again tries again.
    """
    published = exists().where(Plan.round_id == MatchmakingRound.id, Plan.state == PlanState.PUBLISHED)
    rows = session.scalars(
        select(MatchmakingRound)
        .where(MatchmakingRound.event_id == event.id, MatchmakingRound.state == RoundState.CLOSED, ~published)
        .order_by(MatchmakingRound.id)
    ).all()
    # nobody waits for the database meanwhile
    session.commit()
    if rows:
        make_ready()
    for row in rows:
        yield f"Planning “{row.name}”: up to {seconds} s ..."
        shift = event.clock_shift
        # In its story the round was planned soon after it had closed. On the event's morning a long run would
        # see meetings begin.
        event.clock_shift += int(((event.now() - row.closes_at) * 3 / 4).total_seconds())
        session.commit()
        try:
            plan = run_now(app, session, row, RunSettings(seconds, DEFAULT_WEIGHTS))
            publish(session, plan, None, mails=False)
        except Conflict as error:
            session.rollback()
            yield f"“{row.name}” has no plan: {error.message}"
            continue
        finally:
            event.clock_shift = shift
            session.flush()
        # Sessions and visits, too, of those who have no meeting.
        calendar_sync.refresh(session, event, mails=False)
        _date(session, event, plan, row)
        session.commit()
        yield _sentence(plan)


def _date(session: Session, event: Event, plan: Plan, row: MatchmakingRound) -> None:
    # Planned when the demonstration is made; in its story, soon after the round had closed.
    at = row.closes_at + (event.now() - row.closes_at) / 4
    plan.created_at = plan.published_at = at
    for entry in session.scalars(
        select(AuditEntry).where(AuditEntry.event_id == event.id, AuditEntry.at > at)
    ):
        entry.at = at


def _sentence(plan: Plan) -> str:
    figures = plan.measures
    bound = "none" if plan.bound is None else f"{plan.bound:.0f}"
    return (
        f"Published: {figures['held']} of {figures['wanted']} meetings"
        f" (no schedule can hold more than {figures.get('ceiling', figures['wanted'])}), score {plan.score},"
        f" bound {bound}, {figures['breaks']} breaks, {figures['walking_minutes']} walking minutes."
    )
