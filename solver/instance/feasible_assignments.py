"""What each meeting could do if it were alone in the world.

An option is a slot and a place in which nothing but the other meetings can stand against the meeting: slot
and place are allowed, the place is open, and of every side somebody is available and can walk there from and
to their commitments. Slots, places, participants are numbered as in the problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from solver.instance.locked import fixed
from solver.instance.slot_masks import Masks, bits
from solver.instance.slot_times import in_order_of_time
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
        allowed = self._masks.times.named(meeting.slots)
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

    def seats(self, meeting: Meeting, group_of_place: Sequence[int]) -> list[tuple[int, int]]:
        """The options of a meeting as (slot, group of places); of a locked one only where it stays."""
        options, stays = self.of(meeting), fixed(meeting)
        if stays is not None:
            only = (self.problem.slot_index[stays.slot], self.problem.place_index[stays.place])
            options = [option for option in options if option == only]
        return list(dict.fromkeys((slot, group_of_place[place]) for slot, place in options))

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


def overlap_groups(problem: Problem, slots: Sequence[int]) -> list[list[int]]:
    """The largest sets of the given slots that share an instant; slots that overlap no other stand alone."""
    wanted = frozenset(slots)
    ordered = [slot for slot in in_order_of_time(problem) if slot in wanted]
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
