"""Limits per half-day, said to the solver in words that it has.

A problem knows limits in all and per day. Whoever has a limit per half-day, and more wishes than that, gets two
shadows. One can come in the first halves of days, the other in the second, each as often a day as the limit says. To
each of their meetings one of the two must come, as if it were another side: so no half holds more.

A side with several representatives counts for each of them who has such a limit, whoever comes: the rule holds, and
may cost a meeting. Nobody with such a limit comes as an optional attendee. Shadows wait and walk like those whose they
are, so that in the score their breaks and walks weigh twice; the measures of a plan are worked out without shadows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from solver import (
    Assignment,
    Finding,
    Meeting,
    Participant,
    Problem,
    Schedule,
    Unscheduled,
    check,
    fixed,
)

FIRST, SECOND = "~first", "~second"


@dataclass(frozen=True, slots=True)
class HalfDayLimit:
    """How many meetings of the round somebody may still have in each first half, and in each second half, of a day."""

    first: int
    second: int


class HalfDays:
    """A problem as the solver gets it, and the way back."""

    def __init__(
        self, plain: Problem, limits: Mapping[str, HalfDayLimit], second_halves: AbstractSet[str]
    ) -> None:
        """`limits` by participant; `second_halves` are the slots in second halves of days."""
        self._plain = plain
        self._second = second_halves
        wanted = Counter(person for meeting in plain.meetings for side in meeting.sides for person in side)
        self._limits = {
            person: limit
            for person, limit in limits.items()
            if wanted[person] > min(limit.first, limit.second)
        }
        self._owners = {name: person for person in self._limits for name in (person + FIRST, person + SECOND)}
        self.problem = self._with_shadows() if self._limits else plain

    def with_shadows(self, held: Iterable[Assignment]) -> tuple[Assignment, ...]:
        """Assignments of the plain problem as the solver has to get them."""
        return tuple(
            replace(
                each, attendees=self._attendees(self._plain.meeting(each.meeting), each.slot, each.attendees)
            )
            for each in held
        )

    @property
    def shadows(self) -> AbstractSet[str]:
        """The names of all shadows."""
        return self._owners.keys()

    def without_shadows(self, schedule: Schedule) -> Schedule:
        """The solver's schedule in terms of the plain problem, with its measures; score and bound are the solver's."""
        if not self._limits:
            return schedule
        meetings = tuple(replace(each, attendees=self._owned(each.attendees)) for each in schedule.meetings)
        return replace(
            schedule,
            meetings=meetings,
            unscheduled=tuple(map(self._unscheduled, schedule.unscheduled)),
            findings=tuple(map(self.told, schedule.findings)),
            measures=check(self._plain, meetings).measures if schedule.measures is not None else None,
        )

    def _with_shadows(self) -> Problem:
        halves = {
            end: tuple(slot.id for slot in self._plain.slots if (slot.id in self._second) is second)
            for end, second in ((FIRST, False), (SECOND, True))
        }
        locked = self._locked()
        shadows = [
            Participant(
                id=person + end,
                organisation=self._plain.participant(person).organisation,
                slots=halves[end],
                # What is locked stays, so that no lower limit makes the problem infeasible.
                max_meetings_per_day=max(allowed, locked[person + end]),
            )
            for person, limit in self._limits.items()
            for end, allowed in ((FIRST, limit.first), (SECOND, limit.second))
        ]
        return replace(
            self._plain,
            participants=(*self._plain.participants, *shadows),
            meetings=tuple(map(self._meeting, self._plain.meetings)),
        )

    def _meeting(self, meeting: Meeting) -> Meeting:
        limited = self._limited(meeting)
        optional = tuple(
            extra for extra in meeting.optional if meeting.locked or extra.participant not in self._limits
        )
        if not limited and optional == meeting.optional:
            return meeting
        published = meeting.published
        if published is not None and published.attendees is not None:
            kept = tuple(
                name
                for name in published.attendees
                if optional == meeting.optional
                or name not in {extra.participant for extra in meeting.optional}
            )
            published = replace(published, attendees=self._attendees(meeting, published.slot, kept))
        return replace(
            meeting,
            sides=(*meeting.sides, *((person + FIRST, person + SECOND) for person in limited)),
            optional=optional,
            published=published,
        )

    def _limited(self, meeting: Meeting) -> tuple[str, ...]:
        """Whose limits a meeting counts against."""
        return tuple(person for side in meeting.sides for person in side if person in self._limits)

    def _attendees(self, meeting: Meeting, slot: str, people: Iterable[str]) -> tuple[str, ...]:
        end = SECOND if slot in self._second else FIRST
        return (*people, *(person + end for person in self._limited(meeting)))

    def _locked(self) -> Mapping[str, int]:
        """The most locked meetings that a shadow has on one day."""
        days: Counter[tuple[str, int]] = Counter()
        for meeting in self._plain.meetings:
            if (stands := fixed(meeting)) is not None:
                day = self._plain.slot_days[self._plain.slot_index[stands.slot]]
                days.update((name, day) for name in self._attendees(meeting, stands.slot, ()))
        most = defaultdict[str, int](int)
        for (name, _day), count in days.items():
            most[name] = max(most[name], count)
        return most

    def _owned(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in self._owners)

    def _named(self, names: Iterable[str]) -> tuple[str, ...]:
        """The people behind some names, each once."""
        return tuple(dict.fromkeys(self._owners.get(name, name) for name in names))

    def _unscheduled(self, row: Unscheduled) -> Unscheduled:
        sides = tuple(dict.fromkeys(self._named(side) for side in row.sides))
        finding = self.told(row.finding) if row.finding is not None else None
        return replace(row, sides=sides, finding=finding)

    def told(self, finding: Finding) -> Finding:
        return replace(finding, people=self._named(finding.people))
