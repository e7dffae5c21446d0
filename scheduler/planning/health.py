"""How a round stands before a run: where more is wanted than there is room for, and who gets nobody.

Made of the very problem that the solver would get. Nobody knows yet where a meeting will be, so each wish is spread
evenly: over the slots in which one of each side can come, and there over the places that it may go to, by how many
meetings each can hold at once. A figure over the room of a pavilion in a slot is more than can be held if all wishes
spread like that; the sum over all of them is the number of wishes that are possible at all. Stands are counted apart
from the tables of their pavilion, since only the meetings of those who own one can go there. What is locked is
counted where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.planning.problem import RoundProblem
from solver import Problem, fixed

Figures = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody, by public id, whom more wishes need than they can have meetings: by free slots and by limits."""

    person: str
    wishes: int
    most: int


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """A pavilion's common tables, or its stands."""

    pavilion: str
    stands: bool


@dataclass(frozen=True, slots=True)
class RoundHealth:
    """Demand and room for meetings, by hall (rows) and slot (columns), in the problem's order.

    `timeless`: wishes without a common slot. `placeless`: those with one, but never with an open place.
    `alone`: participants, by public id, in no wish.
    """

    halls: tuple[PlaceGroup, ...]
    slots: tuple[str, ...]
    demand: Figures
    room: Figures
    wishes: int
    timeless: int
    placeless: int
    alone: tuple[str, ...]
    sought: tuple[Sought, ...]

    def missing(self, columns: Sequence[int]) -> Figures:
        """By hall, how many more meetings at once would do in the worst of some slots."""
        if not columns:
            return np.zeros(len(self.halls))
        over = (self.demand - self.room)[:, list(columns)]
        found: Figures = np.maximum(0, np.ceil(over.max(axis=1) - 1e-9))
        return found


@dataclass(frozen=True, slots=True)
class _OpenPlace:
    """A place: the row of its hall, how many meetings it holds at once, and in which slots."""

    hall: int
    capacity: int
    opened: Flags


def round_health(found: RoundProblem) -> RoundHealth:
    """How the round stands."""
    problem = found.problem
    free = _free(problem)
    places, halls = _places(found)
    demand = np.zeros((len(halls), len(problem.slots)))
    timeless = placeless = 0
    for names, numbers in _by_places(problem).items():
        room = _room(places, demand.shape, names)
        masks = _masks(problem, free, numbers)
        total = masks @ room.sum(axis=0)
        never = ~masks.any(axis=1)
        timeless += int(never.sum())
        placeless += int(((total == 0) & ~never).sum())
        shares = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        demand += room * (shares @ masks)
    involved = {person.id for person in problem.participants}
    return RoundHealth(
        halls,
        tuple(slot.id for slot in problem.slots),
        demand,
        _room(places, demand.shape, None),
        len(problem.meetings),
        timeless,
        placeless,
        tuple(one.public_id for one in found.material.people.values() if one.public_id not in involved),
        _sought(problem, free),
    )


def _by_places(problem: Problem) -> Mapping[tuple[str, ...] | None, Sequence[int]]:
    """The numbers of the meetings that may go to the same places. What is locked stays in its place."""
    groups: dict[tuple[str, ...] | None, list[int]] = {}
    for number, meeting in enumerate(problem.meetings):
        held = fixed(meeting)
        groups.setdefault((held.place,) if held is not None else meeting.places, []).append(number)
    return groups


def _free(problem: Problem) -> Flags:
    """Who can come when: available, and at nothing else."""
    starts = np.array([slot.start for slot in problem.slots])
    ends = np.array([slot.end for slot in problem.slots])
    free = np.ones((len(problem.participants), len(problem.slots)), dtype=bool)
    for row, person in enumerate(problem.participants):
        if person.slots is not None:
            free[row] = _only(problem, person.slots)
        for one in person.commitments:
            free[row] &= (ends <= one.start) | (starts >= one.end)
    return free


def _places(found: RoundProblem) -> tuple[Mapping[str, _OpenPlace], tuple[PlaceGroup, ...]]:
    """The places by id, and the halls that they are in, in the order of the pavilions, tables first."""
    problem = found.problem
    owned = {row.id for row in found.material.places if row.organisation_id is not None}
    hall_of = {
        place.id: PlaceGroup(place.pavilion, found.spots[place.id].place_id in owned)
        for place in problem.places
    }
    used = set(hall_of.values())
    halls = tuple(
        hall
        for pavilion in problem.pavilions
        for hall in (PlaceGroup(pavilion.id, stands=False), PlaceGroup(pavilion.id, stands=True))
        if hall in used
    )
    rows = {hall: row for row, hall in enumerate(halls)}
    places = {}
    for place in problem.places:
        opened = _only(problem, problem.slot_index if place.slots is None else place.slots)
        places[place.id] = _OpenPlace(rows[hall_of[place.id]], place.capacity, opened)
    return places, halls


def _room(places: Mapping[str, _OpenPlace], shape: tuple[int, ...], names: tuple[str, ...] | None) -> Figures:
    """How many meetings some places (None: all) hold at once, by hall and slot."""
    room = np.zeros(shape)
    for name in places if names is None else names:
        place = places[name]
        room[place.hall] += place.capacity * place.opened
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
            masks[row] &= _only(problem, slots)
        held = problem.meetings[n].published
        if held is not None and problem.meetings[n].locked:
            masks[row] = _only(problem, (held.slot,))
    found: Figures = masks.astype(np.float64)
    return found


def _only(problem: Problem, slots: Iterable[str]) -> Flags:
    """A flag for each slot of the problem: whether it is one of these."""
    found = np.zeros(len(problem.slots), dtype=bool)
    found[[problem.slot_index[name] for name in slots]] = True
    return found


def _sought(problem: Problem, free: Flags) -> tuple[Sought, ...]:
    """Who is needed, as the only one of a side, in more wishes than they can have meetings; the worst first."""
    wanted = Counter(side[0] for meeting in problem.meetings for side in meeting.sides if len(side) == 1)
    days = np.array(problem.slot_days)
    by_day = np.stack([free[:, days == day].sum(axis=1) for day in np.unique(days)], axis=1)
    found = []
    for row, person in enumerate(problem.participants):
        of_day = person.max_meetings_per_day
        most = int((by_day[row] if of_day is None else np.minimum(by_day[row], of_day)).sum())
        most = most if person.max_meetings is None else min(most, person.max_meetings)
        if wanted[person.id] > most:
            found.append(Sought(person.id, wanted[person.id], most))
    return tuple(sorted(found, key=lambda one: (one.most - one.wishes, one.person)))
