"""A constraint solver for meetings at expos: a library and a command line (`python -m solver`).

It knows no web framework, database or environment. What stands in `__all__` is its public face, and the only module
of it that others import. Importing it loads neither numpy nor OR-Tools: the methods fetch them when they begin.
"""

from __future__ import annotations

from solver.construction.warm_start import possible_start
from solver.errors import ProblemError, ScheduleError, SolverError
from solver.findings import Bearing, Fact, Finding
from solver.instance.interval_colouring import Interval, colour
from solver.instance.locked import fixed
from solver.io.files import parse_problem, read_claim, read_problem, write_problem, write_schedule
from solver.judge.check import Verdict, check, check_claim
from solver.lagrangian.meeting_bound import most_held
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
from solver.reasons.unscheduled import explain
from solver.repair.change import Change, Repair
from solver.repair.questions import Question, holding, mending
from solver.schedule import Assignment, Claim, Progress, Reason, Schedule, Status, Unscheduled
from solver.sentences import sentence, violation_sentence
from solver.settings import Settings
from solver.violations import Rule, Violation

__all__ = [
    "Assignment",
    "Bearing",
    "Change",
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
    "Question",
    "Reason",
    "Repair",
    "Rule",
    "Rules",
    "Schedule",
    "ScheduleError",
    "Settings",
    "Slot",
    "SolverError",
    "Status",
    "Unscheduled",
    "Verdict",
    "Violation",
    "Walk",
    "Weights",
    "check",
    "check_claim",
    "colour",
    "explain",
    "fixed",
    "holding",
    "mending",
    "most_held",
    "parse_problem",
    "possible_start",
    "precompile",
    "read_claim",
    "read_problem",
    "sentence",
    "solve",
    "violation_sentence",
    "write_problem",
    "write_schedule",
]
