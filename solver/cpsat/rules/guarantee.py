"""Meetings that participants were promised and do not get."""

from __future__ import annotations

from solver.cpsat.variables import Variables

NAME = "guaranteed meetings"


def apply(variables: Variables) -> None:
    """A cost for each meeting short of the guarantee."""
    weight = variables.problem.weights.guarantee
    if not weight:
        return
    for number, person in enumerate(variables.problem.participants):
        wanted = variables.attendances(number)
        reachable = min(person.guarantee, len(wanted))
        variables.earn_always(-weight * (person.guarantee - reachable))
        if not reachable:
            continue
        short = variables.model.new_int_var(0, reachable, "")
        variables.model.add(variables.sum([*wanted, short]) >= reachable)
        variables.earn(-weight, short)
