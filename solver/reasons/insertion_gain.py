"""How the score would change if one more meeting were added to a schedule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice, product

from solver.instance.locked import saved
from solver.instance.slot_masks import Masks
from solver.problem import Meeting, Problem
from solver.reasons.day_cost import Costs, Visit

MOST_COMBINATIONS = 4096
"""Combinations of attendees that are tried where they can't be chosen one by one."""


class Gains:
    """The effect of single additions to one schedule. Slots, places and participants go by number."""

    def __init__(self, problem: Problem, masks: Masks) -> None:
        self.problem = problem
        self.masks = masks
        self.costs = Costs(problem)
        self._breaks: dict[int, int] = {}
        self._spread: Counter[int] | None = None

    def of(
        self, meeting: Meeting, sides: Sequence[Sequence[int]], extras: Sequence[int], slot: int, place: int
    ) -> int | None:
        """The most the score could rise by holding the meeting there; None when breaks would spread too far.

        `sides` are those of each side who can attend, `extras` the optional participants who can.
        """
        problem, weights = self.problem, self.problem.weights
        gain = weights.value * meeting.value
        gain += saved(meeting, problem.slots[slot].id, problem.places[place].id, weights)
        index = self.problem.participant_index
        worth = {index[extra.participant]: weights.value * extra.value for extra in meeting.optional}
        if self.problem.rules.max_break_spread is None:
            # without a rule that ties people together, everybody's part can be chosen on its own
            gain += sum(max(self._change(p, slot, place) for p in side) for side in sides)
            return gain + sum(max(0, worth[p] + self._change(p, slot, place)) for p in extras)
        best: int | None = None
        choices = product(*sides, *([None, p] for p in extras))
        for combination in islice(choices, MOST_COMBINATIONS):
            who = [p for p in combination if p is not None]
            if self._even(who, slot, place):
                total = gain + sum(worth.get(p, 0) + self._change(p, slot, place) for p in who)
                best = total if best is None else max(best, total)
        return best

    def _visits(self, person: int) -> list[Visit]:
        slots = self.problem.slots
        return [(slots[s].start, slots[s].end, there) for s, there in self.masks.visits.get(person, ())]

    def _with(self, person: int, slot: int, place: int) -> list[Visit]:
        entry = self.problem.slots[slot]
        return [*self._visits(person), (entry.start, entry.end, self.problem.places[place].pavilion)]

    def _change(self, person: int, slot: int, place: int) -> int:
        participant = self.problem.participants[person]
        before = self.costs.of(participant, self._visits(person))
        return before - self.costs.of(participant, self._with(person, slot, place))

    def _even(self, who: Sequence[int], slot: int, place: int) -> bool:
        people = self.problem.participants
        if self._spread is None:
            self._breaks = {p: self.costs.breaks(people[p], self._visits(p)) for p in range(len(people))}
            self._spread = Counter(self._breaks.values())
        spread = self._spread.copy()
        for person in who:
            spread[self._breaks[person]] -= 1
            spread[self.costs.breaks(people[person], self._with(person, slot, place))] += 1
        counts = [breaks for breaks, number in spread.items() if number]
        limit = self.problem.rules.max_break_spread
        return limit is None or max(counts) - min(counts) <= limit
