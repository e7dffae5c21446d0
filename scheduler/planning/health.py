"""How a round stands before a run: where more is wanted than there is room for, and who gets nobody.

Made of the very problem that the solver would get. Nobody knows yet where a meeting will be, so each wish is spread
evenly: over the slots in which one of each side can come, and there over the places that it may go to, by how many
meetings each can hold at once. A figure over the room of a pavilion in a slot is more than can be held if all wishes
spread like that; the sum over all of them is the number of wishes that are possible at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.planning.problem import RoundProblem
from solver import Problem

Figures = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody, by public id, whom more wishes need than they have free slots for."""

    person: str
    wishes: int
    slots: int


@dataclass(frozen=True, slots=True)
class RoundHealth:
    """Demand and room for meetings, by pavilion (rows) and slot (columns), in the problem's order.

    `impossible`: wishes without a common slot and an open place. `alone`: participants, by public id, in no wish.
    """

    pavilions: tuple[str, ...]
    slots: tuple[str, ...]
    demand: Figures
    room: Figures
    wishes: int
    impossible: int
    alone: tuple[str, ...]
    sought: tuple[Sought, ...]

    def missing(self, columns: Sequence[int]) -> Figures:
        """By pavilion, how many more meetings at once would do in the worst of some slots."""
        if not columns:
            return np.zeros(len(self.pavilions))
        over = (self.demand - self.room)[:, list(columns)]
        found: Figures = np.maximum(0, np.ceil(over.max(axis=1) - 1e-9))
        return found


def round_health(found: RoundProblem) -> RoundHealth:
    """How the round stands."""
    problem = found.problem
    free = _free(problem)
    place_rows = _places(problem)
    rows = {pavilion.id: row for row, pavilion in enumerate(problem.pavilions)}
    demand = np.zeros((len(rows), len(problem.slots)))
    impossible = 0
    groups: dict[tuple[str, ...] | None, list[int]] = {}
    for number, meeting in enumerate(problem.meetings):
        groups.setdefault(meeting.places, []).append(number)
    for names, numbers in groups.items():
        room = _room(problem, place_rows, rows, names)
        masks = _masks(problem, free, numbers)
        total = masks @ room.sum(axis=0)
        impossible += int((total == 0).sum())
        shares = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        demand += room * (shares @ masks)
    wanted = _wanted(problem)
    slots = free.sum(axis=1)
    sought = [
        Sought(person.id, wanted[person.id], int(slots[row]))
        for row, person in enumerate(problem.participants)
        if wanted.get(person.id, 0) > slots[row]
    ]
    involved = {person.id for person in problem.participants}
    alone = tuple(
        person.public_id for person in found.material.people.values() if person.public_id not in involved
    )
    return RoundHealth(
        tuple(pavilion.id for pavilion in problem.pavilions),
        tuple(slot.id for slot in problem.slots),
        demand,
        _room(problem, place_rows, rows, None),
        len(problem.meetings),
        impossible,
        alone,
        tuple(sorted(sought, key=lambda one: (one.slots - one.wishes, one.person))),
    )


def _free(problem: Problem) -> Flags:
    """Who can come when: available, and at nothing else."""
    starts = np.array([slot.start for slot in problem.slots])
    ends = np.array([slot.end for slot in problem.slots])
    free = np.ones((len(problem.participants), len(problem.slots)), dtype=bool)
    for row, person in enumerate(problem.participants):
        if person.slots is not None:
            free[row] = False
            free[row, [problem.slot_index[name] for name in person.slots]] = True
        for one in person.commitments:
            free[row] &= (ends <= one.start) | (starts >= one.end)
    return free


def _places(problem: Problem) -> Mapping[str, tuple[str, int, Flags]]:
    """By place: its pavilion, how many meetings it holds at once, and when it is open."""
    found = {}
    for place in problem.places:
        opened = np.ones(len(problem.slots), dtype=bool)
        if place.slots is not None:
            opened[:] = False
            opened[[problem.slot_index[name] for name in place.slots]] = True
        found[place.id] = (place.pavilion, place.capacity, opened)
    return found


def _room(
    problem: Problem,
    places: Mapping[str, tuple[str, int, Flags]],
    rows: Mapping[str, int],
    names: tuple[str, ...] | None,
) -> Figures:
    """How many meetings some places (None: all) hold at once, by pavilion and slot."""
    room = np.zeros((len(rows), len(problem.slots)))
    for name in places if names is None else names:
        pavilion, capacity, opened = places[name]
        room[rows[pavilion]] += capacity * opened
    return room


def _masks(problem: Problem, free: Flags, numbers: Sequence[int]) -> Figures:
    """By meeting and slot, whether one of each side can come: 1 or 0."""
    masks = np.ones((len(numbers), free.shape[1]), dtype=bool)
    plain = [
        (row, tuple(problem.participant_index[side[0]] for side in problem.meetings[n].sides))
        for row, n in enumerate(numbers)
        if all(len(side) == 1 for side in problem.meetings[n].sides) and len(problem.meetings[n].sides) == 2
    ]
    if plain:
        order = [row for row, _pair in plain]
        masks[order] = (
            free[[one for _row, (one, _other) in plain]] & free[[other for _row, (_one, other) in plain]]
        )
    done = {row for row, _pair in plain}
    for row, n in enumerate(numbers):
        if row not in done:
            for side in problem.meetings[n].sides:
                masks[row] &= free[[problem.participant_index[name] for name in side]].any(axis=0)
        if (slots := problem.meetings[n].slots) is not None:
            allowed = np.zeros(free.shape[1], dtype=bool)
            allowed[[problem.slot_index[name] for name in slots]] = True
            masks[row] &= allowed
    found: Figures = masks.astype(np.float64)
    return found


def _wanted(problem: Problem) -> dict[str, int]:
    """How many meetings need each person: as the only one of a side."""
    wanted: dict[str, int] = {}
    for meeting in problem.meetings:
        for side in meeting.sides:
            if len(side) == 1:
                wanted[side[0]] = wanted.get(side[0], 0) + 1
    return wanted
