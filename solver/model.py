"""A problem and its rules as one CP-SAT model."""

from __future__ import annotations

from solver.problem import Problem
from solver.rules import RULES
from solver.variables import Variables


def build(problem: Problem) -> Variables:
    """The literals of the complete model; its optimum is the best score of any schedule."""
    variables = Variables(problem)
    for rule in RULES:
        rule.apply(variables)
    variables.finish()
    return variables
