"""The errors a caller can meet. Every message is one sentence that names the thing."""

from __future__ import annotations

import re

_LONG = re.compile(r"([^\s']{60})[^\s']{20,}")


class SolverError(Exception):
    """Anything this package raises on purpose. Ids that nobody could read in a line are cut."""

    def __init__(self, message: str) -> None:
        super().__init__(_LONG.sub(r"\1...", message))


class ProblemError(SolverError):
    """A problem that can't be used; the message names the entry and the rule it breaks."""


class ScheduleError(SolverError):
    """A schedule file that can't be used; the message names the entry and the rule it breaks."""
