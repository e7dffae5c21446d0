"""A large list of people as a job: checked, then stored or taken back in one transaction."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from scheduler.domain.enums import ImportRefusal
from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.jobs.progress import ImportProgress
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import desk
from scheduler.mail.send import UNREACHABLE
from scheduler.services.machine.processes import lives, process_name
from scheduler.services.machine.workers import living_workers
from scheduler.services.people_import.errands import (
    OpenErrand,
    check_import,
    give_up,
    open_errands,
    release,
    run_errand,
    take,
)

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(minutes=1)
"""How long an errand waits before the queue is told again: it may have lost the first word."""
ATTEMPTS = 3
"""How often an errand is begun whose worker ends in the middle of it."""


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
            enqueue(app, "import-errand", list_id=errand.list_id)


def _is_left(errand: OpenErrand, living: set[str], now: datetime) -> bool:
    """Whether nobody does it any more: our own threads are known, others by their process or their signs of life."""
    if errand.worker == process_name():
        return errand.list_id not in desk.lists
    return not lives(errand.worker) or (errand.worker not in living and now - errand.since > FORGOTTEN)


def _take_up(app: Flask, url: str, errand: OpenErrand) -> None:
    if errand.attempts >= ATTEMPTS:
        _give_up(url, errand.list_id, errand.worker, ImportRefusal.WORKER_GONE)
        return
    with db.new_session(url) as session:
        released = release(session, errand.list_id, errand.worker)
        session.commit()
    if released:
        log.warning("list %s was left in the middle; it is begun again", errand.list_id)
        enqueue(app, "import-errand", list_id=errand.list_id)


def _give_up(url: str, list_id: int, worker: str, refusal: ImportRefusal) -> None:
    with db.new_session(url) as session:
        give_up(session, list_id, worker, refusal)
        session.commit()
