"""A problem and its rules as one CP-SAT model."""

from __future__ import annotations

from solver.cpsat.rules import RULES, walking_cost
from solver.cpsat.variables import Variables
from solver.instance.place_groups import seats
from solver.problem import Problem


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
