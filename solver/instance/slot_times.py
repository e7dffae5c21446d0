"""The slots of a problem by time: which begin from a minute, end by one, overlap, lie idle between two meetings.

Answers are bit masks: bit s stands for slot number s, in the problem's order or in another one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from solver.problem import Commitment, Problem


def in_order_of_time(problem: Problem) -> list[int]:
    """The numbers of the slots by start, then end."""
    return sorted(range(len(problem.slots)), key=lambda s: (problem.slots[s].start, problem.slots[s].end))


class SlotTimes:
    """The slots of a problem in some order (without one, the problem's), and questions that masks answer.

    `rank` is the number of each id; `later[s]` the slots that begin when s is over, `earlier[s]` those that are over
    when s begins, `overlaps[s]` all others, s too; `of_day` the slots of each day.
    """

    def __init__(self, problem: Problem, order: Sequence[int] | None = None) -> None:
        numbers = range(len(problem.slots)) if order is None else order
        slots = [problem.slots[s] for s in numbers]
        self.ids = tuple(slot.id for slot in slots)
        self.rank = {slot.id: s for s, slot in enumerate(slots)}
        self.start = [slot.start for slot in slots]
        self.end = [slot.end for slot in slots]
        self.day = [problem.slot_days[s] for s in numbers]
        self.all = (1 << len(slots)) - 1
        self._starts, self._begun = _accumulated(self.start)
        self._ends, self._over = _accumulated(self.end)
        self.of_day: dict[int, int] = {}
        for s, day in enumerate(self.day):
            self.of_day[day] = self.of_day.get(day, 0) | 1 << s
        self.later = [self.beginning_from(end) for end in self.end]
        self.earlier = [self.ending_by(start) for start in self.start]
        self.overlaps = [self.during(slot.start, slot.end) for slot in slots]
        self._named: dict[tuple[str, ...], int] = {}

    def beginning_from(self, minute: int) -> int:
        """The slots that begin at a minute or later."""
        return self.all ^ self._begun[bisect_left(self._starts, minute)]

    def ending_by(self, minute: int) -> int:
        """The slots that end at a minute or earlier."""
        return self._over[bisect_right(self._ends, minute)]

    def during(self, start: int, end: int) -> int:
        """The slots that share an instant with a time."""
        return self.all & ~(self.beginning_from(end) | self.ending_by(start))

    def clear_of(self, commitments: Iterable[Commitment]) -> int:
        """The slots that overlap none of the commitments."""
        mask = self.all
        for commitment in commitments:
            mask &= ~self.during(commitment.start, commitment.end)
        return mask

    def idle_between(self, end: int, start: int, clear: int) -> bool:
        """Whether one of the slots of `clear` fits between the end of a meeting and the start of the next."""
        return self.beginning_from(end) & self.ending_by(start) & clear != 0

    def idle(self, first: int, second: int, clear: int) -> bool:
        """Whether one of the slots of `clear` fits between meetings in two slots: then they have a break between.

        Whose break it is tells `clear`: the slots that overlap no commitment of that participant.
        """
        return self.later[first] & self.earlier[second] & clear != 0

    def named(self, names: tuple[str, ...] | None) -> int:
        """The slots of a list of ids; all for None."""
        if names is None:
            return self.all
        found = self._named.get(names)
        if found is None:
            found = self._named[names] = sum(1 << self.rank[name] for name in names)
        return found


def _accumulated(minutes: Sequence[int]) -> tuple[list[int], list[int]]:
    """The minutes in order, and the masks of the first none, one, two, ... of them."""
    order = sorted(range(len(minutes)), key=minutes.__getitem__)
    masks = accumulate((1 << s for s in order), int.__or__, initial=0)
    return [minutes[s] for s in order], list(masks)
