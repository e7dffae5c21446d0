"""One run, from its claim to its end. Whatever happens, the row says the truth afterwards."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from scheduler.domain.enums import RunState
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.extensions import db
from scheduler.jobs.child import Child, Heard
from scheduler.jobs.vitals import pause_after
from scheduler.models import Run
from scheduler.planning.order import Order
from scheduler.services.machine.processes import process_name
from scheduler.services.rounds import runs

log = logging.getLogger(__name__)

BEAT = 1.0
"""Seconds between two signs of life."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a child may take in each phase; in the search, beyond the run's time limit or a stop."""

    reading: float = 300.0
    solving: float = 30.0
    storing: float = 600.0

    def until(self, phase: str, time_limit: float) -> float:
        """Seconds that the phase may last."""
        return {"reading": self.reading, "solving": time_limit + self.solving}.get(phase, self.storing)


@dataclass
class Desk:
    """What this process is working on: one run at a time, so that a run has the cores it was promised."""

    busy: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)
    run: tuple[int, int] | None = None
    """The run under way and its attempt."""
    errands: set[int] = field(default_factory=set)
    """The plans that threads of this process are publishing or taking back."""
    lists: set[int] = field(default_factory=set)
    """The lists of people that threads of this process are storing or taking back."""

    def holds(self, run_id: int, attempt: int) -> bool:
        """Whether this process executes the attempt, or may have claimed it this moment."""
        return self.run == (run_id, attempt) or (self.run is None and self.busy.locked())


desk = Desk()


def solve_run(app: Flask, run_id: int) -> None:
    """Claim and execute a run. Busy with another one, or beaten to it: nothing is done, it stays queued."""
    if not desk.busy.acquire(blocking=False):
        return
    try:
        url = str(app.config["DATABASE_URL"])
        with db.new_session(url) as session:
            attempt = runs.claim_run(session, run_id, process_name(), datetime.now(UTC))
            run = session.get(Run, run_id)
            limit = float(run.time_limit) if run is not None else 0.0
            session.commit()
        if attempt is not None:
            desk.run = (run_id, attempt)
            Execution(url, run_id, attempt, limit).run()
    finally:
        desk.run = None
        desk.busy.release()


class Execution:
    """An attempt at a run: its child, its phase, and the database's word on it."""

    def __init__(
        self, url: str, run_id: int, attempt: int, time_limit: float, patience: Patience | None = None
    ) -> None:
        self._url = url
        self._run_id = run_id
        self._attempt = attempt
        self._limit = time_limit
        self._patience = patience or Patience()
        self._phase = "reading"
        self._since = time.monotonic()
        self._failed: RunOutcome | None = None
        self._stopped = False

    def run(self, child: Child | None = None) -> None:
        """Watch the child until it has ended, and see to it that the row does not stay `running`."""
        child = child or Child.start(Order(self._url, self._run_id, self._attempt))
        try:
            self._watch(child)
        except BaseException:
            self._end(RunState.FAILED, RunEnd.OUR_FAULT)
            raise
        finally:
            child.close()

    def _watch(self, child: Child) -> None:
        while True:
            heard = child.hear(BEAT)
            code = child.end()
            if code is not None:
                heard += child.hear(0.2)
            steps = self._listen(heard)
            wish = self._beat(steps)
            if wish is None:
                return
            if code is not None:
                self._ended(code)
                return
            if desk.closing.is_set():
                child.kill()
                self._again()
                return
            if wish and not self._stopped:
                self._stopped = True
                self._since, self._limit = time.monotonic(), 0.0
                child.stop()
            if time.monotonic() - self._since > self._patience.until(self._phase, self._limit):
                child.kill()
                self._overrun()
                return

    def _listen(self, heard: Iterable[Heard]) -> list[runs.ProgressPoint]:
        """Take in what the child said; of the steps since the last beat, the latest speaks for all."""
        last: runs.ProgressPoint | None = None
        for each in heard:
            if each.phase:
                self._phase, self._since = each.phase, time.monotonic()
            if each.failed is not None:
                self._failed = each.failed
            if each.step is not None:
                last = runs.ProgressPoint(*each.step)
        return [last] if last is not None else []

    def _beat(self, steps: list[runs.ProgressPoint]) -> bool | None:
        try:
            with self._session() as session:
                wish = runs.beat(session, self._run_id, self._attempt, steps, datetime.now(UTC))
                session.commit()
        except SQLAlchemyError:
            # The child may be writing a large draft, or the database is away: the next beat says the same.
            log.warning("run %s: the database did not take a sign of life", self._run_id)
            return False
        return wish

    def _ended(self, code: int) -> None:
        """The child has ended. Without an error the run has its end in the database; else say why."""
        if code == 0:
            return
        if self._failed is not None:
            self._end(RunState.FAILED, self._failed)
        elif code == -9:
            self._end(RunState.FAILED, RunEnd.OUT_OF_MEMORY)
        else:
            log.error("the child of run %s ended with code %s", self._run_id, code)
            self._end(RunState.FAILED, RunEnd.ENDED)

    def _overrun(self) -> None:
        if self._stopped:
            self._end(RunState.CANCELLED, RunEnd.STOPPED_DEAF)
        else:
            self._end(RunState.FAILED, RunEnd.OVERRAN)

    def _again(self) -> None:
        """The worker is being shut down: the run goes back into the queue, for the next worker."""
        self._write(lambda session: runs.requeue_run(session, self._run_id, self._attempt))

    def _end(self, state: RunState, outcome: RunOutcome | RunEnd) -> None:
        if isinstance(outcome, RunEnd):
            outcome = RunOutcome(outcome)
        self._write(
            lambda session: runs.end_run(
                session, self._run_id, self._attempt, state, outcome, datetime.now(UTC)
            )
        )

    def _write(self, change: Callable[[Session], object]) -> None:
        """Change the row, when the database takes it: nobody else knows how this attempt ended."""
        failures = 0
        while True:
            try:
                with self._session() as session:
                    change(session)
                    session.commit()
                return
            except SQLAlchemyError:
                failures += 1
                log.warning("run %s: the database does not take its end; trying again", self._run_id)
                if desk.closing.is_set() and failures > 2:
                    return
                time.sleep(0.2)
                desk.closing.wait(pause_after(failures))

    def _session(self) -> Session:
        return db.new_session(self._url)
