"""A large list of people as a job: checked, then stored or taken back in one transaction."""

from __future__ import annotations

import logging

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from scheduler.domain.enums import ImportRefusal
from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.jobs.left_errands import ErrandKind, look_after
from scheduler.jobs.progress import ImportProgress
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import desk
from scheduler.mail.send import UNREACHABLE
from scheduler.services.machine.processes import process_name
from scheduler.services.people_import.errands import (
    check_import,
    give_up,
    open_errands,
    release,
    run_errand,
    take,
)

log = logging.getLogger(__name__)


def import_errand(app: Flask, list_id: int) -> None:
    """Do it, unless somebody else does. Whatever fails is kept for the list's page and changes nothing.

    While the database is away nothing can be said: the minder finds the errand afterwards, and it is begun again.
    """
    url = str(app.config["DATABASE_URL"])
    if list_id in desk.lists:
        return
    desk.lists.add(list_id)
    try:
        with app.app_context():
            with db.new_session(url) as session:
                mine = take(session, list_id, process_name())
                session.commit()
            if mine:
                _do(app, url, list_id)
    finally:
        desk.lists.discard(list_id)


def _do(app: Flask, url: str, list_id: int) -> None:
    progress = ImportProgress(app, list_id)
    refusal: ImportRefusal | None = ImportRefusal.OUR_FAULT
    try:
        with db.new_session(url, read_only=True) as session:
            checked = check_import(session, list_id, progress.tell)
        with db.new_session(url) as session:
            run_errand(session, list_id, process_name(), checked, progress.tell)
            session.commit()
        refusal = None
    except Conflict:
        refusal = ImportRefusal.TAKEN
    except Invalid:
        refusal = ImportRefusal.LIST
    except UNREACHABLE:
        refusal = None
        raise
    except SQLAlchemyError:
        log.exception("list %s could not be stored or taken back", list_id)
        refusal = ImportRefusal.DATABASE
    finally:
        # Whatever went wrong: the list must not wait for a worker that has given up.
        if refusal is not None:
            _give_up(url, list_id, process_name(), refusal)
        progress.forget()


def look_after_imports(app: Flask) -> None:
    """Begin again what a worker left in the middle, and what nobody began."""
    url = str(app.config["DATABASE_URL"])
    look_after(
        url,
        ErrandKind(
            "list",
            open_errands,
            desk.lists,
            release,
            tell_queue=lambda list_id: enqueue(app, "import-errand", list_id=list_id),
            give_up=lambda left: _give_up(url, left.subject_id, left.worker, ImportRefusal.WORKER_GONE),
        ),
    )


def _give_up(url: str, list_id: int, worker: str, refusal: ImportRefusal) -> None:
    with db.new_session(url) as session:
        give_up(session, list_id, worker, refusal)
        session.commit()
