"""The part of a problem in which some meetings are free and all others stay: small, however large the whole is.

Who attends a free meeting is in it with all they do, so that breaks, ways, limits and guarantees count as they do in
the whole. Of everybody else, and of the places, only what they leave is in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from solver.findings import Finding
from solver.problem import Commitment, Meeting, Participant, Pavilion, Place, Problem, Published
from solver.schedule import Assignment

Held = Mapping[str, Assignment]

_OWN, _WITH, _STAYS = "own:", "with:", "stays:"
NOWHERE = "nowhere:"
"""A pavilion without ways, for meetings that stay although the way to them is too long."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A problem of its own, and the places of the whole that its places stand for."""

    problem: Problem
    place_of: Mapping[str, str]
    start: tuple[Assignment, ...]
    """What is held, in the problem's own places; without the free meetings that can't stay."""
    price: int
    """What disturbing one meeting costs in the problem's score: more than everything else can come to."""
    lowest: int
    """No schedule of the problem scores less, what disturbing costs left aside."""

    def fewest(self, bound: float | None) -> int:
        """How many meetings every schedule disturbs at least, by a proven bound of its score."""
        return 0 if bound is None else max(0, -int((bound - self.lowest) // self.price))

    def about_the_whole(self, finding: Finding) -> Finding:
        """A finding in the words of the whole: its places by their own ids, without stand-ins."""
        return replace(
            finding,
            meetings=tuple(name for name in finding.meetings if not name.startswith(_STAYS)),
            people=tuple(name for name in finding.people if not name.startswith(_WITH)),
            places=tuple(
                dict.fromkeys(self.place_of[name] for name in finding.places if name in self.place_of)
            ),
        )

    def told(self, meetings: Iterable[Assignment], free: Collection[str]) -> dict[str, Assignment]:
        """The free meetings of a schedule of this problem, in the places of the whole."""
        return {
            row.meeting: replace(row, place=self.place_of[row.place])
            for row in meetings
            if row.meeting in free
        }


def neighbourhood(
    whole: Problem,
    held: Held,
    free: Collection[str],
    *,
    wanted: Collection[str] = (),
    required: Collection[str] = (),
    overruled: Collection[str] = (),
    not_at: Collection[tuple[str, str]] = (),
    unnoticed: Collection[str] = (),
) -> Neighbourhood:
    """The problem of some meetings, with everything else as it is `held`.

    `free` are held meetings that may move or fall away, at a price each; `wanted` are meetings that are not held and
    may be; of both, `required` must be. `overruled` are meetings that stay although a rule speaks against it.
    `not_at` are slots in which a meeting may not be, by (meeting, slot). Of a side of people who are all `unnoticed`,
    another one may come than now.
    """
    return _Builder(
        whole,
        held,
        frozenset(free),
        (*free, *wanted),
        frozenset(required),
        frozenset(overruled),
        frozenset(not_at),
        frozenset(unnoticed),
    ).build()


class _Builder:
    def __init__(
        self,
        whole: Problem,
        held: Held,
        free: frozenset[str],
        loose: Iterable[str],
        required: frozenset[str],
        overruled: frozenset[str],
        not_at: frozenset[tuple[str, str]],
        unnoticed: frozenset[str],
    ) -> None:
        self.whole, self.held, self.free = whole, held, free
        self.required, self.overruled, self.not_at, self.unnoticed = required, overruled, not_at, unnoticed
        self.loose = frozenset(loose)
        self.movable = [self._with_its_people(m) for m in whole.meetings if m.id in self.loose]
        self.people = {person for meeting in self.movable for person in meeting.people()}
        before = {other for meeting in self.movable for other in meeting.after}
        self.kept = [
            row
            for row in held.values()
            if row.meeting not in free
            and (
                not self.people.isdisjoint(row.attendees)
                or row.meeting in before
                or not self.loose.isdisjoint(whole.meeting(row.meeting).after)
            )
        ]
        self.kept_of: dict[str, list[Assignment]] = defaultdict(list)
        for row in self.kept:
            for person in self.people.intersection(row.attendees):
                self.kept_of[person].append(row)

    def _with_its_people(self, meeting: Meeting) -> Meeting:
        """A held meeting moves with all who attend it: nobody is told that a colleague goes instead."""
        row = self.held.get(meeting.id)
        if row is None:
            return meeting
        extras = sum(extra.value for extra in meeting.optional if extra.participant in row.attendees)
        open_sides = tuple(side for side in meeting.sides if self.unnoticed.issuperset(side))
        return replace(
            meeting,
            sides=(*((who,) for who in row.attendees if who not in self.unnoticed), *open_sides),
            optional=(),
            value=meeting.value + extras,
        )

    def build(self) -> Neighbourhood:
        rooms = _Rooms(self.whole, self.held, self.movable, self.free)
        movable = [self._movable_meeting(meeting, rooms) for meeting in self.movable]
        kept = [self._kept_meeting(row) for row in self.kept]
        stand_ins = (who for m in (*kept, *rooms.taken) for who in m.people() if who not in self.people)
        lowest, highest = self._range()
        price = highest - lowest + 1
        problem = replace(
            self.whole,
            pavilions=(*self.whole.pavilions, Pavilion(NOWHERE)),
            places=(*rooms.places, *map(self._own_place, self.kept)),
            participants=(*self._participants(), *map(Participant, stand_ins)),
            meetings=(*movable, *kept, *rooms.taken),
            rules=replace(self.whole.rules, max_break_spread=None),
            weights=replace(self.whole.weights, moved=price, dropped=price),
        )
        stands = ((m.id, m.published) for m in problem.meetings)
        start = tuple(
            Assignment(name, at.slot, at.place, at.attendees or ()) for name, at in stands if at is not None
        )
        return Neighbourhood(problem, rooms.origin, start, price, lowest)

    def _movable_meeting(self, meeting: Meeting, rooms: _Rooms) -> Meeting:
        row, slots = self.held.get(meeting.id), meeting.slots
        closed = {slot for name, slot in self.not_at if name == meeting.id}
        if closed:
            allowed = (slot.id for slot in self.whole.slots) if slots is None else slots
            slots = tuple(slot for slot in allowed if slot not in closed)
        if any(other not in self.held and other not in self.loose for other in meeting.after):
            slots = ()
        stands = None
        if row is not None and row.slot in self.whole.slot_index and row.place in self.whole.place_index:
            stands = Published(row.slot, rooms.seat(row), row.attendees)
        return replace(
            meeting,
            slots=slots,
            places=rooms.allowed(meeting),
            published=stands,
            locked=False,
            required=meeting.id in self.required,
        )

    def _kept_meeting(self, row: Assignment) -> Meeting:
        """A meeting that stays, at a place of its own, with a stand-in for who does nothing else here."""
        inside = tuple(person for person in row.attendees if person in self.people)
        everybody = (*inside, *(_stand_in(row.meeting, n) for n in range(max(0, 2 - len(inside)))))
        after = self.whole.meeting(row.meeting).after
        return _fixed(
            row.meeting,
            row.slot,
            _own(row),
            everybody,
            tuple(other for other in after if other in self.loose),
        )

    def _own_place(self, row: Assignment) -> Place:
        pavilion = NOWHERE if row.meeting in self.overruled else self.whole.place(row.place).pavilion
        return Place(_own(row), pavilion, 1, (row.slot,))

    def _participants(self) -> Iterator[Participant]:
        """Those who attend a free meeting, with room for what they keep whatever speaks against it."""
        for person in self.whole.participants:
            if person.id not in self.people:
                continue
            mine = self.kept_of[person.id]
            days = Counter(self.whole.slot_days[self.whole.slot_index[row.slot]] for row in mine)
            slots = person.slots
            yield replace(
                person,
                slots=None if slots is None else tuple(dict.fromkeys((*slots, *(row.slot for row in mine)))),
                max_meetings=_at_least(person.max_meetings, len(mine)),
                max_meetings_per_day=_at_least(person.max_meetings_per_day, max(days.values(), default=0)),
                commitments=tuple(one for one in person.commitments if not self._contradicted(one, mine)),
            )

    def _contradicted(self, one: Commitment, kept: Iterable[Assignment]) -> bool:
        """Whether a meeting that stays against a rule leaves no room for a commitment."""
        for row in kept:
            if row.meeting not in self.overruled:
                continue
            slot, there = self.whole.slot(row.slot), self.whole.place(row.place).pavilion
            early = slot.start - one.end < self.whole.walk(one.pavilion, there)
            late = one.start - slot.end < self.whole.walk(there, one.pavilion)
            if early and late:
                return True
        return False

    def _range(self) -> tuple[int, int]:
        """Between which two numbers every score of this problem lies, what disturbing costs left aside."""
        weights = self.whole.weights
        value = sum(m.value + sum(extra.value for extra in m.optional) for m in self.movable)
        seats = sum(len(m.sides) + len(m.optional) for m in self.movable)
        seats += sum(len(row.attendees) for row in self.kept)
        mine = [person for person in self.whole.participants if person.id in self.people]
        stops = seats + sum(len(person.commitments) for person in mine)
        farthest = max((walk.minutes for walk in self.whole.walking), default=0)
        lowest = -(
            weights.breaks * seats
            + weights.walking * farthest * stops
            + weights.guarantee * sum(person.guarantee for person in mine)
        )
        return lowest, weights.value * value


class _Rooms:
    """The places as the free meetings find them: with what all others leave."""

    def __init__(
        self, whole: Problem, held: Held, movable: Collection[Meeting], free: Collection[str]
    ) -> None:
        self.whole = whole
        self.places: list[Place] = []
        self.origin: dict[str, str] = {}
        self.taken: list[Meeting] = []
        """Meetings that stay and only take room."""
        self._levels: dict[str, list[Place]] = {}
        self._seated: Counter[tuple[str, str]] = Counter()
        self._most = len(movable)
        names = {name for meeting in movable for name in self._names(meeting)}
        names |= {held[meeting.id].place for meeting in movable if meeting.id in held}
        others: dict[str, list[Assignment]] = defaultdict(list)
        for row in held.values():
            if row.meeting not in free:
                others[row.place].append(row)
        one_at_a_time = _never_overlap(whole)
        for place in whole.places:
            if place.id in names:
                (self._by_level if one_at_a_time else self._with_meetings)(place, others[place.id])

    def _names(self, meeting: Meeting) -> Iterable[str]:
        return self.whole.place_index if meeting.places is None else meeting.places

    def allowed(self, meeting: Meeting) -> tuple[str, ...]:
        """The places of this problem that a meeting may use."""
        return tuple(level.id for name in self._names(meeting) for level in self._levels.get(name, ()))

    def seat(self, row: Assignment) -> str:
        """The place of this problem where a free meeting stands now; one where it can't be when it can't stay."""
        number = self._seated[row.place, row.slot]
        self._seated[row.place, row.slot] += 1
        for level in self._levels.get(row.place, ()):
            if level.slots is None or row.slot in level.slots:
                if number < level.capacity:
                    return level.id
                number -= level.capacity
        return self._closed(row.place)

    def _closed(self, name: str) -> str:
        """A place that is never open, for meetings whose own has no room for them."""
        made = f"{name}#closed"
        if made not in self.origin:
            self.origin[made] = name
            self.places.append(replace(self.whole.place(name), id=made, slots=(), capacity=1))
        return made

    def _by_level(self, place: Place, others: Collection[Assignment]) -> None:
        """One place with the tables that are left wherever any are, one with those left where more are, and so on."""
        used = Counter(row.slot for row in others)
        slots = [slot.id for slot in self.whole.slots] if place.slots is None else list(place.slots)
        left = {slot: min(place.capacity - used[slot], self._most) for slot in slots}
        below = 0
        for level in sorted({count for count in left.values() if count > 0}):
            self._add(place, level, level - below, tuple(slot for slot in slots if left[slot] >= level))
            below = level

    def _with_meetings(self, place: Place, others: Collection[Assignment]) -> None:
        """The place itself, with the meetings that stay there: where slots overlap, levels would refuse too much."""
        slots = place.slots
        if slots is not None:
            slots = tuple(dict.fromkeys((*slots, *(row.slot for row in others))))
        made = self._add(place, 0, max(place.capacity, self._most_at_once(others)), slots)
        for row in others:
            name = f"{_STAYS}{row.meeting}"
            self.taken.append(_fixed(name, row.slot, made, (_stand_in(name, 0), _stand_in(name, 1))))

    def _most_at_once(self, rows: Iterable[Assignment]) -> int:
        times = [self.whole.slot(row.slot) for row in rows]
        return max((sum(one.start <= each.start < one.end for one in times) for each in times), default=0)

    def _add(self, place: Place, level: int, capacity: int, slots: tuple[str, ...] | None) -> str:
        made = Place(f"{place.id}#{level}", place.pavilion, capacity, slots)
        self.origin[made.id] = place.id
        self.places.append(made)
        self._levels.setdefault(place.id, []).append(made)
        return made.id


def _fixed(name: str, slot: str, place: str, people: tuple[str, ...], after: tuple[str, ...] = ()) -> Meeting:
    """A meeting that stays where it is and earns nothing by it."""
    return Meeting(
        id=name,
        sides=tuple((person,) for person in people),
        value=0,
        slots=(slot,),
        places=(place,),
        after=after,
        published=Published(slot, place, people),
        locked=True,
    )


def _never_overlap(problem: Problem) -> bool:
    """Whether no two slots share an instant."""
    return all(
        first.end <= second.start
        for first, second in pairwise(sorted(problem.slots, key=lambda slot: (slot.start, slot.end)))
    )


def _at_least(limit: int | None, kept: int) -> int | None:
    return None if limit is None else max(limit, kept)


def _own(row: Assignment) -> str:
    return f"{_OWN}{row.meeting}"


def _stand_in(name: str, number: int) -> str:
    return f"{_WITH}{name}:{number}"
