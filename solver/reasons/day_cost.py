"""What one participant's day costs, for judging the effect of a single change.

Used to explain a finished schedule; the score of a schedule itself comes from `solver.judge.check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from solver.instance.slot_times import SlotTimes
from solver.problem import Participant, Problem

Visit = tuple[int, int, str]
"""A meeting of a participant: start, end (UTC minutes) and pavilion."""


class Costs:
    """Breaks, walking and missing guarantee of single participants, weighted as in the score."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._times = SlotTimes(problem)

    def of(self, person: Participant, visits: Sequence[Visit]) -> int:
        """The weighted cost of a participant with these meetings."""
        weights = self.problem.weights
        cost = weights.guarantee * max(0, person.guarantee - len(visits))
        if weights.breaks:
            cost += weights.breaks * self.breaks(person, visits)
        if weights.walking:
            cost += weights.walking * self.walking(person, visits)
        return cost

    def breaks(self, person: Participant, visits: Sequence[Visit]) -> int:
        """How often a slot would have fitted between two consecutive meetings of a day."""
        day, clear = self.problem.day_of, self._times.clear_of(person.commitments)
        return sum(
            day(first[0]) == day(second[0]) and self._times.idle_between(first[1], second[0], clear)
            for first, second in pairwise(sorted(visits))
        )

    def walking(self, person: Participant, visits: Sequence[Visit]) -> int:
        """Minutes on foot between consecutive engagements of a day."""
        day = self.problem.day_of
        stops = list(visits)
        stops.extend((c.start, c.end, c.pavilion) for c in person.commitments if c.pavilion is not None)
        stops.sort(key=lambda stop: stop[:2])
        return sum(
            self.problem.walk(first[2], second[2])
            for first, second in pairwise(stops)
            if day(first[0]) == day(second[0])
        )
