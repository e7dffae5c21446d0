"""Solving a round's problem in this process: what the child process of a run does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scheduler.planning.ceiling import most_meetings
from scheduler.planning.problem import RoundProblem
from scheduler.planning.start import published_start
from solver.check import check
from solver.schedule import Progress, Schedule
from solver.settings import Settings


class BrokenSchedule(RuntimeError):
    """The solver's schedule breaks a rule: it is not kept."""


def solve(
    ours: RoundProblem,
    settings: Settings,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Schedule:
    """The solver's schedule, judged clean. Raises BrokenSchedule when it is not."""
    from solver.solve import solve as run_solver

    schedule = run_solver(
        ours.problem,
        settings,
        start=published_start(ours.problem) or None,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    if schedule.score is not None:
        verdict = check(ours.problem, schedule.meetings)
        if not verdict.clean:
            raise BrokenSchedule(f"The schedule breaks {verdict.count} rules: {verdict.violations[0]}")
    return schedule


def figures_of(ours: RoundProblem) -> dict[str, Any]:
    """What a plan's measures say of the problem: how many meetings any schedule could hold at most."""
    return {"ceiling": most_meetings(ours.problem)}
