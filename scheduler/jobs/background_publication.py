"""A plan's errand as a job: published or withdrawn with all agendas and messages in one transaction."""

from __future__ import annotations

import logging

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal
from scheduler.extensions import db
from scheduler.jobs.left_errands import ErrandKind, look_after
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import desk
from scheduler.mail.send import UNREACHABLE
from scheduler.services.machine.processes import process_name
from scheduler.services.meetings.background_publication import (
    give_up,
    open_errands,
    release,
    run_errand,
    take,
)
from scheduler.services.meetings.refused_plans import PlanRefused

log = logging.getLogger(__name__)


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
    """Begin again what a worker left in the middle, and what nobody began."""
    url = str(app.config["DATABASE_URL"])
    look_after(
        url,
        ErrandKind(
            "plan",
            open_errands,
            desk.errands,
            release,
            tell_queue=lambda plan_id: enqueue(app, "plan-errand", plan_id=plan_id),
            give_up=lambda left: _give_up(url, left.subject_id, PlanRefusal(PlanObstacle.WORKER_GONE)),
        ),
    )


def _give_up(url: str, plan_id: int, refusal: PlanRefusal) -> None:
    with db.new_session(url) as session:
        give_up(session, plan_id, refusal)
        session.commit()
