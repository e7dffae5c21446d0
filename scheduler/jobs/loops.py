"""Threads that do not end by an exception: what a part depends on may be away, and comes back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from scheduler.jobs.vitals import Vitals, pause_after

log = logging.getLogger(__name__)

STUCK = 900.0
"""Seconds after which a step that has not ended is taken for one that never will."""

Step = Callable[[], float]
"""Does what is due once and says in how many seconds it wants to be called again."""


class Loop:
    """A thread that calls a step again and again, whatever the step raises.

    What a part depends on may be away: it waits, longer each time, says so, and goes on by itself.
    """

    def __init__(self, name: str, step: Step, vitals: Vitals, stop: threading.Event) -> None:
        self.name = name
        self._step, self._vitals, self._stop = step, vitals, stop
        self._thread: threading.Thread | None = None
        self._began: float | None = None

    def start(self) -> None:
        """Begin, or begin anew when the thread has died."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def look_after(self) -> None:
        """Restart a thread that has died."""
        if self._thread is not None and not self._thread.is_alive() and not self._stop.is_set():
            log.error("the thread %s had died; it is started again", self.name)
            self.start()

    def is_stuck(self) -> bool:
        """Whether a step has not ended for so long that it never will, such as a read from a dead line."""
        began = self._began
        return began is not None and time.monotonic() - began > STUCK

    def join(self, seconds: float) -> None:
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            self._began = time.monotonic()
            try:
                pause = self._step()
            except Exception as error:  # noqa: BLE001 - whatever a part raises, the thread goes on
                failures += 1
                pause = pause_after(failures)
                self._failed(error)
            else:
                failures = 0
                self._succeeded()
            finally:
                self._began = None
            self._stop.wait(pause)

    def _failed(self, error: Exception) -> None:
        # The whole story once; while it lasts, nothing more: a minute without database is no news every second.
        if self._vitals.unwell(self.name, reason_of(error)):
            log.exception("%s can't work now; it goes on trying", self.name)

    def _succeeded(self) -> None:
        if self._vitals.well(self.name):
            log.warning("%s works again", self.name)


def reason_of(error: Exception) -> str:
    """An error in few words, without what a statement held: it may be names and texts of mails."""
    origin = getattr(error, "orig", None) or error
    first = (str(origin).strip().splitlines() or [""])[0]
    return f"{type(origin).__name__}: {first}"[:200]
