"""Answering what organisers ask of a plan, in a child process, one question at a time on each worker."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

from flask import Flask

from scheduler.extensions import db
from scheduler.jobs.child import Child
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import desk
from scheduler.planning.order import QuestionOrder
from scheduler.services.machine.processes import process_name
from scheduler.services.meetings import inquiries

log = logging.getLogger(__name__)

MODULE = "scheduler.planning.inquiry_child"
PATIENCE = 90.0
"""Seconds for reading the round and for all answers."""
# A run may go on meanwhile: somebody waits for this answer, and it takes seconds.
_busy = threading.Lock()


def answer_inquiry(app: Flask, inquiry_id: int) -> None:
    """Answer, unless somebody else does. Busy with another question, this one waits: the minder tells of it again."""
    if not _busy.acquire(blocking=False):
        return
    try:
        url = str(app.config["DATABASE_URL"])
        with db.new_session(url) as session:
            mine = inquiries.take(session, inquiry_id, process_name(), datetime.now(UTC))
            session.commit()
        if mine:
            _answer(url, inquiry_id)
    finally:
        _busy.release()


def _answer(url: str, inquiry_id: int) -> None:
    child = Child.start(QuestionOrder(url, inquiry_id), MODULE)
    until = time.monotonic() + PATIENCE
    found: dict[str, object] = {}
    try:
        while True:
            heard = child.hear(0.5)
            code = child.end()
            if code is not None:
                heard += child.hear(0.2)
            for each in heard:
                if each.answer is not None:
                    found = dict(each.answer)
                    _keep(url, inquiry_id, found, whole=False)
            if code is not None or time.monotonic() > until or desk.closing.is_set():
                break
    finally:
        child.close()
    if code != 0:
        log.error("the child that answers inquiry %s ended with %s", inquiry_id, code)
    if found:
        _keep(url, inquiry_id, found, whole=True)
        return
    with db.new_session(url) as session:
        inquiries.give_up(session, inquiry_id, process_name(), datetime.now(UTC))
        session.commit()


def _keep(url: str, inquiry_id: int, found: dict[str, object], *, whole: bool) -> None:
    with db.new_session(url) as session:
        inquiries.keep_answer(
            session,
            inquiry_id,
            process_name(),
            found,
            datetime.now(UTC),
            whole=whole,
        )
        session.commit()


def look_after_inquiries(app: Flask) -> None:
    """Tell the queue again of what waits, and end what its worker has left."""
    url = str(app.config["DATABASE_URL"])
    now = datetime.now(UTC)
    with db.new_session(url, read_only=True) as session:
        waits, left = inquiries.waiting(session), inquiries.left_behind(session, now)
    if left:
        with db.new_session(url) as session:
            for inquiry_id, worker in left:
                inquiries.give_up(session, inquiry_id, worker, now)
            session.commit()
    if waits and not _busy.locked():
        enqueue(app, "answer-inquiry", inquiry_id=waits[0])
