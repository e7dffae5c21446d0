"""What a solver's schedule means for its run: a draft plan, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import RunState
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.models import Event, Plan, Run, RunProgress
from scheduler.planning.draft import store_draft
from scheduler.planning.facts import LISTED, kept
from scheduler.planning.problem import RoundProblem
from solver import Schedule, Status


def finish_run(
    session: Session,
    run_id: int,
    attempt: int,
    ours: RoundProblem,
    schedule: Schedule,
    now: datetime,
    figures: Mapping[str, Any],
) -> Plan | None:
    """End a run with its schedule: the draft and the run's new state belong to one transaction.

    Nothing happens, and None is returned, when the run is no longer this attempt's. `now` is the wall clock.
    """
    run = session.scalar(select(Run).where(Run.id == run_id).with_for_update())
    if run is None or run.attempt != attempt or run.state is not RunState.RUNNING:
        return None
    run.status = schedule.status.value
    run.score = schedule.score
    run.bound = schedule.bound
    run.seconds = round(schedule.seconds, 2)
    run.finished_at = now
    session.add(
        RunProgress(
            run_id=run.id,
            attempt=attempt,
            seconds=schedule.seconds,
            score=schedule.score,
            bound=schedule.bound,
        )
    )
    if schedule.status in (Status.OPTIMAL, Status.FEASIBLE):
        run.state = RunState.FINISHED
        run.outcome = RunOutcome(RunEnd.STOPPED_EARLY).stored() if run.stop_requested else {}
        event = session.get_one(Event, ours.event_id)
        return store_draft(
            session,
            ours,
            schedule,
            name=next_name(session, ours.event_id),
            now=event.now(),
            run_id=run.id,
            figures=figures,
        )
    findings = tuple(kept(finding) for finding in schedule.findings[:LISTED])
    if schedule.status is Status.INFEASIBLE:
        run.state = RunState.FINISHED
        outcome = RunOutcome(RunEnd.INFEASIBLE, findings=findings)
    elif run.stop_requested:
        run.state = RunState.CANCELLED
        outcome = RunOutcome(RunEnd.STOPPED_EMPTY)
    else:
        run.state = RunState.FAILED
        outcome = RunOutcome(RunEnd.NOT_FOUND)
    run.outcome = outcome.stored()
    return None


def next_name(session: Session, event_id: int) -> str:
    """`Plan 3`: the plans of an event are numbered as they are made, whatever their round, and none twice."""
    while True:
        number = session.scalar(
            update(Event)
            .where(Event.id == event_id)
            .values(plans_made=Event.plans_made + 1)
            .returning(Event.plans_made)
            .execution_options(synchronize_session=False)
        )
        name = f"Plan {number}"
        if session.scalar(select(Plan.id).where(Plan.event_id == event_id, Plan.name == name)) is None:
            return name
