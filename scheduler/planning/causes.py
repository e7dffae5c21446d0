"""What stands in the way of each wish that a schedule leaves out, as facts about people, times and places.

The solver knows slots, commitments and places, but not what they stand for: to it, somebody whom another round
has booked and somebody who stays at home are both "not available". Here every closed slot gets its cause back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.domain.causes import ROUND, Cause, CauseKind, WhyNot
from scheduler.planning.material import OtherMeeting
from scheduler.planning.problem import RoundProblem
from scheduler.planning.wishes import Wish
from solver import Reason, Schedule, Unscheduled

PER_PERSON = 4
MOST = 10
"""Causes kept of one wish: more than that nobody reads."""
NAMED = 3
"""People of a side who are looked at; with more representatives no single one decides."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reason a wish is filed under, and the facts behind it."""

    why: WhyNot
    causes: tuple[Cause, ...] = ()


def causes_of(ours: RoundProblem, schedule: Schedule) -> dict[str, Answer]:
    """An answer for every meeting of the problem that the schedule does not hold, by wish."""
    finder = _Finder(ours, schedule)
    return {each.meeting: finder.answer(each) for each in schedule.unscheduled}


class _Finder:
    def __init__(self, ours: RoundProblem, schedule: Schedule) -> None:
        self.ours = ours
        self.problem = ours.problem
        self.schedule = schedule
        # Slots that have begun are closed to everybody, which is nobody's reason.
        ahead = (n for n, slot in enumerate(self.problem.slots) if slot.start > ours.material.now)
        self._order = sorted(ahead, key=lambda n: self.problem.slots[n].start)
        self._starts = [self.problem.slots[n].start for n in self._order]
        self._longest = max((slot.end - slot.start for slot in self.problem.slots), default=0)
        self._closed: dict[int, dict[int, Cause]] = {}

    def answer(self, row: Unscheduled) -> Answer:
        """The reason and its facts for one meeting."""
        wish = self.ours.wishes[row.meeting]
        if barred := self._barred(wish):
            return Answer(WhyNot.RULE, barred)
        match row.reason:
            case Reason.NO_COMMON_SLOT:
                return self._no_common_slot(wish)
            case Reason.WALKING:
                return Answer(WhyNot.WALKING, self._walks(wish))
            case Reason.LIMIT_REACHED:
                return Answer(WhyNot.LIMIT_REACHED, self._limits(row.people))
            case Reason.OUTRANKED:
                kept_free = (one for side in wish.sides for person in side for one in self._pauses(person))
                rules = (*tuple(kept_free)[:PER_PERSON], *self._length(wish))
                return Answer(WhyNot.OUTRANKED, (*self._other_meetings(wish), *rules))
            case Reason.RULE if wish.slot_minutes is not None and not self._common(wish):
                return self._no_common_slot(wish)
            case Reason.RULE:
                return self._places(wish, row.meeting, WhyNot.PLACE_CLOSED)
            case Reason.PLACE_FULL:
                return self._places(wish, row.meeting, WhyNot.PLACE_FULL)
        return Answer(WhyNot(row.reason.value))

    def _touched(self, start: int, end: int) -> Iterable[int]:
        """The slots that overlap a time."""
        first = bisect_left(self._starts, start - self._longest)
        for number in self._order[first : bisect_left(self._starts, end)]:
            if self.problem.slots[number].end > start:
                yield number

    def _stretches(self, person: int) -> list[Cause]:
        """What a participant is at, besides this round: other rounds' meetings, sessions, visits."""
        name = self.ours.material.people[person].public_id
        engaged = [
            Cause(CauseKind(each.kind), name, each.key, start=each.start, end=each.end)
            for each in self.ours.material.engaged.get(person, ())
        ]
        elsewhere = [
            Cause(CauseKind.OTHER_ROUND, name, each.public_id, start=each.start, end=each.end)
            for each in self._elsewhere.get(person, ())
        ]
        return [*elsewhere, *engaged, *self._pauses(person)]

    def _pauses(self, person: int) -> Iterable[Cause]:
        """The times that are kept free, so that a participant pauses after so many meetings in a row."""
        row = self.ours.material.people[person]
        after = self.ours.material.limits_of(row).pause_after or 0
        for start, end in self.ours.pauses.get(person, ()):
            yield Cause(CauseKind.PAUSE, row.public_id, start=start, end=end, number=after)

    @cached_property
    def _elsewhere(self) -> Mapping[int, list[OtherMeeting]]:
        found = defaultdict[int, list[OtherMeeting]](list)
        for meeting in self.ours.material.elsewhere:
            for person in meeting.attendees:
                found[person].append(meeting)
        return found

    def _closed_to(self, person: int) -> dict[int, Cause]:
        """The slots in which a participant can't meet, each with what closes it."""
        if person not in self._closed:
            closed: dict[int, Cause] = {}
            for cause in self._stretches(person):
                for slot in self._touched(cause.start, cause.end):
                    closed.setdefault(slot, cause)
            busy = Cause(CauseKind.BUSY, self.ours.material.people[person].public_id)
            for start, end in self.ours.material.busy.get(person, ()):
                for slot in self._touched(start, end):
                    closed.setdefault(slot, busy)
            self._closed[person] = closed
        return self._closed[person]

    def _able(self, side: Sequence[int], *, without: CauseKind | None = None) -> set[int]:
        """The slots in which somebody of a side can meet; `without`, as if that kind of cause did not exist."""
        able: set[int] = set()
        for person in side:
            closed = self._closed_to(person)
            able.update(
                slot
                for slot in self._order
                if slot not in closed or (without is not None and closed[slot].kind is without)
            )
        return able

    def _common(self, wish: Wish, *, without: CauseKind | None = None) -> set[int]:
        able = (self._able(side, without=without) for side in wish.sides)
        return set.intersection(self._long_enough(wish), *able)

    def _long_enough(self, wish: Wish) -> set[int]:
        """The slots of the length that the matrix asks for."""
        slots = self.problem.slots
        return {
            number
            for number in self._order
            if wish.slot_minutes in (None, slots[number].end - slots[number].start)
        }

    def _barred(self, wish: Wish) -> tuple[Cause, ...]:
        """What the matching matrix asks for and the round, or the venue, does not have at all."""
        length = () if self._long_enough(wish) else self._length(wish)
        return (*length, *(() if self._allowed(wish.key) else self._held_at(wish)))

    def _length(self, wish: Wish) -> tuple[Cause, ...]:
        """The length that the matching matrix asks for."""
        if wish.slot_minutes is None:
            return ()
        return (Cause(CauseKind.LENGTH, slots=len(self._long_enough(wish)), number=wish.slot_minutes),)

    def _held_at(self, wish: Wish) -> tuple[Cause, ...]:
        """Where the matching matrix has such meetings held."""
        return (Cause(CauseKind.HELD_AT, key=wish.held_at.value),) if wish.held_at is not None else ()

    def _no_common_slot(self, wish: Wish) -> Answer:
        booked = bool(self._common(wish, without=CauseKind.OTHER_ROUND))
        found = (*self._length(wish), *self._closing(wish))
        if self.ours.material.begun:
            found = (*found, Cause(CauseKind.BEGUN, slots=self.ours.material.begun))
        return Answer(WhyNot.BOOKED_ELSEWHERE if booked else WhyNot.NO_COMMON_SLOT, found)

    def _closing(self, wish: Wish) -> tuple[Cause, ...]:
        """What closes the slots of the round to each of the people of a wish, the most telling first."""
        total = len(self._order)
        found: list[list[Cause]] = []
        for person in (person for side in wish.sides for person in side[:NAMED]):
            counts = Counter(self._closed_to(person).values())
            named = [
                replace(cause, slots=slots, number=total if cause.kind is CauseKind.BUSY else 0)
                for cause, slots in counts.items()
            ]
            # Another round comes first: it is what the organiser can change, and what nobody sees on the grid.
            named.sort(key=lambda each: (each.kind is not CauseKind.OTHER_ROUND, -each.slots, each.start))
            found.append(named[:PER_PERSON])
        return _spread(found)

    def _walks(self, wish: Wish) -> tuple[Cause, ...]:
        """The engagements next to a common slot from or to which the way is too long."""
        pavilions = {self.problem.place(name).pavilion for name in self._allowed(wish.key)}
        common = self._common(wish) or set(self._order)
        stretches = [(person, each) for side in wish.sides for person in side for each in self._ways(person)]
        found: dict[Cause, None] = {}
        for number in sorted(common):
            slot = self.problem.slots[number]
            for _person, (cause, there) in stretches:
                gap = slot.start - cause.end if cause.end <= slot.start else cause.start - slot.end
                longest = max((self.problem.walk(there, pavilion) for pavilion in pavilions), default=0)
                if 0 <= gap < longest:
                    found.setdefault(cause)
        return tuple(found)[:PER_PERSON]

    def _ways(self, person: int) -> list[tuple[Cause, str | None]]:
        """What a participant does in the round's days, this plan's meetings too, and in which pavilion."""
        name = self.ours.material.people[person].public_id
        places = {each.key: each.pavilion for each in self.ours.material.engaged.get(person, ())}
        places |= {each.public_id: each.pavilion for each in self._elsewhere.get(person, ())}
        ways = [
            (replace(cause, kind=CauseKind.WALK), places.get(cause.key)) for cause in self._stretches(person)
        ]
        for row in self._held.get(name, ()):
            slot = self.problem.slot(row[1])
            ways.append(
                (
                    Cause(CauseKind.WALK, name, row[0], start=slot.start, end=slot.end),
                    self.problem.place(row[2]).pavilion,
                )
            )
        return ways

    @cached_property
    def _held(self) -> Mapping[str, list[tuple[str, str, str]]]:
        found = defaultdict[str, list[tuple[str, str, str]]](list)
        for row in self.schedule.meetings:
            for person in row.attendees:
                found[person].append((row.meeting, row.slot, row.place))
        return found

    def _limits(self, people: Iterable[str]) -> tuple[Cause, ...]:
        causes = []
        for name in people:
            person = self.ours.people[name]
            held = len(self._held.get(name, ())) + len(self._elsewhere.get(person.id, ()))
            limits = self.ours.material.limits_of(person)
            if limits.meetings is not None and held >= limits.meetings:
                own = limits.meetings == person.max_meetings
                causes.append(Cause(CauseKind.LIMIT, name, "" if own else ROUND, number=limits.meetings))
                continue
            if limits.per_day is not None:
                own = limits.per_day == person.max_meetings_per_day
                causes.append(Cause(CauseKind.DAY_LIMIT, name, "" if own else ROUND, number=limits.per_day))
            if limits.per_half_day is not None:
                causes.append(Cause(CauseKind.HALF_DAY_LIMIT, name, number=limits.per_half_day))
        return tuple(causes)

    def _other_meetings(self, wish: Wish) -> tuple[Cause, ...]:
        """The meetings of this plan in the slots that both sides could have used."""
        common = self._common(wish)
        found: list[list[Cause]] = []
        for person in (person for side in wish.sides for person in side[:NAMED]):
            name = self.ours.material.people[person].public_id
            mine = []
            for meeting, slot_id, _place in self._held.get(name, ()):
                slot = self.problem.slot(slot_id)
                if not common.isdisjoint(self._touched(slot.start, slot.end)):
                    mine.append(Cause(CauseKind.MEETING, name, meeting, start=slot.start, end=slot.end))
            found.append(sorted(mine, key=lambda each: each.start)[:PER_PERSON])
        return _spread(found)

    def _allowed(self, key: str) -> Sequence[str]:
        places = self._places_of[key]
        return tuple(self.problem.place_index) if places is None else places

    @cached_property
    def _places_of(self) -> Mapping[str, tuple[str, ...] | None]:
        return {meeting.id: meeting.places for meeting in self.problem.meetings}

    def _places(self, wish: Wish, key: str, otherwise: WhyNot) -> Answer:
        """Which allowed places are taken by another round, closed, or full in the common slots."""
        common = self._common(wish)
        spots = {self.ours.spots[name].place_id for name in self._allowed(key)}
        rows = {row.id: row for row in self.ours.material.places if row.id in spots}
        rule = self._held_at(wish)
        taken: dict[Cause, None] = {}
        for meeting in self.ours.material.elsewhere:
            if meeting.place_id in spots and not common.isdisjoint(self._touched(meeting.start, meeting.end)):
                place = rows[meeting.place_id].public_id
                cause = Cause(CauseKind.PLACE_TAKEN, "", meeting.public_id, place, meeting.start, meeting.end)
                taken.setdefault(cause)
        if otherwise is WhyNot.PLACE_FULL:
            full = Cause(CauseKind.PLACE_FULL, slots=len(common))
            return Answer(WhyNot.PLACE_FULL, (full, *rule, *list(taken)[:PER_PERSON]))
        closed = self._closed_places(common, rows.values())
        if taken:
            return Answer(WhyNot.PLACE_TAKEN, (*list(taken)[:PER_PERSON], *rule, *closed[:PER_PERSON]))
        return Answer(WhyNot.PLACE_CLOSED if closed else WhyNot.RULE, (*closed[:PER_PERSON], *rule))

    def _closed_places(self, common: Iterable[int], rows: Iterable[object]) -> tuple[Cause, ...]:
        blocks = {slot.public_id: slot.block_id for slot in self.ours.material.slots}
        numbers = list(common)
        found = []
        for row in self.ours.material.places:
            if row not in rows or not row.blocks:
                continue
            closed = sum(blocks[self.problem.slots[number].id] not in row.blocks for number in numbers)
            if closed:
                found.append(Cause(CauseKind.PLACE_CLOSED, place=row.public_id, slots=closed))
        return tuple(found)


def _spread(groups: Sequence[Sequence[Cause]]) -> tuple[Cause, ...]:
    """Causes of several people, so that none is crowded out: the first of each, then the second of each ..."""
    rows = [
        group[number]
        for number in range(max(map(len, groups), default=0))
        for group in groups
        if number < len(group)
    ]
    kept = set(rows[:MOST])
    return tuple(cause for group in groups for cause in group if cause in kept)
