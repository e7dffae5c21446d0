"""A meeting that comes after others waits until they are held and over."""

from __future__ import annotations

from solver.cpsat.variables import Variables

NAME = "order of meetings"


def apply(variables: Variables) -> None:
    """By each moment at which the later meeting may have started, the earlier one must have ended."""
    problem = variables.problem
    for number, meeting in enumerate(problem.meetings):
        for name in meeting.after:
            earlier = problem.meeting_index[name]
            variables.model.add_implication(variables.held[number], variables.held[earlier])
            mine = {slot for slot, _ in variables.seats[number]}
            others = {slot for slot, _ in variables.seats[earlier]}
            for start in sorted({problem.slots[slot].start for slot in mine}):
                begun = variables.at(number, (s for s in mine if problem.slots[s].start <= start))
                over = variables.at(earlier, (s for s in others if problem.slots[s].end <= start))
                variables.model.add(variables.sum(begun) <= variables.sum(over))
