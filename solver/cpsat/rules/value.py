"""What held meetings and optional attendees are worth."""

from __future__ import annotations

from solver.cpsat.variables import Variables

NAME = "value"


def apply(variables: Variables) -> None:
    """Earn the value of each meeting and of each optional attendee."""
    weight = variables.problem.weights.value
    index = variables.problem.participant_index
    for number, meeting in enumerate(variables.problem.meetings):
        if variables.seats[number]:
            variables.earn(weight * meeting.value, variables.held[number])
        for extra in meeting.optional:
            literal = variables.attends[number].get(index[extra.participant])
            if literal is not None:
                variables.earn(weight * extra.value, literal)
