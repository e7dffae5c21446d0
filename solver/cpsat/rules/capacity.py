"""No place holds more meetings at an instant than it has room for."""

from __future__ import annotations

from collections import defaultdict

from solver.cpsat.variables import Literal, Variables

NAME = "room at the place"


def apply(variables: Variables) -> None:
    """One row per group of places and set of slots that share an instant, where more could come than fit."""
    there: dict[tuple[int, int], list[Literal]] = defaultdict(list)
    for seats in variables.seats:
        for key, literal in seats.items():
            there[key].append(literal)
    for number, group in enumerate(variables.groups):
        for slots in variables.instants:
            together = [literal for slot in slots for literal in there.get((slot, number), ())]
            if len(together) <= group.capacity:
                continue
            if group.capacity == 1:
                variables.model.add_at_most_one(together)
            else:
                variables.model.add(variables.sum(together) <= group.capacity)
