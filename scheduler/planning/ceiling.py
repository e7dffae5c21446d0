"""How many meetings any schedule could hold at most: behind "No schedule can place more than 415"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from solver.problem import Meeting, Participant, Problem

LARGEST = 250_000
SECONDS = 20.0
SLACK = 1e-6


def most_meetings(problem: Problem) -> int:
    """A proven upper bound on the number of meetings held.

    Times are forgotten: each participant holds at most as many meetings as fit one after another into their
    free slots, each set of places at most what its tables take, a meeting is held once, and one without a
    common slot never. The linear relaxation of that counts; where it takes too long, half the sum of what
    everybody can hold.
    """
    free = {person.id: _free(problem, person) for person in problem.participants}
    possible = [meeting for meeting in problem.meetings if _common(meeting, free)]
    capacity = {person.id: _capacity(problem, person, free[person.id]) for person in problem.participants}
    wanted: dict[str, int] = defaultdict(int)
    for meeting in possible:
        for side in meeting.sides:
            for person in side:
                wanted[person] += 1
    simple = min(len(possible), sum(min(capacity[p], n) for p, n in wanted.items()) // 2)
    if not possible or len(possible) > LARGEST:
        return simple
    relaxed = _relaxation(problem, possible, capacity)
    return simple if relaxed is None else min(simple, relaxed)


def _free(problem: Problem, person: Participant) -> frozenset[int]:
    """The slots in which somebody can meet: available and beside their commitments."""
    slots = (
        range(len(problem.slots))
        if person.slots is None
        else (problem.slot_index[name] for name in person.slots)
    )
    busy = [(each.start, each.end) for each in person.commitments]
    return frozenset(
        number
        for number in slots
        if not any(
            problem.slots[number].start < end and start < problem.slots[number].end for start, end in busy
        )
    )


def _common(meeting: Meeting, free: dict[str, frozenset[int]]) -> bool:
    common: frozenset[int] | None = None
    for side in meeting.sides:
        able = free[side[0]] if len(side) == 1 else frozenset().union(*(free[person] for person in side))
        common = able if common is None else common & able
        if not common:
            return False
    return True


def _capacity(problem: Problem, person: Participant, free: Iterable[int]) -> int:
    """How many of the free slots fit one after another, within the participant's limits."""
    held: dict[int, int] = defaultdict(int)
    end = 0
    for number in sorted(free, key=lambda each: problem.slots[each].end):
        slot = problem.slots[number]
        if slot.start >= end:
            held[problem.slot_days[number]] += 1
            end = slot.end
    daily = person.max_meetings_per_day
    total = sum(count if daily is None else min(count, daily) for count in held.values())
    return total if person.max_meetings is None else min(total, person.max_meetings)


def _relaxation(problem: Problem, meetings: Sequence[Meeting], capacity: dict[str, int]) -> int | None:
    """The bound of a linear program with a variable per meeting (and one per person of a side of several)."""
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
        room = _room(problem, places)
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


def _room(problem: Problem, places: Sequence[str] | None) -> int:
    """How many meetings a set of places can take over all slots, each table one after another."""
    total = 0
    for name in problem.place_index if places is None else places:
        place = problem.place(name)
        opened = (
            problem.slot_index.values() if place.slots is None else map(problem.slot_index.get, place.slots)
        )
        end, fits = 0, 0
        for slot in sorted(
            (problem.slots[number] for number in opened if number is not None), key=lambda s: s.end
        ):
            if slot.start >= end:
                fits, end = fits + 1, slot.end
        total += fits * place.capacity
    return total
