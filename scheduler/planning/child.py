"""The child process of a run: reads the round, solves it, stores the draft.

The worker starts `python -m scheduler.planning.child` and sends one line of JSON with the order, later
perhaps a line `stop`; it reads lines of JSON with news. When the worker is gone the input ends, and so does
this process: nobody would hear the result.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.extensions import make_engine
from scheduler.models import Run
from scheduler.planning.order import Order
from scheduler.planning.problem import RoundProblem, round_problem
from scheduler.planning.refusal import CannotPlan
from scheduler.planning.result import finish_run
from scheduler.planning.solving import BrokenSchedule, figures_of, solve
from solver import Progress, Settings

T = TypeVar("T")

ORPHANED = 70
READING, STORING = 240.0, 540.0
"""Seconds for which a database that is away is waited for; less than the worker's patience with this process."""
LONGEST_PAUSE = 10.0


class ProgressLines:
    """Lines of JSON to the worker. Whatever else prints goes to standard error, out of their way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def tell(self, **news: Any) -> None:
        """Send one line; a worker that reads no more does not matter."""
        with self._lock:
            try:
                print(json.dumps(news), file=self._out, flush=True)
            except OSError:
                os._exit(ORPHANED)

    def step(self, progress: Progress) -> None:
        """Send a step of the search."""
        self.tell(step=[round(progress.seconds, 3), progress.score, progress.bound])


def main() -> int:
    """Do what the order says; 0 when the run has been ended in the database."""
    news = ProgressLines()
    line = sys.stdin.buffer.readline()
    if not line:
        return ORPHANED  # the worker ended before it said what to do
    order = Order(**json.loads(line))
    stop = threading.Event()
    threading.Thread(target=end_with_the_worker, args=(stop,), daemon=True).start()
    try:
        _work(order, news, stop)
    except CannotPlan as refused:
        news.tell(failed=refused.outcome.stored())
        return 1
    except BrokenSchedule as broken:
        news.tell(failed=broken.outcome.stored())
        raise
    except IntegrityError:
        # A time, a place or a person in the schedule is gone.
        news.tell(failed=RunOutcome(RunEnd.CHANGED).stored())
        return 1
    return 0


def end_with_the_worker(stop: threading.Event) -> None:
    """Hear the worker: a wish to stop, and its end, which is the end of this process too."""
    for line in sys.stdin.buffer:
        if line.strip() == b"stop":
            stop.set()
    os._exit(ORPHANED)


def _work(order: Order, news: ProgressLines, stop: threading.Event) -> None:
    engine = make_engine(order.database_url)

    def read() -> tuple[Settings, RoundProblem]:
        with Session(engine.execution_options(read_only=True)) as session:
            run = session.get_one(Run, order.run_id)
            settings = Settings(time_limit=float(run.time_limit), workers=run.workers, seed=run.seed)
            return settings, round_problem(session, run.round_id, run.weights, base_plan=run.base_plan)

    def store() -> None:
        with Session(engine) as session, session.begin():
            finish_run(session, order.run_id, order.attempt, ours, schedule, datetime.now(UTC), figures)

    news.tell(phase="reading")
    settings, ours = _patiently(read, READING)
    figures = figures_of(ours)
    news.tell(phase="solving")
    schedule = solve(ours, settings, on_progress=news.step, should_stop=stop.is_set)
    news.tell(phase="storing")
    # Doing it again after a commit of which the answer was lost changes nothing: the run has ended then.
    _patiently(store, STORING)


def _patiently(work: Callable[[], T], seconds: float) -> T:
    """Do it again while the database is away: that must not cost a schedule that took minutes to find."""
    end = time.monotonic() + seconds
    pause = 1.0
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if time.monotonic() + pause > end:
                raise
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


if __name__ == "__main__":
    # At once: the thread that hears the worker holds the input, and an orderly end would wait for it in vain.
    os._exit(main())
