"""A warm start: the meetings of an earlier schedule, as far as they are still possible."""

from __future__ import annotations

from collections.abc import Iterable

from solver.instance.feasible_assignments import Options
from solver.judge.check import check
from solver.problem import Problem
from solver.schedule import Assignment


def possible_start(problem: Problem, rows: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """Those of some meetings that can stay where they are; none when together they break a rule by now."""
    options = Options(problem)
    kept = tuple(row for row in rows if row.meeting in problem.meeting_index and _possible(options, row))
    return kept if check(problem, kept).clean else ()


def _possible(options: Options, row: Assignment) -> bool:
    problem = options.problem
    meeting, place = problem.meeting(row.meeting), problem.place_index[row.place]
    if meeting.places is not None and row.place not in meeting.places:
        return False
    slot, pavilion = problem.slot_index[row.slot], problem.places[place].pavilion
    people = (problem.participant_index[name] for name in row.attendees)
    return options.is_open(place, slot) and all(options.can_attend(p, slot, pavilion) for p in people)
