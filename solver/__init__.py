"""A constraint solver for meetings at expos: a library and a command line (`python -m solver`).

It knows no web framework, database or environment. What stands in `__all__` is its public face, and the only module
of it that others import; whatever lies behind is fetched at its first use, so that importing the solver loads
neither numpy nor OR-Tools.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from solver.construction.warm_start import possible_start
    from solver.errors import ProblemError, ScheduleError, SolverError
    from solver.findings import Bearing, Fact, Finding
    from solver.instance.interval_colouring import Interval, colour
    from solver.io.files import parse_problem, read_claim, read_problem, write_problem, write_schedule
    from solver.judge.check import Verdict, check, check_claim
    from solver.lagrangian.most_meetings import most_held
    from solver.portfolio.precompile import precompile
    from solver.portfolio.solve import solve
    from solver.problem import (
        Commitment,
        Meeting,
        OptionalAttendee,
        Participant,
        Pavilion,
        Place,
        Problem,
        Published,
        Rules,
        Slot,
        Walk,
        Weights,
    )
    from solver.reasons.precheck import precheck
    from solver.reasons.unscheduled import explain
    from solver.schedule import Assignment, Claim, Progress, Reason, Schedule, Status, Unscheduled
    from solver.sentences import sentence
    from solver.settings import Settings

_HOMES = {
    "solver.construction.warm_start": ("possible_start",),
    "solver.errors": ("ProblemError", "ScheduleError", "SolverError"),
    "solver.findings": ("Bearing", "Fact", "Finding"),
    "solver.instance.interval_colouring": ("Interval", "colour"),
    "solver.io.files": ("parse_problem", "read_claim", "read_problem", "write_problem", "write_schedule"),
    "solver.judge.check": ("Verdict", "check", "check_claim"),
    "solver.lagrangian.most_meetings": ("most_held",),
    "solver.portfolio.precompile": ("precompile",),
    "solver.portfolio.solve": ("solve",),
    "solver.problem": (
        "Commitment",
        "Meeting",
        "OptionalAttendee",
        "Participant",
        "Pavilion",
        "Place",
        "Problem",
        "Published",
        "Rules",
        "Slot",
        "Walk",
        "Weights",
    ),
    "solver.reasons.precheck": ("precheck",),
    "solver.reasons.unscheduled": ("explain",),
    "solver.schedule": ("Assignment", "Claim", "Progress", "Reason", "Schedule", "Status", "Unscheduled"),
    "solver.sentences": ("sentence",),
    "solver.settings": ("Settings",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Assignment",
    "Bearing",
    "Claim",
    "Commitment",
    "Fact",
    "Finding",
    "Interval",
    "Meeting",
    "OptionalAttendee",
    "Participant",
    "Pavilion",
    "Place",
    "Problem",
    "ProblemError",
    "Progress",
    "Published",
    "Reason",
    "Rules",
    "Schedule",
    "ScheduleError",
    "Settings",
    "Slot",
    "SolverError",
    "Status",
    "Unscheduled",
    "Verdict",
    "Walk",
    "Weights",
    "check",
    "check_claim",
    "colour",
    "explain",
    "most_held",
    "parse_problem",
    "possible_start",
    "precheck",
    "precompile",
    "read_claim",
    "read_problem",
    "sentence",
    "solve",
    "write_problem",
    "write_schedule",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'solver' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
