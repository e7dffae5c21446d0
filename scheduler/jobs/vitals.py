"""How this worker is: which of its parts can't work now. Said on /health and on the organiser's page."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from flask import Flask

from scheduler.extensions import db
from scheduler.services.machine.workers import beat

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0


class Vitals:
    """What the threads of a worker say of themselves. Safe to call from all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trouble: dict[str, str] = {}

    def unwell(self, part: str, reason: str) -> bool:
        """A part can't work; whether that is news."""
        with self._lock:
            news = part not in self._trouble
            self._trouble[part] = reason[:200]
            return news

    def well(self, part: str) -> bool:
        """A part works; whether that is news."""
        with self._lock:
            return self._trouble.pop(part, None) is not None

    def trouble(self) -> dict[str, str]:
        """The parts that can't work, each with its reason."""
        with self._lock:
            return dict(self._trouble)


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, min(failures, 10) - 1)))


class Pulse:
    """Writes the sign of life of this worker."""

    def __init__(self, app: Flask, name: str, vitals: Vitals) -> None:
        self._url = str(app.config["DATABASE_URL"])
        self._name, self._vitals = name, vitals
        self._started = datetime.now(UTC)

    def step(self) -> float:
        """One sign of life; seconds until the next."""
        with db.new_session(self._url) as session:
            beat(session, self._name, self._started, datetime.now(UTC), self._vitals.trouble())
            session.commit()
        return 5.0
