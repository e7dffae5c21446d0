"""A schedule as a search leaves it: columns of numbers, made into rows only when somebody asks for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.instance.arrays import Arrays, Flags, Ints
from solver.instance.solution import State
from solver.schedule import Assignment


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Per meeting its slot (-1: not held) and place, per side who takes it, per optional seat whether it is taken."""

    arrays: Arrays
    slot: Ints
    place: Ints
    seated: Ints
    joins: Flags

    def __call__(self) -> tuple[Assignment, ...]:
        """The held meetings, in the problem's order."""
        problem, data = self.arrays.problem, self.arrays.data
        held = np.flatnonzero(self.slot >= 0)
        people = np.array([person.id for person in problem.participants], dtype=object)
        slots = np.array(self.arrays.slots, dtype=object)[self.slot[held]].tolist()
        places = np.array([place.id for place in problem.places], dtype=object)[self.place[held]].tolist()
        names = [problem.meetings[m].id for m in held.tolist()]
        seats = people[self.seated].tolist()
        first, last = data.side_ptr[held].tolist(), data.side_ptr[held + 1].tolist()
        who = [tuple(seats[a:b]) for a, b in zip(first, last, strict=True)]
        if len(data.extra):
            extras = people[data.extra].tolist()
            for i in np.flatnonzero(np.diff(data.extra_ptr)[held]).tolist():
                m = int(held[i])
                seats_too = range(data.extra_ptr[m], data.extra_ptr[m + 1])
                who[i] += tuple(extras[o] for o in seats_too if self.joins[o])
        return tuple(map(Assignment, names, slots, places, who))


def snapshot(arrays: Arrays, state: State) -> Columns:
    """The schedule of a state, which may go on changing."""
    return Columns(arrays, state.slot.copy(), state.place.copy(), state.seated.copy(), state.joins.copy())
