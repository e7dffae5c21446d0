"""The minder: finds work that somebody began and nobody does any more, and tells the queue of what waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask

from scheduler.extensions import db
from scheduler.jobs.background_publication import look_after_errands
from scheduler.jobs.importing import look_after_imports
from scheduler.jobs.inquiring import look_after_inquiries
from scheduler.jobs.periodic import delete_events
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import desk
from scheduler.services.machine.processes import lives, process_name
from scheduler.services.rounds import runs
from scheduler.services.rounds.runs import RunClaim

log = logging.getLogger(__name__)

ROUND = 2.0
"""Seconds between two looks for what was lost."""
DELETIONS = 60.0
"""Seconds between two looks for events whose deletion is due."""
DOUBT = 8.0
"""Seconds for which a silent run is watched: after an outage of the database, its worker needs a moment to speak."""


@dataclass
class Doubts:
    """Runs whose worker is silent, with the sign that was seen last and since when it is looked at.

    Measured by our own looks that succeeded: while the database is away, nobody can give a sign.
    """

    seen: dict[int, tuple[datetime, float]] = field(default_factory=dict)

    def confirmed(self, silent: Mapping[int, datetime]) -> list[int]:
        """Those of the silent runs that have given no sign while we watched."""
        now = time.monotonic()
        self.seen = {
            key: self.seen[key] if key in self.seen and self.seen[key][0] == beat else (beat, now)
            for key, beat in silent.items()
        }
        return [key for key, (_beat, since) in self.seen.items() if now - since >= DOUBT]


class Minder:
    """One per worker process; several may find the same, and the rows say who was first."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._url = str(app.config["DATABASE_URL"])
        self._doubts = Doubts()
        self._next_deletions = 0.0

    def step(self) -> float:
        """One look; seconds until the next."""
        with self._app.app_context():
            self.look_after_runs()
            look_after_errands(self._app)
            look_after_imports(self._app)
            look_after_inquiries(self._app)
            if time.monotonic() >= self._next_deletions:
                delete_events(self._url)
                self._next_deletions = time.monotonic() + DELETIONS
        return ROUND

    def look_after_runs(self) -> None:
        """Mark the runs of dead workers as lost, and tell the queue again of those that wait."""
        # Most looks find nothing, so the first one takes no write lock.
        with db.new_session(self._url, read_only=True) as session:
            held = runs.running(session)
            waiting = runs.waiting_runs(session)
        left = self._own_left(held)
        lost = [each for each in self._lost(held) if each not in left]
        if left:
            with db.new_session(self._url) as session:
                for each in left:
                    runs.requeue_run(session, each.run_id, each.attempt)
                session.commit()
        if lost:
            with db.new_session(self._url) as session:
                gone = runs.lose_runs(session, lost, datetime.now(UTC))
                session.commit()
            for key in gone:
                log.warning("run %s lost its worker", key)
        if waiting and not desk.busy.locked():
            enqueue(self._app, "solve-run", run_id=waiting[0])

    def _lost(self, held: list[RunClaim]) -> list[RunClaim]:
        now = datetime.now(UTC)
        silent = {each.run_id: each.beat_at for each in held if now - each.beat_at > runs.SILENCE}
        confirmed = set(self._doubts.confirmed(silent))
        lost = []
        for each in held:
            if each.worker != process_name() and (not lives(each.worker) or each.run_id in confirmed):
                lost.append(each)
        return lost

    def _own_left(self, held: list[RunClaim]) -> list[RunClaim]:
        """Runs that bear our name and that no thread executes: their claim was stored, and we never heard of it."""
        return [
            each
            for each in held
            if each.worker == process_name() and not desk.holds(each.run_id, each.attempt)
        ]
