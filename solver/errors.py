"""The errors a caller can meet. Every message is one sentence that names the thing."""

from __future__ import annotations


class SolverError(Exception):
    """Anything this package raises on purpose."""


class ProblemError(SolverError):
    """A problem that can't be used; the message names the entry and the rule it breaks."""


class ScheduleError(SolverError):
    """A schedule file that can't be used; the message names the entry and the rule it breaks."""
