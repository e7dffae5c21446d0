"""Solving a round's problem in this process: what the child process of a run does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scheduler.planning.facts import broken_rules
from scheduler.planning.problem import RoundProblem
from solver import (
    Problem,
    Progress,
    Reason,
    Schedule,
    Settings,
    Status,
    Verdict,
    check,
    explain,
    most_held,
    possible_start,
    violation_sentence,
)
from solver import solve as run_solver

REASONS = 30.0
"""Seconds that may be spent on working out reasons after the search."""


class BrokenSchedule(RuntimeError):
    """The solver's schedule breaks rules: it is not kept. `outcome` says which; the message is for the log."""

    def __init__(self, verdict: Verdict) -> None:
        first = violation_sentence(verdict.violations[0])
        super().__init__(f"Rules that the schedule breaks: {verdict.count}. The first: {first}")
        self.outcome = broken_rules(verdict)


def solve(
    ours: RoundProblem,
    settings: Settings,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Schedule:
    """The solver's schedule, judged clean. Raises BrokenSchedule when it is not."""
    asked = ours.half_days.problem
    schedule = run_solver(
        asked,
        settings,
        start=possible_start(asked, ours.half_days.with_shadows(ours.start)) or None,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    if schedule.score is not None:
        verdict = check(asked, schedule.meetings)
        if not verdict.clean:
            raise BrokenSchedule(verdict)
    return ours.half_days.without_shadows(_explained(asked, schedule, should_stop))


def _explained(problem: Problem, schedule: Schedule, should_stop: Callable[[], bool] | None) -> Schedule:
    """The schedule with every reason worked out: the search's own time may have been too short for that."""
    open_ends = any(each.reason is Reason.TIME_LIMIT for each in schedule.unscheduled)
    if schedule.score is None or not open_ends or (should_stop is not None and should_stop()):
        return schedule
    end = time.monotonic() + REASONS
    proven = schedule.status is Status.OPTIMAL
    reasons = explain(problem, schedule.meetings, proven=proven, until=lambda: time.monotonic() > end)
    return replace(schedule, unscheduled=reasons)


def figures_of(ours: RoundProblem) -> dict[str, Any]:
    """What a plan's measures say of the problem: how many meetings any schedule could hold at most."""
    return {"ceiling": most_held(ours.half_days.problem)}
