"""What each meeting could do if it were alone in the world.

An option is a slot and a place in which nothing but the other meetings can stand against the meeting: slot
and place are allowed, the place is open, and of every side somebody is available and can walk there from and
to their commitments. Slots, places, participants are numbered as in the problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from solver.instance.slot_masks import Masks, bits
from solver.problem import Meeting, Problem


class Options:
    """The options of a problem's meetings, read off the masks of an empty schedule."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._masks = Masks(problem, ())

    def can_attend(self, person: int, slot: int, pavilion: str) -> bool:
        """Whether a participant is available in the slot and no commitment stands in the way."""
        return bool(self._able(person, pavilion) >> slot & 1)

    def is_open(self, place: int, slot: int) -> bool:
        """Whether a place can hold a meeting in a slot at all."""
        return bool(self._masks.opened(place) >> slot & 1)

    def of(self, meeting: Meeting) -> list[tuple[int, int]]:
        """Every option of a meeting as (slot, place), by slot, then in the order of the places allowed."""
        index = self.problem.participant_index
        sides = [[index[name] for name in side] for side in meeting.sides]
        allowed = self._masks.named(meeting.slots)
        names = meeting.places
        places = (
            range(len(self.problem.places)) if names is None else [self.problem.place_index[x] for x in names]
        )
        common: dict[str, int] = {}
        found: list[tuple[int, int]] = []
        for place in places:
            pavilion = self.problem.places[place].pavilion
            if pavilion not in common:
                common[pavilion] = self._common(sides, allowed, pavilion)
            found += [(slot, place) for slot in bits(common[pavilion] & self._masks.opened(place))]
        return sorted(found, key=itemgetter(0))

    def _able(self, person: int, pavilion: str) -> int:
        return self._masks.free(person) & ~self._masks.too_far(person, pavilion, meetings=False)

    def _common(self, sides: Sequence[Sequence[int]], mask: int, pavilion: str) -> int:
        """The slots of a mask in which somebody of every side can attend."""
        for side in sides:
            able = 0
            for person in side:
                able |= self._able(person, pavilion)
            mask &= able
        return mask


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


def overlap_groups(problem: Problem, slots: Sequence[int]) -> list[list[int]]:
    """The largest sets of the given slots that share an instant; slots that overlap no other stand alone."""
    ordered = sorted(slots, key=lambda s: (problem.slots[s].start, problem.slots[s].end))
    groups: list[list[int]] = []
    for slot in ordered:
        start = problem.slots[slot].start
        group = [other for other in ordered if problem.slots[other].start <= start < problem.slots[other].end]
        groups.append(group)
    largest: list[list[int]] = []
    sets = [frozenset(group) for group in groups]
    for number, group in enumerate(groups):
        if not any(sets[number] < other for other in sets) and sets[number] not in sets[:number]:
            largest.append(group)
    return largest
