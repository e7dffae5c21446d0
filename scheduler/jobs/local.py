"""A run executed here and now, without a worker: for the command line and the demonstration."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import Conflict
from scheduler.jobs.solving import Execution
from scheduler.models import MatchmakingRound, Plan
from scheduler.services.machine.processes import process_name
from scheduler.services.rounds import runs


def run_now(app: Flask, session: Session, row: MatchmakingRound, settings: runs.RunSettings) -> Plan:
    """Run the solver on a round and wait for the draft plan. Commits what the session holds.

    Raises Conflict when it ends without a plan.
    """
    now = datetime.now(UTC)
    run = runs.start_run(session, row, settings, None, now)
    attempt = runs.claim_run(session, run.id, process_name(), now)
    session.commit()
    if attempt is None:
        raise Conflict("A worker was faster. Look at the list of runs.")
    Execution(str(app.config["DATABASE_URL"]), run.id, attempt, float(settings.time_limit)).run()
    session.expire_all()
    plan = session.scalar(select(Plan).where(Plan.run_id == run.id))
    if plan is None:
        raise Conflict("The run ended without a plan. Its page says why.")
    return plan
