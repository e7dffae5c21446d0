"""The people of a round as participants of a problem: when they can come, and how often."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.domain.causes import CauseKind
from scheduler.domain.limits import Span, pauses
from scheduler.planning.half_days import HalfDayLimit, HalfDays
from scheduler.planning.held import HeldMeetings
from scheduler.planning.material import Material, OtherMeeting, SlotRow, Stretch
from scheduler.planning.wishes import Person, Wish
from solver import Commitment, Participant, Problem


class _Availability:
    """Which slots busy times leave. Equal answers share one tuple, which keeps 25,000 participants small."""

    def __init__(self, slots: Sequence[SlotRow], now: int) -> None:
        self._numbers = {slot.id: number for number, slot in enumerate(slots)}
        self._begun = sum(1 << number for number, slot in enumerate(slots) if slot.start <= now)
        self._ids = tuple(slot.public_id for slot in slots)
        self._starts = [slot.start for slot in slots]
        self._ends = [slot.end for slot in slots]
        self._longest = max((slot.end - slot.start for slot in slots), default=0)
        self._masks: dict[tuple[int, int], int] = {}
        self._tuples: dict[int, tuple[str, ...] | None] = {0: None}

    def free(self, busy: Iterable[tuple[int, int]], held: Iterable[int] = ()) -> tuple[str, ...] | None:
        """The ids of the slots that overlap none of the busy times; None when that is all of them.

        Of the slots that have begun only those in which somebody was at a meeting (`held`, by row id).
        """
        taken = self._begun
        for times in busy:
            if times not in self._masks:
                self._masks[times] = self._mask(*times)
            taken |= self._masks[times]
        for slot in held:
            taken &= ~(1 << self._numbers[slot])
        if taken not in self._tuples:
            self._tuples[taken] = tuple(
                name for number, name in enumerate(self._ids) if not taken >> number & 1
            )
        return self._tuples[taken]

    def _mask(self, start: int, end: int) -> int:
        first = bisect_right(self._starts, start - self._longest)
        last = bisect_left(self._starts, end)
        return sum(1 << number for number in range(first, last) if self._ends[number] > start)


def participants_of(
    material: Material,
    people: Iterable[Person],
    held: HeldMeetings,
    breathers: Mapping[int, Sequence[Span]],
) -> tuple[Participant, ...]:
    """Everybody in a wish; `breathers` are their pauses (see `pauses_of`)."""
    availability = _Availability(material.slots, material.now)
    days = {_day(slot.start, material.event.zone) for slot in material.slots if slot.start > material.now}
    other = _elsewhere(material)
    result: list[Participant] = []
    zone = material.event.zone
    known: dict[Stretch, Commitment] = {}
    for person in people:
        booked = other.get(person.id, ())
        engaged = [
            *material.engaged.get(person.id, ()),
            *booked,
            *(Stretch(start, end, None) for start, end in breathers.get(person.id, ())),
        ]
        limits = material.limits_of(person)
        result.append(
            Participant(
                id=person.public_id,
                organisation=str(person.organisation_id),
                slots=availability.free(material.busy.get(person.id, ()), held.slots_of(person.id)),
                max_meetings=_left(limits.meetings, len(booked), held.count(person.id)),
                max_meetings_per_day=_left(
                    limits.per_day, _busiest_day(booked, days, zone), held.busiest_day(person.id)
                ),
                guarantee=max(0, material.owed(person) - len(booked)),
                commitments=held.fitted(
                    person.id,
                    (
                        known.setdefault(each, Commitment(each.start, each.end, each.pavilion))
                        for each in engaged
                    ),
                ),
            )
        )
    return tuple(result)


def pauses_of(
    material: Material, people: Iterable[Person], wishes: Iterable[Wish]
) -> dict[int, tuple[Span, ...]]:
    """The pauses of those who want more meetings than they may have in a row, set before anything is planned.

    They leave no more in a row whichever of the other times are used; no pause lies on a locked meeting.
    """
    wanted = Counter(person for wish in wishes for side in (*wish.sides, wish.optional) for person in side)
    ahead = [slot for slot in material.slots if slot.start > material.now]
    shortest = min((slot.end - slot.start for slot in ahead), default=0)
    times = {slot.id: (slot.start, slot.end) for slot in material.slots}
    locked = defaultdict[int, list[Span]](list)
    for row in material.base.locked().values():
        for attendee in row.attendees:
            if row.slot_id in times:
                locked[attendee].append(times[row.slot_id])
    other = _elsewhere(material)
    found: dict[int, tuple[Span, ...]] = {}
    made: dict[tuple[object, ...], tuple[Span, ...]] = {}
    for person in people:
        limits = material.limits_of(person)
        if limits.pause_after is None or wanted[person.id] <= limits.pause_after:
            continue
        engaged = (*material.engaged.get(person.id, ()), *other.get(person.id, ()))
        taken = (*material.busy.get(person.id, ()), *((each.start, each.end) for each in engaged))
        length = limits.pause_minutes or shortest
        key = (taken, limits.pause_after, length)
        if key not in made:
            free = [(slot.start, slot.end) for slot in ahead if not _meets((slot.start, slot.end), taken)]
            made[key] = tuple(pauses(free, limits.pause_after, length))
        found[person.id] = tuple(one for one in made[key] if not _meets(one, locked[person.id]))
    return found


def half_day_limits(material: Material, people: Iterable[Person], problem: Problem) -> HalfDays:
    """The problem with what is left of everybody's limit per half-day, which other rounds may have used."""
    zone = material.event.zone

    def half(start: int) -> tuple[date, bool]:
        local = datetime.fromtimestamp(start * 60, zone)
        return local.date(), local.hour * 60 + local.minute >= material.limits.half_day_at

    ahead = {half(slot.start) for slot in material.slots if slot.start > material.now}
    other = _elsewhere(material)
    limits: dict[str, HalfDayLimit] = {}
    for person in people:
        most = material.limits_of(person).per_half_day
        if most is None:
            continue
        used = Counter(of for each in other.get(person.id, ()) if (of := half(each.start)) in ahead)
        busiest = {
            second: max((count for (_day, of), count in used.items() if of is second), default=0)
            for second in (False, True)
        }
        limits[person.public_id] = HalfDayLimit(max(0, most - busiest[False]), max(0, most - busiest[True]))
    second = {slot.public_id for slot in material.slots if half(slot.start)[1]}
    return HalfDays(problem, limits, second)


def _elsewhere(material: Material) -> Mapping[int, list[Stretch]]:
    """What other rounds have published, by person."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    for meeting in material.elsewhere:
        for person_id in meeting.attendees:
            found[person_id].append(_at_other_round(meeting))
    return found


def _meets(time: Span, others: Iterable[Span]) -> bool:
    return any(start < time[1] and time[0] < end for start, end in others)


def _at_other_round(meeting: OtherMeeting) -> Stretch:
    return Stretch(meeting.start, meeting.end, meeting.pavilion, CauseKind.OTHER_ROUND, meeting.public_id)


def _left(limit: int | None, used: int, held: int) -> int | None:
    """What is left of a limit, and never less than what was held already."""
    return None if limit is None else max(held, limit - used)


def _day(minute: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(minute * 60, zone).date()


def _busiest_day(stretches: Iterable[Stretch], days: Container[date], zone: ZoneInfo) -> int:
    # A problem has one daily limit for all days, so the busiest day of the other rounds counts for each. Days on
    # which nothing can be planned any more don't matter.
    counts = Counter(day for each in stretches if (day := _day(each.start, zone)) in days)
    return max(counts.values(), default=0)
