"""Where and when a meeting's people could meet, next to a schedule, one kind of obstacle after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.instance.slot_masks import Masks
from solver.problem import Problem

FREE, NEAR, UNLIMITED, UNTAKEN, CLOSE = range(5)
"""Steps of a ladder: each is the slots of the step before that pass one more kind of obstacle.

Available and without commitment; near enough to commitments; below the limits; in no other meeting; near enough
to other meetings.
"""


@dataclass(frozen=True, slots=True)
class Venue:
    """A pavilion with the places there that a meeting may go to: slots in which one is open, one has room."""

    pavilion: str
    places: tuple[int, ...]
    opened: int
    room: int


class Reach:
    """Answers for one schedule, kept as they are found. Participants go by number, slots by mask."""

    def __init__(self, problem: Problem, masks: Masks) -> None:
        self.problem = problem
        self.masks = masks
        self._venues: dict[tuple[str, ...] | None, tuple[Venue, ...]] = {}
        self._ladders: dict[tuple[int, str | None], tuple[int, ...]] = {}

    def venues(self, names: tuple[str, ...] | None) -> tuple[Venue, ...]:
        """The places of a list of ids (None: all) by pavilion."""
        if names not in self._venues:
            index = self.problem.place_index
            places = range(len(index)) if names is None else [index[name] for name in names]
            together: dict[str, list[int]] = {}
            for place in places:
                together.setdefault(self.problem.places[place].pavilion, []).append(place)
            found = []
            for pavilion, here in together.items():
                opened = room = 0
                for place in here:
                    opened |= self.masks.opened(place)
                    room |= self.masks.opened(place) & ~self.masks.full(place)
                found.append(Venue(pavilion, tuple(here), opened, room))
            self._venues[names] = tuple(found)
        return self._venues[names]

    def ladder(self, person: int, pavilion: str | None) -> tuple[int, ...]:
        """For each step the slots in which a participant may meet in a pavilion (None: wherever)."""
        key = (person, pavilion)
        found = self._ladders.get(key)
        if found is None:
            masks = self.masks
            free = masks.free(person)
            near = free if pavilion is None else free & ~masks.too_far(person, pavilion, False)
            unlimited = near & ~masks.limited(person)
            untaken = unlimited & ~masks.taken(person)
            close = untaken if pavilion is None else untaken & ~masks.too_far(person, pavilion, True)
            found = self._ladders[key] = (free, near, unlimited, untaken, close)
        return found

    def common(self, sides: Sequence[Sequence[int]], mask: int, pavilion: str | None, step: int) -> int:
        """Slots of the mask in which of every side somebody passes a step and those before it."""
        for side in sides:
            able = 0
            for person in side:
                able |= self.ladder(person, pavilion)[step]
            mask &= able
            if not mask:
                break
        return mask
