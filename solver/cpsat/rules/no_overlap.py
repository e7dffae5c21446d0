"""Nobody is in two meetings at once."""

from __future__ import annotations

from solver.cpsat.variables import Variables

NAME = "one meeting at a time"


def apply(variables: Variables) -> None:
    """At most one meeting per person among slots that share an instant.

    Commitments need no row: the options leave out what clashes with them.
    """
    for person in range(len(variables.problem.participants)):
        by_slot: dict[int, list[int]] = {}
        literals = {}
        for (slot, _), here in variables.engaged(person).items():
            for literal in here:
                by_slot.setdefault(slot, []).append(literal.index)
                literals[literal.index] = literal
        for group in variables.instants:
            together = [literals[index] for slot in group for index in by_slot.get(slot, ())]
            if len(together) > 1:
                variables.model.add_at_most_one(together)
