"""A problem and its rules as one CP-SAT model."""

from __future__ import annotations

from solver.options import place_groups
from solver.problem import Problem
from solver.rules import RULES, walking_cost
from solver.variables import Variables


def build(problem: Problem, limit: int | None = None) -> Variables | None:
    """The literals of the complete model; its optimum is the best score of any schedule.

    None when the model would have more than about `limit` literals.
    """
    if limit is not None and seats(problem) > limit:
        return None
    variables = Variables(problem)
    if limit is not None and walking_cost.moves(variables) > limit:
        return None
    for rule in RULES:
        rule.apply(variables)
    variables.finish()
    return variables


def seats(problem: Problem) -> int:
    """About how many combinations of a meeting, a slot and a place the model has to tell apart."""
    groups, of_place = place_groups(problem)
    total = 0
    known: dict[tuple[str, ...], int] = {}
    for meeting in problem.meetings:
        slots = len(problem.slots) if meeting.slots is None else len(meeting.slots)
        if meeting.places is None:
            places = len(groups)
        else:
            if meeting.places not in known:
                known[meeting.places] = len({of_place[problem.place_index[x]] for x in meeting.places})
            places = known[meeting.places]
        total += slots * places
    return total
