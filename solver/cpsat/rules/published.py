"""Meetings that people already count on."""

from __future__ import annotations

from solver.cpsat.variables import Variables

NAME = "published meetings"


def apply(variables: Variables) -> None:
    """A cost for a published meeting that moves to another slot or place, another for one that is dropped."""
    problem = variables.problem
    moved, dropped = problem.weights.moved, problem.weights.dropped
    for number, meeting in enumerate(problem.meetings):
        if meeting.published is None:
            continue
        held = variables.held[number]
        variables.earn_always(-dropped)
        if not variables.seats[number]:
            continue
        variables.earn(dropped - moved, held)
        group = variables.group_of_place[problem.place_index[meeting.published.place]]
        literal = variables.seats[number].get((problem.slot_index[meeting.published.slot], group))
        if literal is not None:
            variables.earn(moved, literal)
