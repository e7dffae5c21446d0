"""The score of a problem without walking as soft literals: each is a loss that may be avoided.

Score = best possible - sum of the weights of the losses that are true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from solver.instance.slot_times import SlotTimes
from solver.maxsat.cnf import Formula


class Objective:
    """Losses of a formula's schedules.

    Attributes:
        best: the score when no loss is true.
        losses: literals that each cost their weight when they are true; all weights are positive.
    """

    def __init__(self, formula: Formula) -> None:
        self.best = 0
        self.losses: dict[int, int] = {}
        self._formula = formula
        self._times = SlotTimes(formula.problem)
        self._add_values()
        self._add_published()
        self._add_guarantees()
        self._add_breaks()

    def loss(self, model: Sequence[int]) -> int:
        """What a model loses."""
        return sum(w for literal, w in self.losses.items() if (model[abs(literal) - 1] > 0) == (literal > 0))

    def _lose(self, literal: int, weight: int) -> None:
        """Count a weight of any sign against a literal."""
        if weight < 0:
            self.best -= weight
            literal, weight = -literal, -weight
        if not weight:
            return
        opposite = self.losses.pop(-literal, 0)
        common = min(opposite, weight)
        self.best -= common
        if opposite > common:
            self.losses[-literal] = opposite - common
        elif weight > common:
            self.losses[literal] = self.losses.get(literal, 0) + weight - common

    def _add_values(self) -> None:
        formula, weight = self._formula, self._formula.problem.weights.value
        for number, meeting in enumerate(formula.problem.meetings):
            if not formula.seats[number]:
                continue
            self._earn(formula.held[number], weight * meeting.value)
            for extra in meeting.optional:
                person = formula.problem.participant_index[extra.participant]
                if person in formula.attends[number]:
                    self._earn(formula.attends[number][person], weight * extra.value)

    def _earn(self, literal: int | None, weight: int) -> None:
        """Add a weight that a literal earns; None stands for certain."""
        self.best += weight
        if literal is not None:
            self._lose(-literal, weight)

    def _add_published(self) -> None:
        formula = self._formula
        problem = formula.problem
        moved, dropped = problem.weights.moved, problem.weights.dropped
        for number, meeting in enumerate(problem.meetings):
            if meeting.published is None:
                continue
            self.best -= dropped
            if not formula.seats[number]:
                continue
            held = formula.held[number]
            group = formula.group_of_place[problem.place_index[meeting.published.place]]
            there = formula.seats[number].get((problem.slot_index[meeting.published.slot], group))
            if held is None:
                self.best += dropped - moved
            else:
                self._lose(held, moved - dropped)
            if there is not None:
                self._lose(there, -moved)

    def _add_guarantees(self) -> None:
        formula = self._formula
        weight = formula.problem.weights.guarantee
        if not weight:
            return
        for number, person in enumerate(formula.problem.participants):
            if not person.guarantee:
                continue
            counted = formula.count(formula.attendances(number), person.guarantee)
            self.best -= weight * (person.guarantee - len(counted))
            for literal in counted:
                self._lose(-literal, weight)

    def _add_breaks(self) -> None:
        formula = self._formula
        weight = formula.problem.weights.breaks
        limit = formula.problem.rules.max_break_spread
        if not weight and limit is None:
            return
        people = [self._breaks(person) for person in range(len(formula.problem.participants))]
        for breaks in people:
            for literal in breaks:
                self._lose(literal, weight)
        if limit is not None:
            self._limit_spread(people, limit)

    def _limit_spread(self, people: Sequence[Sequence[int]], limit: int) -> None:
        """Nobody has more than k breaks while somebody has fewer than k - limit."""
        formula = self._formula
        counted = [formula.count(breaks) for breaks in people]
        fewest = min((len(row) for row in counted), default=0)
        for k in range(limit, max((len(row) for row in counted), default=0)):
            many = [row[k] for row in counted if len(row) > k]
            if fewest <= k - limit:
                for literal in many:
                    formula.add([-literal])
                continue
            any_many = formula.either(many)
            for row in counted:
                formula.add([-any_many, row[k - limit]])

    def _breaks(self, person: int) -> list[int]:
        """A literal for each slot whose meeting may begin a break.

        It does when the person meets again on that day, but in no slot with nothing idle between this one and it.
        """
        formula, times = self._formula, self._times
        clear = times.clear_of(formula.problem.participants[person].commitments)
        by_day: dict[int, list[int]] = defaultdict(list)
        for slot in formula.busy[person]:
            by_day[times.day[slot]].append(slot)
        found: list[int] = []
        for row in by_day.values():
            to_come: dict[int, int] = {}
            last: int | None = None
            for slot in reversed(row):
                last = (
                    formula.either([last, formula.busy[person][slot]]) if last else formula.busy[person][slot]
                )
                to_come[slot] = last
            for position, slot in enumerate(row):
                over = [other for other in row[position + 1 :] if times.later[slot] >> other & 1]
                near = [other for other in over if not times.idle(slot, other, clear)]
                if len(near) == len(over):
                    continue
                busy = formula.busy[person][slot]
                far = to_come[over[len(near)]]
                others = [formula.busy[person][other] for other in near]
                begins = formula.new()
                formula.add([begins, -busy, -far, *others])
                formula.add([-begins, busy])
                formula.add([-begins, far])
                for other in others:
                    formula.add([-begins, -other])
                found.append(begins)
        return found
