"""What each meeting could do if it were alone in the world.

An option is a slot and a place in which nothing but the other meetings can stand against the meeting: slot
and place are allowed, the place is open, and of every side somebody is available and can walk there from and
to their commitments. Slots, places, participants are numbered as in the problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.problem import Meeting, Participant, Problem


@dataclass(frozen=True, slots=True)
class Block:
    """Why a participant can't attend in a slot and pavilion although they are available."""

    overlap: bool
    start: int
    end: int


class Options:
    """The options of a problem's meetings, worked out when asked for and kept."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._available: dict[int, frozenset[int]] = {}
        self._pavilion_blocks: dict[int, dict[tuple[int, str], Block | None]] = {}
        self._open: list[frozenset[int] | None] = [
            None if place.slots is None else frozenset(problem.slot_index[name] for name in place.slots)
            for place in problem.places
        ]
        self._everywhere = tuple(range(len(problem.places)))
        self._always = tuple(range(len(problem.slots)))
        self._all = frozenset(self._always)

    def available(self, person: int) -> frozenset[int]:
        """The slots a participant says they are available in."""
        slots = self.problem.participants[person].slots
        if slots is None:
            return self._all
        if person not in self._available:
            self._available[person] = frozenset(self.problem.slot_index[name] for name in slots)
        return self._available[person]

    def block(self, person: int, slot: int, pavilion: str) -> Block | None:
        """The commitment that keeps a participant from meeting in that slot and pavilion, if any."""
        participant = self.problem.participants[person]
        if not participant.commitments:
            return None
        known = self._pavilion_blocks.setdefault(person, {})
        key = (slot, pavilion)
        if key not in known:
            known[key] = self._find_block(participant, slot, pavilion)
        return known[key]

    def can_attend(self, person: int, slot: int, pavilion: str) -> bool:
        """Whether a participant is available in the slot and no commitment stands in the way."""
        return slot in self.available(person) and self.block(person, slot, pavilion) is None

    def slots(self, meeting: Meeting) -> tuple[int, ...]:
        """The slots allowed for a meeting, by its own list."""
        if meeting.slots is None:
            return self._always
        return tuple(self.problem.slot_index[name] for name in meeting.slots)

    def places(self, meeting: Meeting) -> tuple[int, ...]:
        """The places allowed for a meeting, by its own list."""
        if meeting.places is None:
            return self._everywhere
        return tuple(self.problem.place_index[name] for name in meeting.places)

    def is_open(self, place: int, slot: int) -> bool:
        """Whether a place can hold a meeting in a slot at all."""
        opened = self._open[place]
        return self.problem.places[place].capacity > 0 and (opened is None or slot in opened)

    def somebody(self, meeting: Meeting, slot: int, pavilion: str) -> bool:
        """Whether of every side at least one participant can attend."""
        index = self.problem.participant_index
        return all(any(self.can_attend(index[p], slot, pavilion) for p in side) for side in meeting.sides)

    def common_slots(self, meeting: Meeting) -> list[int]:
        """Slots allowed for the meeting in which somebody of every side is available, commitments aside."""
        index = self.problem.participant_index
        found = set(self.slots(meeting))
        for side in meeting.sides:
            found &= frozenset().union(*(self.available(index[p]) for p in side))
        return sorted(found)

    def of(self, meeting: Meeting) -> list[tuple[int, int]]:
        """Every option of a meeting as (slot, place)."""
        pavilions = [(x, self.problem.places[x].pavilion) for x in self.places(meeting)]
        found: list[tuple[int, int]] = []
        for slot in self.common_slots(meeting):
            reachable: dict[str, bool] = {}
            for place, pavilion in pavilions:
                if pavilion not in reachable:
                    reachable[pavilion] = self.somebody(meeting, slot, pavilion)
                if reachable[pavilion] and self.is_open(place, slot):
                    found.append((slot, place))
        return found

    def _find_block(self, participant: Participant, slot_number: int, pavilion: str) -> Block | None:
        slot = self.problem.slots[slot_number]
        for commitment in participant.commitments:
            if commitment.start < slot.end and slot.start < commitment.end:
                return Block(True, commitment.start, commitment.end)
            if commitment.end <= slot.start:
                late = slot.start - commitment.end < self.problem.walk(commitment.pavilion, pavilion)
            else:
                late = commitment.start - slot.end < self.problem.walk(pavilion, commitment.pavilion)
            if late:
                return Block(False, commitment.start, commitment.end)
        return None


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
