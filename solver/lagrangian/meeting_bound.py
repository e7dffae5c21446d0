"""How many meetings any schedule could hold at most: behind "No schedule can place more than 415".

The linear relaxation of a packing problem: participants and sets of places take so many, a meeting is held once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solver.instance.most_meetings import most_attended, most_in_mask
from solver.instance.slot_masks import Masks
from solver.problem import Meeting, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LARGEST = 250_000
SECONDS = 20.0
SLACK = 1e-6


def most_held(problem: Problem) -> int:
    """A proven upper bound on the number of meetings held.

    Times are forgotten: each participant holds at most as many meetings as fit one after another into their
    free slots, each set of places at most what its tables take, a meeting is held once, and one without a
    common slot never. The linear relaxation of that counts; where it takes too long, half the sum of what
    everybody can hold.
    """
    masks = Masks(problem, ())
    possible = [meeting for meeting in problem.meetings if _has_common_slot(masks, meeting)]
    capacity = {
        person.id: most_attended(problem, masks, number) for number, person in enumerate(problem.participants)
    }
    wanted: dict[str, int] = defaultdict(int)
    for meeting in possible:
        for side in meeting.sides:
            for person in side:
                wanted[person] += 1
    simple = min(len(possible), sum(min(capacity[p], n) for p, n in wanted.items()) // 2)
    if not possible or len(possible) > LARGEST:
        return simple
    relaxed = _relaxation(masks, possible, capacity)
    return simple if relaxed is None else min(simple, relaxed)


def _has_common_slot(masks: Masks, meeting: Meeting) -> bool:
    index, common = masks.problem.participant_index, masks.times.all
    for side in meeting.sides:
        able = 0
        for person in side:
            able |= masks.free(index[person])
        common &= able
    return common != 0


def _relaxation(masks: Masks, meetings: Sequence[Meeting], capacity: dict[str, int]) -> int | None:
    """The bound of a linear program with a variable per meeting (and one per person of a side of several)."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    rows: list[int] = []
    columns: list[int] = []
    limits: list[float] = []
    row_of: dict[str, int] = {}
    equal_rows: list[tuple[int, list[int]]] = []
    count = len(meetings)

    def person_row(person: str) -> int:
        if person not in row_of:
            row_of[person] = len(limits)
            limits.append(float(capacity[person]))
        return row_of[person]

    for number, meeting in enumerate(meetings):
        for side in meeting.sides:
            if len(side) == 1:
                rows.append(person_row(side[0]))
                columns.append(number)
                continue
            chosen = list(range(count, count + len(side)))
            count += len(side)
            equal_rows.append((number, chosen))
            for person, variable in zip(side, chosen, strict=True):
                rows.append(person_row(person))
                columns.append(variable)
    for places, numbers in _venues(meetings).items():
        room = _room(masks, places)
        if room < len(numbers):
            rows += [len(limits)] * len(numbers)
            columns += numbers
            limits.append(float(room))
    upper = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(limits), count))
    goal = np.zeros(count)
    goal[: len(meetings)] = -1.0
    result = linprog(  # type: ignore[call-overload]
        goal,
        A_ub=upper,
        b_ub=np.array(limits),
        A_eq=_choices(equal_rows, count),
        b_eq=np.zeros(len(equal_rows)) if equal_rows else None,
        bounds=(0.0, 1.0),
        method="highs",
        options={"time_limit": SECONDS},
    )
    return int(np.floor(-result.fun * (1 + SLACK) + SLACK)) if result.status == 0 else None


def _choices(equal_rows: Sequence[tuple[int, list[int]]], count: int) -> csr_array | None:
    if not equal_rows:
        return None
    from scipy.sparse import csr_array

    rows, columns, values = [], [], []
    for row, (meeting, chosen) in enumerate(equal_rows):
        rows += [row] * (len(chosen) + 1)
        columns += [meeting, *chosen]
        values += [-1.0] + [1.0] * len(chosen)
    return csr_array((values, (rows, columns)), shape=(len(equal_rows), count))


def _venues(meetings: Sequence[Meeting]) -> dict[tuple[str, ...] | None, list[int]]:
    """The meetings by the set of places they may use: each set has room for so many."""
    found: dict[tuple[str, ...] | None, list[int]] = defaultdict(list)
    for number, meeting in enumerate(meetings):
        found[meeting.places].append(number)
    return found


def _room(masks: Masks, places: Sequence[str] | None) -> int:
    """How many meetings a set of places can take over all slots, each table one after another."""
    index = masks.problem.place_index
    return sum(
        masks.problem.places[number].capacity * most_in_mask(masks, masks.opened(number))
        for number in (index.values() if places is None else map(index.__getitem__, places))
    )
