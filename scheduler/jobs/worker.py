"""The worker: takes jobs from the queue, notices what was lost, sends mail. One process."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from types import FrameType

from flask import Flask
from huey.consumer import Consumer
from sqlalchemy.exc import OperationalError

from scheduler.extensions import db
from scheduler.jobs.courier import Courier
from scheduler.jobs.errands import look_after_errands
from scheduler.jobs.periodic import expire_requests, sign_off_people
from scheduler.jobs.queue import enqueue, queue_of
from scheduler.jobs.recommending import Adviser
from scheduler.jobs.solving import desk, is_gone, worker_name
from scheduler.services import runs

log = logging.getLogger(__name__)

ROUND = 2.0
"""Seconds between two looks for what was lost."""
EXPIRY = 600.0
"""Seconds between two looks for requests whose time is over."""
FAREWELL = 8.0
"""Seconds that threads may take to end."""


class QuietConsumer(Consumer):
    """Huey's consumer without its signal handlers: the worker has its own."""

    def _set_signal_handlers(self) -> None:
        pass


class Worker:
    """Threads for jobs, a minder for lost runs, an adviser for lists of partners, and the courier."""

    def __init__(self, app: Flask, threads: int = 3) -> None:
        self._app = app
        self._stop = threading.Event()
        self._consumer = QuietConsumer(
            queue_of(app), workers=threads, periodic=False, max_delay=1.0, worker_type="thread"
        )
        courier = Courier(app)
        self._threads = [
            threading.Thread(target=self._mind, name="minder", daemon=True),
            threading.Thread(target=courier.run, args=(self._stop,), name="courier", daemon=True),
            threading.Thread(target=Adviser(app).run, args=(self._stop,), name="adviser", daemon=True),
        ]

    def run(self) -> None:
        """Work until a signal comes; then give the current run back to the queue and end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        # On a new installation the solver compiles its kernels once; the first run should not spend its time on it.
        # A process of its own: the worker stays small, and ends at once when it has to.
        ready = subprocess.Popen([sys.executable, "-m", "scheduler.planning.ready"])
        self.start()
        while not self._stop.wait(0.5):
            pass
        ready.kill()
        ready.wait()
        self.stop()

    def start(self) -> None:
        """Begin to work, in threads."""
        desk.closing.clear()
        self.look_after()
        self._consumer.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads; a run under way goes back into the queue."""
        self._stop.set()
        desk.closing.set()
        self._consumer.stop_flag.set()
        for _, thread in self._consumer.worker_threads:
            thread.join(FAREWELL)
        for thread in self._threads:
            thread.join(FAREWELL)
        db.dispose(str(self._app.config["DATABASE_URL"]))

    def look_after(self) -> None:
        """Mark the work of dead workers as lost, and tell the queue again of the runs that wait."""
        look_after_errands(self._app)
        url = str(self._app.config["DATABASE_URL"])
        # Most looks find nothing, so the first one takes no write lock.
        with db.new_session(url, read_only=True) as session:
            at_work = runs.workers_at_work(session)
            waiting = runs.waiting_runs(session)
        if any(worker != worker_name() for worker in at_work):
            with db.new_session(url) as session:
                now = datetime.now(UTC)
                lost = runs.reap_runs(session, now)
                lost += runs.lose_runs_of(session, [name for name in at_work if is_gone(name)], now)
                session.commit()
            for run_id in lost:
                log.warning("run %s lost its worker", run_id)
        if waiting and not desk.busy.locked():
            enqueue(self._app, "solve-run", run_id=waiting[0])

    def _mind(self) -> None:
        expiry = time.monotonic()
        while not self._stop.wait(ROUND):
            try:
                self.look_after()
                if time.monotonic() >= expiry:
                    expiry = time.monotonic() + EXPIRY
                    url = str(self._app.config["DATABASE_URL"])
                    sign_off_people(url)
                    expire_requests(url)
            except OperationalError:
                log.exception("the database did not answer; the next look is in %s seconds", ROUND)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()
