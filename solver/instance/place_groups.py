"""Places that nothing can tell apart as groups, and the single places again for meetings of a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from solver.instance.interval_colouring import deal_out
from solver.problem import Problem
from solver.schedule import Assignment


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places that no rule and no cost can tell apart: same pavilion, opening, and meetings allowed."""

    places: tuple[int, ...]
    pavilion: str
    capacity: int


def place_groups(problem: Problem) -> tuple[list[PlaceGroup], list[int]]:
    """Interchangeable places as groups, and the group of each place.

    Meetings in a group are intervals of which at no instant more overlap than the group's capacity; such
    intervals can always be dealt out to the single places (interval graphs are perfect), see `interval_colouring`.
    A place that a published meeting names stands alone: moving there or away costs.
    """
    alone: set[str] = {m.published.place for m in problem.meetings if m.published is not None}
    lists: dict[tuple[str, ...], int] = {}
    member: dict[str, list[int]] = {}
    for meeting in problem.meetings:
        if meeting.places is not None and meeting.places not in lists:
            number = lists[meeting.places] = len(lists)
            for name in meeting.places:
                member.setdefault(name, []).append(number)
    groups: dict[object, list[int]] = {}
    for position, place in enumerate(problem.places):
        opened = None if place.slots is None else frozenset(place.slots)
        key: object = (
            place.id if place.id in alone else (place.pavilion, opened, tuple(member.get(place.id, ())))
        )
        groups.setdefault(key, []).append(position)
    found = [
        PlaceGroup(
            tuple(group), problem.places[group[0]].pavilion, sum(problem.places[x].capacity for x in group)
        )
        for group in groups.values()
    ]
    of_place = [0] * len(problem.places)
    for number, group in enumerate(found):
        for position in group.places:
            of_place[position] = number
    return found, of_place


def seats(problem: Problem) -> int:
    """About how many combinations of a meeting, a slot and a place the model has to tell apart."""
    groups, of_place = place_groups(problem)
    total = 0
    known: dict[tuple[str, ...], int] = {}
    for meeting in problem.meetings:
        slots = len(problem.slots) if meeting.slots is None else len(meeting.slots)
        if meeting.places is None:
            places = len(groups)
        else:
            if meeting.places not in known:
                known[meeting.places] = len({of_place[problem.place_index[x]] for x in meeting.places})
            places = known[meeting.places]
        total += slots * places
    return total


@dataclass(frozen=True, slots=True)
class Seated:
    """A held meeting by number, its slot, its group of places, and the ids of who attends."""

    meeting: int
    slot: int
    group: int
    attendees: tuple[str, ...]


def assignments_of(
    problem: Problem, groups: Sequence[PlaceGroup], held: Sequence[Seated]
) -> tuple[Assignment, ...]:
    """The held meetings, in their order, each at a place of its own group."""
    by_group: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(held):
        by_group[row.group].append(number)
    places = [""] * len(held)
    for group, numbers in by_group.items():
        slots = [problem.slots[held[number].slot] for number in numbers]
        members = [problem.places[place] for place in groups[group].places]
        dealt = deal_out(members, [(slot.start, slot.end) for slot in slots])
        for number, place in zip(numbers, dealt, strict=True):
            places[number] = place
    return tuple(
        Assignment(problem.meetings[row.meeting].id, problem.slots[row.slot].id, place, row.attendees)
        for row, place in zip(held, places, strict=True)
    )
