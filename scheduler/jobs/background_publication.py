"""A plan's errand as a job: published or withdrawn with all agendas and messages in one transaction."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal
from scheduler.extensions import db
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import desk
from scheduler.mail.send import UNREACHABLE
from scheduler.services.machine.processes import lives, process_name
from scheduler.services.machine.workers import living_workers
from scheduler.services.meetings.background_publication import (
    Errand,
    give_up,
    open_errands,
    release,
    run_errand,
    take,
)
from scheduler.services.meetings.refused_plans import PlanRefused

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(minutes=1)
"""How long an errand waits before the queue is told again: it may have lost the first word."""
ATTEMPTS = 3
"""How often an errand is begun whose worker ends in the middle of it."""


def plan_errand(app: Flask, plan_id: int, actor_id: int | None = None) -> None:
    """Do it, unless somebody else does. Whatever fails is kept for the plan's page and changes nothing.

    While the database is away nothing can be said: the minder finds the errand afterwards, and it is begun again.
    """
    url = str(app.config["DATABASE_URL"])
    desk.errands.add(plan_id)
    try:
        with app.app_context():
            with db.new_session(url) as session:
                mine = take(session, plan_id, process_name())
                session.commit()
            if mine:
                _do(url, plan_id, actor_id)
    finally:
        desk.errands.discard(plan_id)


def _do(url: str, plan_id: int, actor_id: int | None) -> None:
    refusal: PlanRefusal | None = PlanRefusal(PlanObstacle.OUR_FAULT)
    try:
        with db.new_session(url) as session:
            run_errand(session, plan_id, actor_id, process_name())
            session.commit()
        refusal = None
    except PlanRefused as error:
        refusal = error.refusal
    except UNREACHABLE:
        refusal = None
        raise
    except SQLAlchemyError:
        log.exception("plan %s could not be changed", plan_id)
        refusal = PlanRefusal(PlanObstacle.DATABASE)
    finally:
        # Whatever went wrong: the plan must not wait for a worker that has given up.
        if refusal is not None:
            _give_up(url, plan_id, refusal)


def look_after_errands(app: Flask) -> None:
    """Begin again what a worker left in the middle (its transaction went with it), and what nobody began."""
    url = str(app.config["DATABASE_URL"])
    now = datetime.now(UTC)
    with db.new_session(url, read_only=True) as session:
        waiting = open_errands(session)
        living = living_workers(session, now) if waiting else set()
    for errand in waiting:
        if errand.worker and _is_left(errand, living, now):
            _take_up(app, url, errand)
        elif not errand.worker and now - errand.since > FORGOTTEN:
            # Doing it twice is not possible: the second one finds it taken.
            enqueue(app, "plan-errand", plan_id=errand.plan_id)


def _is_left(errand: Errand, living: set[str], now: datetime) -> bool:
    """Whether nobody does it any more: our own threads are known, others by their process or their signs of life."""
    if errand.worker == process_name():
        return errand.plan_id not in desk.errands
    return not lives(errand.worker) or (errand.worker not in living and now - errand.since > FORGOTTEN)


def _take_up(app: Flask, url: str, errand: Errand) -> None:
    if errand.attempts >= ATTEMPTS:
        _give_up(url, errand.plan_id, PlanRefusal(PlanObstacle.WORKER_GONE))
        return
    with db.new_session(url) as session:
        released = release(session, errand.plan_id, errand.worker)
        session.commit()
    if released:
        log.warning("plan %s was left in the middle; it is begun again", errand.plan_id)
        enqueue(app, "plan-errand", plan_id=errand.plan_id)


def _give_up(url: str, plan_id: int, refusal: PlanRefusal) -> None:
    with db.new_session(url) as session:
        give_up(session, plan_id, refusal)
        session.commit()
