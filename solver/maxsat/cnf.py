"""A problem as clauses: seats, attendees and the hard rules, with implied constraints that make proofs short.

Covers every rule but walking (see `scope`). A meeting has a literal for each *seat*, a slot and a group of
interchangeable places. The implied constraints follow M. Bofill, J. Coll, M. Garcia, J. Giraldez-Cru, G. Pesant,
J. Suy, M. Villaret: Constraint Solving Approaches to the Business-to-Business Meeting Scheduling Problem,
Journal of Artificial Intelligence Research 74 (2022): how many slots each participant is busy in, how many
participants are busy in each slot, and that this is a multiple of the size of a meeting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from solver.instance.feasible_assignments import Options, overlap_groups
from solver.instance.locked import fixed_attendees, has_to_be_held
from solver.instance.place_groups import Seated, assignments_of, place_groups
from solver.instance.slot_times import in_order_of_time
from solver.maxsat.cardinality import Clauses
from solver.problem import Problem
from solver.schedule import Assignment


class Formula(Clauses):
    """The hard rules of a problem as clauses, and the meaning of their literals.

    Attributes:
        held: for each meeting a literal that says whether it is held; None when it must be.
        seats: for each meeting its literals by slot and group of places; empty when it can't be held.
        attends: for each meeting the literal by participant who may attend or not; None: attends when it is held.
        busy: for each participant the literal by slot in which they could meet, in order of time.
    """

    def __init__(self, problem: Problem, optional: Iterable[int] = ()) -> None:
        """Write the rules. Required meetings whose numbers are in `optional` may be left out."""
        super().__init__()
        self.problem = problem
        self.options = Options(problem)
        self.groups, self.group_of_place = place_groups(problem)
        self.instants = overlap_groups(problem, range(len(problem.slots)))
        self.slot_order = in_order_of_time(problem)
        loose = frozenset(optional)
        self.must = [has_to_be_held(m) and n not in loose for n, m in enumerate(problem.meetings)]
        self.keys = [self.options.seats(meeting, self.group_of_place) for meeting in problem.meetings]
        self._respect_order()
        self.held: list[int | None] = []
        self.seats: list[dict[tuple[int, int], int]] = []
        self.attends: list[dict[int, int | None]] = []
        self._in_slot: list[dict[int, int]] = []
        self._engaged: list[dict[int, list[int]]] = [defaultdict(list) for _ in problem.participants]
        self._meetings_of: list[list[int]] = [[] for _ in problem.participants]
        for number in range(len(problem.meetings)):
            self._add_meeting(number)
        self.busy = [self._add_person(person) for person in range(len(problem.participants))]
        self._add_order()
        self._add_capacity()

    def slot_literals(self, meeting: int) -> dict[int, int]:
        """For each slot in which a meeting could be held the literal that it is."""
        return self._in_slot[meeting]

    def attendances(self, person: int) -> list[int]:
        """Literals that count the meetings a person attends: one for each slot they are busy in."""
        return list(self.busy[person].values())

    def read(self, model: Sequence[int]) -> tuple[Assignment, ...]:
        """The assignments of a model, a signed literal for each variable in order."""
        problem = self.problem
        people = problem.participants
        held: list[Seated] = []
        for number, seats in enumerate(self.seats):
            seat = next((key for key, literal in seats.items() if model[literal - 1] > 0), None)
            if seat is None:
                continue
            who = tuple(
                people[person].id
                for person, literal in self.attends[number].items()
                if literal is None or model[literal - 1] > 0
            )
            held.append(Seated(number, *seat, who))
        return assignments_of(problem, self.groups, held)

    def _respect_order(self) -> None:
        """Take away seats that leave no time for the meetings that come before or, when they must be held, after."""
        slots = self.problem.slots
        pairs = [
            (number, self.problem.meeting_index[name])
            for number, meeting in enumerate(self.problem.meetings)
            for name in meeting.after
        ]
        changed = True
        while changed:
            changed = False
            for later, earlier in pairs:
                first_end = min((slots[s].end for s, _ in self.keys[earlier]), default=None)
                kept = [
                    k for k in self.keys[later] if first_end is not None and slots[k[0]].start >= first_end
                ]
                changed |= len(kept) < len(self.keys[later])
                self.keys[later] = kept
                if not self.must[later]:
                    continue
                last_start = max((slots[s].start for s, _ in kept), default=None)
                kept = [
                    k for k in self.keys[earlier] if last_start is not None and slots[k[0]].end <= last_start
                ]
                changed |= len(kept) < len(self.keys[earlier])
                self.keys[earlier] = kept

    def _add_meeting(self, number: int) -> None:
        meeting = self.problem.meetings[number]
        seats = {key: self.new() for key in self.keys[number]}
        literals = list(seats.values())
        self.at_most_one(literals)
        held = None
        if self.must[number]:
            self.add(literals)
        elif seats:
            held = self.either(literals)
        by_slot: dict[int, list[int]] = defaultdict(list)
        for (slot, _), literal in seats.items():
            by_slot[slot].append(literal)
        in_slot = {slot: self.either(found) for slot, found in by_slot.items()}
        attends: dict[int, int | None] = {}
        self.held.append(held)
        self.seats.append(seats)
        self.attends.append(attends)
        self._in_slot.append(in_slot)
        if not seats:
            return
        index = self.problem.participant_index
        for side in meeting.sides:
            self._add_side([index[name] for name in side], in_slot, attends)
        for extra in meeting.optional:
            person = index[extra.participant]
            chosen = self._choices(person, in_slot, attends)
            for slot, literal in chosen.items():
                self.add([-literal, in_slot[slot]])
        names = fixed_attendees(meeting)
        if names is not None:
            self._fix_attendees({index[name] for name in names}, held, attends)
        for person in attends:
            self._meetings_of[person].append(number)

    def _add_side(self, side: list[int], in_slot: dict[int, int], attends: dict[int, int | None]) -> None:
        able = [person for person in side if any(self._can(person, slot) for slot in in_slot)]
        if len(able) == 1:
            attends[able[0]] = None
            for slot, literal in in_slot.items():
                self._engaged[able[0]][slot].append(literal)
            return
        there: dict[int, list[int]] = defaultdict(list)
        for person in able:
            for slot, literal in self._choices(person, in_slot, attends).items():
                there[slot].append(literal)
        for slot, meets in in_slot.items():
            self.add([-meets, *there[slot]])
            self.at_most_one(there[slot])
            for literal in there[slot]:
                self.add([-literal, meets])

    def _choices(
        self, person: int, in_slot: dict[int, int], attends: dict[int, int | None]
    ) -> dict[int, int]:
        """New literals for the slots in which a person could attend a meeting that does not need them."""
        mine = {slot: self.new() for slot in in_slot if self._can(person, slot)}
        if mine:
            attends[person] = self.either(list(mine.values()))
            for slot, literal in mine.items():
                self._engaged[person][slot].append(literal)
        return mine

    def _can(self, person: int, slot: int) -> bool:
        # nothing takes time to walk here, so that any pavilion does
        return self.options.can_attend(person, slot, "")

    def _fix_attendees(self, wanted: set[int], held: int | None, attends: dict[int, int | None]) -> None:
        unless = [] if held is None else [-held]
        for person, literal in attends.items():
            if literal is None and person not in wanted:
                self.add(list(unless))
            elif literal is not None:
                self.add([*unless, literal if person in wanted else -literal])
        if wanted - attends.keys():
            self.add(list(unless))

    def _add_person(self, person: int) -> dict[int, int]:
        engaged = self._engaged[person]
        for instant in self.instants:
            self.at_most_one([literal for slot in instant for literal in engaged.get(slot, ())])
        busy = {slot: self.either(engaged[slot]) for slot in self.slot_order if slot in engaged}
        participant = self.problem.participants[person]
        literals = list(busy.values())
        certain, most = self._bounds(person)
        if certain == most:
            self.exactly(literals, most)
        if participant.max_meetings is not None and participant.max_meetings < most:
            self.at_most(literals, participant.max_meetings)
        if participant.max_meetings_per_day is not None:
            days: dict[int, list[int]] = defaultdict(list)
            for slot, literal in busy.items():
                days[self.problem.slot_days[slot]].append(literal)
            for found in days.values():
                self.at_most(found, participant.max_meetings_per_day)
        return busy

    def _bounds(self, person: int) -> tuple[int, int]:
        """How many meetings a person has for certain, and at most."""
        certain = most = 0
        for number in self._meetings_of[person]:
            most += 1
            certain += self.must[number] and self.attends[number][person] is None
        return certain, most

    def _add_order(self) -> None:
        slots = self.problem.slots
        for number, meeting in enumerate(self.problem.meetings):
            mine = self._in_slot[number]
            for name in meeting.after:
                earlier = self.problem.meeting_index[name]
                theirs = self._in_slot[earlier]
                for slot, literal in mine.items():
                    over = [other for s, other in theirs.items() if slots[s].end <= slots[slot].start]
                    self.add([-literal, *over])
                if not self.must[number]:
                    continue
                for slot, literal in theirs.items():
                    to_come = [other for s, other in mine.items() if slots[s].start >= slots[slot].end]
                    self.add([-literal, *to_come])

    def _add_capacity(self) -> None:
        """No more meetings at an instant than places, and what follows for the participants of a slot."""
        size = self._size()
        at: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for seats in self.seats:
            for (slot, group), literal in seats.items():
                at[slot][group].append(literal)
        for instant in self.instants:
            by_group: dict[int, list[int]] = defaultdict(list)
            for slot in instant:
                for group, literals in at[slot].items():
                    by_group[group] += literals
            room = 0
            together: list[int] = []
            for group, literals in by_group.items():
                capacity = self.groups[group].capacity
                if len(by_group) > 1:
                    self.at_most(literals, capacity)
                room += min(capacity, len(literals))
                together += literals
            self.at_most(together, room)
            if size and len(instant) == 1:
                self._imply_people(instant[0], room, size)

    def _imply_people(self, slot: int, room: int, size: int) -> None:
        """The busy participants of a slot are a multiple of the size of a meeting, and fit the places.

        Tying their number to the number of meetings as well would be true too, but proofs took twice as long.
        """
        people = [busy[slot] for busy in self.busy if slot in busy]
        whole = size * room
        if whole >= len(people):
            return
        counted = self.count(people, whole + 1)
        self.add([-counted[whole]])
        for number in range(0, whole, size):
            self.add([-counted[number], counted[number + size - 1]])

    def _size(self) -> int:
        """How many participants attend a meeting when that is the same for all of them, or 0."""
        sizes = {
            len(attends) if all(literal is None for literal in attends.values()) else 0
            for attends in self.attends
            if attends
        }
        return sizes.pop() if len(sizes) == 1 else 0
