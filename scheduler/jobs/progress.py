"""How far a job is, where pages can read it while the job's one transaction is open.

It stands in the queue's own storage, which every process reaches: on SQLite, nobody else can write to the database
meanwhile, and on PostgreSQL nobody would see it. It is a hint and nothing more; whether a job is done, its row says.
"""

from __future__ import annotations

import json
import logging
import time

from flask import Flask

from scheduler.jobs.queue import queue_of
from scheduler.services.people_import.progress import StoringProgress, StoringStep

log = logging.getLogger(__name__)

SECONDS = 0.5
"""Between two words about one step."""


class ImportProgress:
    """Tells how far a list of people is. That nobody can be told stops no work."""

    def __init__(self, app: Flask, list_id: int) -> None:
        self._app, self._key = app, _key(list_id)
        self._step: StoringStep | None = None
        self._next = 0.0
        self._failed = False

    def tell(self, step: StoringStep, done: int, total: int) -> None:
        """Write down a step, and how many of how many rows have gone through it; not too often."""
        now = time.monotonic()
        if step is self._step and now < self._next:
            return
        self._step, self._next = step, now + SECONDS
        try:
            value = json.dumps([step.value, done, total]).encode()
            queue_of(self._app).storage.put_data(self._key, value)
        except Exception:
            # Each storage has errors of its own.
            if not self._failed:
                log.exception("how far %s is can't be told", self._key)
            self._failed = True

    def forget(self) -> None:
        """Nobody asks any more."""
        try:
            queue_of(self._app).storage.delete_data(self._key)
        except Exception:
            log.exception("what was told of %s stays", self._key)


def import_progress(app: Flask, list_id: int) -> StoringProgress | None:
    """What was told last of a list of people; None when nothing was."""
    try:
        value = queue_of(app).storage.peek_data(_key(list_id))
    except Exception:
        log.exception("how far %s is can't be read", _key(list_id))
        return None
    if not isinstance(value, bytes | memoryview):
        return None
    step, done, total = json.loads(bytes(value))
    return StoringProgress(StoringStep(step), done, total)


def _key(list_id: int) -> str:
    return f"people-import-{list_id}"
