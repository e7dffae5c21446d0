"""The literals of the CP-SAT model in one container with speaking methods.

A meeting is held in at most one *seat*, a slot and a group of interchangeable places. Who attends is
certain for sides of one; elsewhere there is a literal for every person, slot and zone, so that the linear
relaxation sees whole seats and not products. A *zone* is a pavilion, or the whole venue when nothing in
the problem takes time to walk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from ortools.sat.python import cp_model

from solver.instance.feasible_assignments import Options, overlap_groups
from solver.instance.locked import fixed_attendees, has_to_be_held
from solver.instance.place_groups import Seated, assignments_of, place_groups
from solver.instance.slot_times import in_order_of_time
from solver.problem import Meeting, Problem
from solver.schedule import Assignment

Literal = cp_model.IntVar
"""A 0-1 variable; constants included."""

Moment = tuple[int, str]
"""A slot and a zone."""


class Variables:
    """A CP-SAT model under construction and the meaning of its literals."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.options = Options(problem)
        self.groups, self.group_of_place = place_groups(problem)
        self.instants = overlap_groups(problem, range(len(problem.slots)))
        self.slot_order = in_order_of_time(problem)
        self.walks = any(row.minutes for row in problem.walking)
        self.true = self.model.new_constant(1)
        self.held: list[Literal] = []
        self.seats: list[dict[tuple[int, int], Literal]] = []
        self.moments: list[dict[Moment, Literal]] = []
        self.attends: list[dict[int, Literal]] = []
        self._attendances: list[list[Literal]] = [[] for _ in range(len(problem.participants))]
        self._engaged: list[dict[Moment, list[Literal]]] = [
            defaultdict(list) for _ in range(len(problem.participants))
        ]
        self._busy: dict[tuple[int, int], Literal] = {}
        self._present: dict[tuple[int, Moment], Literal] = {}
        self._terms: list[tuple[int, Literal]] = []
        self._constant = 0
        for meeting in problem.meetings:
            self._add_meeting(meeting)

    def zone(self, pavilion: str) -> str:
        """The zone a pavilion belongs to."""
        return pavilion if self.walks else ""

    def sum(self, literals: Sequence[Literal]) -> cp_model.LinearExprT:
        """A sum that is cheap to build."""
        return cp_model.LinearExpr.sum(literals)

    def new(self, name: str = "") -> Literal:
        """A fresh literal."""
        return self.model.new_bool_var(name)

    def engaged(self, person: int) -> dict[Moment, list[Literal]]:
        """For each slot and zone literals of which at most one is true: the person meets there."""
        return self._engaged[person]

    def slots_of(self, person: int) -> list[int]:
        """The slots in which a person could have a meeting, in order of time."""
        possible = {slot for slot, _ in self._engaged[person]}
        return [slot for slot in self.slot_order if slot in possible]

    def in_slot(self, person: int, slot: int) -> list[Literal]:
        """Literals of all meetings that a person could have in a slot."""
        zones = self._engaged[person]
        return [literal for (s, _), literals in zones.items() if s == slot for literal in literals]

    def busy(self, person: int, slot: int) -> Literal:
        """Whether a person meets in a slot."""
        key = (person, slot)
        if key not in self._busy:
            self._busy[key] = self._any(self.in_slot(person, slot))
        return self._busy[key]

    def present(self, person: int, moment: Moment) -> Literal:
        """Whether a person meets in a slot and zone."""
        key = (person, moment)
        if key not in self._present:
            self._present[key] = self._any(self._engaged[person][moment])
        return self._present[key]

    def attendances(self, person: int) -> list[Literal]:
        """A literal for every meeting that a person could attend."""
        return self._attendances[person]

    def at(self, meeting: int, slots: Iterable[int]) -> list[Literal]:
        """The literals of a meeting in any of the slots."""
        wanted = frozenset(slots)
        return [literal for (slot, _), literal in self.seats[meeting].items() if slot in wanted]

    def earn(self, weight: int, literal: Literal) -> None:
        """Add a literal to the score."""
        if weight:
            self._terms.append((weight, literal))

    def earn_always(self, amount: int) -> None:
        """Add a constant to the score."""
        self._constant += amount

    def finish(self) -> cp_model.CpModel:
        """Set the objective."""
        literals = [literal for _, literal in self._terms]
        weights = [weight for weight, _ in self._terms]
        self.model.maximize(cp_model.LinearExpr.weighted_sum(literals, weights) + self._constant)
        return self.model

    def read(self, is_true: Callable[[Literal], bool]) -> tuple[Assignment, ...]:
        """The assignments that a solution stands for."""
        people = self.problem.participants
        held: list[Seated] = []
        for number in range(len(self.problem.meetings)):
            if not is_true(self.held[number]):
                continue
            slot, group = next(key for key, literal in self.seats[number].items() if is_true(literal))
            who = tuple(people[p].id for p, literal in self.attends[number].items() if is_true(literal))
            held.append(Seated(number, slot, group, who))
        return assignments_of(self.problem, self.groups, held)

    def hint(self, assignments: Iterable[Assignment]) -> None:
        """Start the search from a schedule; what does not fit the model is left out."""
        wanted: dict[int, tuple[tuple[int, int], frozenset[str]]] = {}
        index = self.problem
        for row in assignments:
            if (
                row.meeting in index.meeting_index
                and row.slot in index.slot_index
                and row.place in index.place_index
            ):
                seat = (index.slot_index[row.slot], self.group_of_place[index.place_index[row.place]])
                wanted[index.meeting_index[row.meeting]] = (seat, frozenset(row.attendees))
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        hinted: set[int] = set()

        def put(literal: Literal, value: bool) -> None:
            if literal.index not in hinted and literal.index != self.true.index:
                hinted.add(literal.index)
                self.model.add_hint(literal, value)

        for number in range(len(self.problem.meetings)):
            wish = wanted.get(number)
            seat, who = wish if wish is not None else ((-1, -1), frozenset())
            known = seat in self.seats[number]
            for key, literal in self.seats[number].items():
                put(literal, key == seat)
            put(self.held[number], known)
            for person, literal in self.attends[number].items():
                put(literal, known and self.problem.participants[person].id in who)

    def _any(self, literals: Sequence[Literal]) -> Literal:
        if not literals:
            return self.model.new_constant(0)
        if len(literals) == 1:
            return literals[0]
        either = self.new()
        self.model.add(self.sum(literals) == either)
        return either

    def _add_meeting(self, meeting: Meeting) -> None:
        """Seats, zones and attendees of one meeting; the rules of a single meeting hold by construction."""
        keys = self.options.seats(meeting, self.group_of_place)
        seats = {key: self.new() for key in keys}
        if has_to_be_held(meeting):
            held = self.true
            self.model.add_exactly_one(seats.values())
        elif len(seats) == 1:
            (held,) = seats.values()
        else:
            held = self.new()
            self.model.add(self.sum(list(seats.values())) == held)
        moments = self._moments(seats)
        self.held.append(held)
        self.seats.append(seats)
        self.moments.append(moments)
        attends: dict[int, Literal] = {}
        self.attends.append(attends)
        if not keys:
            return
        index = self.problem.participant_index
        for side in meeting.sides:
            self._add_side([index[name] for name in side], held, moments, attends)
        for extra in meeting.optional:
            self._add_optional(index[extra.participant], moments, attends)
        for person, literal in attends.items():
            self._attendances[person].append(literal)
        names = fixed_attendees(meeting)
        if names is not None:
            self._fix_attendees({index[name] for name in names}, attends)

    def _moments(self, seats: dict[tuple[int, int], Literal]) -> dict[Moment, Literal]:
        together: dict[Moment, list[Literal]] = defaultdict(list)
        for (slot, group), literal in seats.items():
            together[slot, self.zone(self.groups[group].pavilion)].append(literal)
        return {moment: self._any(literals) for moment, literals in together.items()}

    def _add_side(
        self, side: list[int], held: Literal, moments: dict[Moment, Literal], attends: dict[int, Literal]
    ) -> None:
        able = {
            person: [moment for moment in moments if self.options.can_attend(person, *moment)]
            for person in side
        }
        able = {person: found for person, found in able.items() if found}
        if len(able) == 1:
            (person,) = able
            attends[person] = held
            for moment, literal in moments.items():
                self._engaged[person][moment].append(literal)
            return
        there: dict[Moment, list[Literal]] = defaultdict(list)
        for person, found in able.items():
            mine = self._add_choice(person, found, attends)
            for moment, literal in mine.items():
                there[moment].append(literal)
        for moment, literal in moments.items():
            self.model.add(self.sum(there[moment]) == literal)
        self.model.add(self.sum([attends[person] for person in able]) == held)

    def _add_optional(self, person: int, moments: dict[Moment, Literal], attends: dict[int, Literal]) -> None:
        found = [moment for moment in moments if self.options.can_attend(person, *moment)]
        if found:
            for moment, literal in self._add_choice(person, found, attends).items():
                self.model.add_implication(literal, moments[moment])

    def _add_choice(
        self, person: int, found: list[Moment], attends: dict[int, Literal]
    ) -> dict[Moment, Literal]:
        mine = {moment: self.new() for moment in found}
        attends[person] = self._any(list(mine.values()))
        for moment, literal in mine.items():
            self._engaged[person][moment].append(literal)
        return mine

    def _fix_attendees(self, wanted: set[int], attends: dict[int, Literal]) -> None:
        if wanted - attends.keys():
            self.model.add_bool_or([])
        for person, literal in attends.items():
            self.model.add(literal == int(person in wanted))
