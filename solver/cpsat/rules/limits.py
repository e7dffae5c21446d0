"""Nobody has more meetings than they want, in all and on a day."""

from __future__ import annotations

from collections import defaultdict

from solver.cpsat.variables import Literal, Variables

NAME = "limit of meetings"


def apply(variables: Variables) -> None:
    """A row per limited person, and per limited person and day."""
    problem = variables.problem
    for number, person in enumerate(problem.participants):
        wanted = variables.attendances(number)
        if person.max_meetings is not None and len(wanted) > person.max_meetings:
            variables.model.add(variables.sum(wanted) <= person.max_meetings)
        if person.max_meetings_per_day is None or len(wanted) <= person.max_meetings_per_day:
            continue
        days: dict[int, list[Literal]] = defaultdict(list)
        for (slot, _), literals in variables.engaged(number).items():
            days[problem.slot_days[slot]].extend(literals)
        for literals in days.values():
            variables.model.add(variables.sum(literals) <= person.max_meetings_per_day)
