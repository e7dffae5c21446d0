"""The worker: takes jobs from the queue, notices what was lost, sends mail. One process.

Nothing that a thread depends on ends it: the queue, the database, the mail server and the disk may go away and come
back. What can't be mended from inside, a step that never ends, ends the process: `expo serve` starts another.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

from flask import Flask
from huey.consumer import Consumer
from sqlalchemy.exc import SQLAlchemyError

from scheduler.extensions import db
from scheduler.jobs.clerk import Clerk
from scheduler.jobs.courier import Courier
from scheduler.jobs.loops import Loop
from scheduler.jobs.minder import Minder
from scheduler.jobs.queue import queue_of
from scheduler.jobs.recommending import Adviser
from scheduler.jobs.solving import desk
from scheduler.jobs.vitals import Pulse, Vitals
from scheduler.services.machine.processes import process_name
from scheduler.services.machine.workers import forget

log = logging.getLogger(__name__)

FAREWELL = 8.0
"""Seconds that threads may take to end."""
STUCK_EXIT = 75


class QuietConsumer(Consumer):
    """Huey's consumer without its signal handlers: the worker has its own."""

    def _set_signal_handlers(self) -> None:
        pass

    def look_after(self) -> None:
        """Start the threads again that have died."""
        for number, (process, thread) in enumerate(self.worker_threads):
            if not thread.is_alive():
                log.error("the thread %s had died; it is started again", thread.name)
                fresh = self._create_process(process, thread.name)
                self.worker_threads[number] = (process, fresh)
                fresh.start()


class Worker:
    """Threads for jobs, a minder for lost work, an adviser for lists of partners, a clerk, and the courier."""

    def __init__(self, app: Flask, threads: int = 3) -> None:
        self._app = app
        self._stop = threading.Event()
        self.vitals = Vitals()
        self._threads = threads
        self._consumer: QuietConsumer | None = None
        self._courier = Courier(app, self.vitals, self._stop)
        self.minder = Minder(app)
        self.loops = [
            Loop("pulse", Pulse(app, process_name(), self.vitals).step, self.vitals, self._stop),
            Loop("queue", self._consume, self.vitals, self._stop),
            Loop("minder", self.minder.step, self.vitals, self._stop),
            Loop("adviser", Adviser(app).step, self.vitals, self._stop),
            *Clerk(app, self.vitals, self._stop).loops(),
            *self._courier.loops(),
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
            self.look_after()
        ready.kill()
        ready.wait()
        self.stop()

    def start(self) -> None:
        """Begin to work, in threads."""
        desk.closing.clear()
        for loop in self.loops:
            loop.start()

    def look_after(self) -> None:
        """Restart threads that have died; end the process when one is stuck for good."""
        for loop in self.loops:
            loop.look_after()
            if loop.is_stuck():
                log.critical("%s does not come back; the worker ends, to be started again", loop.name)
                os._exit(STUCK_EXIT)
        if self._consumer is not None:
            self._consumer.look_after()

    def stop(self) -> None:
        """End the threads; a run under way goes back into the queue."""
        self._stop.set()
        desk.closing.set()
        consumer = self._consumer
        if consumer is not None:
            consumer.stop_flag.set()
        # One farewell for all of them: whoever started us waits a little longer than that, and then kills.
        end = time.monotonic() + FAREWELL
        threads = [thread for _, thread in consumer.worker_threads] if consumer is not None else []
        for each in (*threads, *self.loops):
            each.join(max(0.05, end - time.monotonic()))
        self._courier.end()
        url = str(self._app.config["DATABASE_URL"])
        try:
            with db.new_session(url) as session:
                forget(session, process_name())
                session.commit()
        except SQLAlchemyError:
            log.warning("the database was not told that this worker ends")
        db.dispose(url)

    def _consume(self) -> float:
        """Reach the queue; once it was reached, Huey's own threads read it, and here it is looked at now and then."""
        if self._consumer is None:
            queue = queue_of(self._app)
            consumer = QuietConsumer(
                queue, workers=self._threads, periodic=False, max_delay=1.0, worker_type="thread"
            )
            consumer.start()
            self._consumer = consumer
        queue_of(self._app).storage.queue_size()
        return 5.0

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()
