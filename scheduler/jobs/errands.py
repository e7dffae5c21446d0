"""A plan's errand as a job: published or withdrawn with all agendas and messages in one transaction."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from scheduler.errors import SchedulerError
from scheduler.extensions import db
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import is_gone, worker_name
from scheduler.services.errands import give_up, open_errands, run_errand, take

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(minutes=1)
"""How long an errand waits before the queue is told again: it may have lost the first word."""


def plan_errand(app: Flask, plan_id: int, actor_id: int | None = None) -> None:
    """Do it, unless somebody else does. Whatever fails is said on the plan's page and changes nothing."""
    url = str(app.config["DATABASE_URL"])
    with app.app_context():
        with db.new_session(url) as session:
            mine = take(session, plan_id, worker_name())
            session.commit()
        if not mine:
            return
        problem = _("It could not be done. Nothing was changed; the worker's log says why.")
        try:
            with db.new_session(url) as session:
                run_errand(session, plan_id, actor_id)
                session.commit()
            problem = ""
        except SchedulerError as error:
            problem = error.message
        except SQLAlchemyError:
            log.exception("plan %s could not be changed", plan_id)
            problem = _("The database did not take it. Nothing was changed; try again.")
        finally:
            # Whatever went wrong: the plan must not wait for a worker that has given up.
            if problem:
                _give_up(url, plan_id, problem)


def look_after_errands(app: Flask) -> None:
    """Free the plans whose worker has died (its transaction went with it), and ask again for what nobody began."""
    url = str(app.config["DATABASE_URL"])
    with db.new_session(url, read_only=True) as session:
        waiting = open_errands(session)
    for errand in waiting:
        if errand.worker and is_gone(errand.worker):
            with app.app_context():
                words = _("The worker ended in the middle of it. Nothing was changed; try again.")
                _give_up(url, errand.plan_id, words)
        elif not errand.worker and datetime.now(UTC) - errand.since > FORGOTTEN:
            # Doing it twice is not possible: the second one finds it taken.
            enqueue(app, "plan-errand", plan_id=errand.plan_id)


def _give_up(url: str, plan_id: int, sentence: str) -> None:
    with db.new_session(url) as session:
        give_up(session, [plan_id], sentence)
        session.commit()
