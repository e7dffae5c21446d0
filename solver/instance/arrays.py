"""A problem as flat arrays: what the methods for large problems compute on.

Slots are in order of (start, end); participants, places, pavilions and meetings in the problem's order.
Lists of lists are in compressed form: the entries of row i are `idx[ptr[i]:ptr[i + 1]]`. The pavilion after
the last one stands for "no pavilion" and is 0 minutes from everywhere.

A locked meeting whose attendees are published becomes one with exactly these, each a side of its own; an
empty side stands for a stranger among them: such a meeting can't be held.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import accumulate, pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.instance.locked import fixed, has_to_be_held, roster
from solver.instance.slot_times import in_order_of_time
from solver.problem import Meeting, Problem

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Shorts = NDArray[np.int16]
Flags = NDArray[np.uint8]
Floats = NDArray[np.float64]

UNLIMITED = 1 << 30


class Data(NamedTuple):
    """The constant part. Times are minutes since the earliest slot or commitment; values are weighted.

    `day` arrays number the days that occur. An *instant* is the start of a slot; slot s covers the instants
    `slot_low[s]` to before `slot_high[s]`, and a place is over capacity if and only if it is so at an
    instant. `fits[i, j]` tells whether some slot fits between the end of slot i and the start of slot j;
    `soonest[i]` is the earliest end of slot i and those after it. `available` leaves out the slots that overlap a
    commitment. `site` lists the pavilions of each set of places, in order. `reach[p]` bounds how long before the
    start of a slot an engagement of p can have started and still touch it. `value` holds what is saved by not
    dropping a published meeting; `penalty` is what local search takes a required meeting that is not held to
    cost.
    """

    slot_start: Ints
    slot_end: Ints
    slot_day: Ints
    slot_low: Ints
    slot_high: Ints
    overlap_ptr: Ints
    overlap_idx: Ints
    fits: Flags
    soonest: Ints
    walk: Ints
    place_pavilion: Ints
    place_capacity: Ints
    place_open: Flags
    available: Flags
    most: Ints
    most_a_day: Ints
    guarantee: Ints
    reach: Ints
    commitment_ptr: Ints
    commitment_start: Ints
    commitment_end: Ints
    commitment_pavilion: Ints
    commitment_day: Ints
    engagement_ptr: Ints
    value: Longs
    required: Flags
    slot_set: Ints
    slot_sets: Flags
    place_set: Ints
    place_ptr: Ints
    place_idx: Ints
    site_ptr: Ints
    site_idx: Ints
    side_ptr: Ints
    seat_ptr: Ints
    seat: Ints
    extra_ptr: Ints
    extra: Ints
    extra_value: Longs
    after_ptr: Ints
    after_idx: Ints
    before_ptr: Ints
    before_idx: Ints
    was_slot: Ints
    was_place: Ints
    person_ptr: Ints
    person_idx: Ints
    longest_walk: int
    most_breaks: int
    weight_break: int
    weight_walking: int
    weight_guarantee: int
    weight_moved: int
    penalty: int
    slots: int
    pavilions: int
    instants: int


class Arrays(NamedTuple):
    """The data with what is needed to speak of it in the problem's ids; `floor`: the score of holding
    nothing."""

    problem: Problem
    data: Data
    slots: tuple[str, ...]
    floor: int


_lock = Lock()
_last: list[Arrays] = []


def arrays_of(problem: Problem) -> Arrays:
    """The arrays of a problem; those of the last problem asked for are kept, so that the methods share them."""
    with _lock:
        if not _last or _last[0].problem is not problem:
            _last[:] = [build(problem)]
        return _last[0]


def build(problem: Problem) -> Arrays:
    """Make the arrays of a problem."""
    order = in_order_of_time(problem)
    slots = [problem.slots[i] for i in order]
    rank = {slot.id: i for i, slot in enumerate(slots)}
    people = problem.participants
    earliest = min([slots[0].start, *(c.start for p in people for c in p.commitments)])
    dates = [problem.slot_days[i] for i in order]
    day_at: dict[int, int] = {}

    def date(minute: int) -> int:
        found = day_at.get(minute)
        if found is None:
            found = day_at[minute] = problem.day_of(minute)
        return found

    every_date = {*dates, *(date(c.start) for p in people for c in p.commitments)}
    number = {day: i for i, day in enumerate(sorted(every_date))}
    start = _ints(s.start - earliest for s in slots)
    end = _ints(s.end - earliest for s in slots)
    instants = np.unique(start)
    soonest = np.append(np.minimum.accumulate(end[::-1])[::-1], UNLIMITED).astype(np.int32)
    walk = _walking(problem)
    pavilion = {p.id: i for i, p in enumerate(problem.pavilions)}
    nowhere = len(pavilion)
    overlapping = [np.flatnonzero((start < end[s]) & (end > start[s])) for s in range(len(slots))]

    commitments = [sorted(p.commitments, key=lambda c: (c.start, c.end)) for p in people]
    every = [c for row in commitments for c in row]
    commitment_ptr = _pointers(len(row) for row in commitments)
    commitment_start = _ints(c.start - earliest for c in every)
    commitment_end = _ints(c.end - earliest for c in every)
    commitment_pavilion = _ints(nowhere if c.pavilion is None else pavilion[c.pavilion] for c in every)
    available = _availability([p.slots for p in people], rank)
    owner = np.repeat(np.arange(len(people)), np.diff(commitment_ptr))
    for s in range(len(slots)):
        available[owner[(commitment_start < end[s]) & (commitment_end > start[s])], s] = 0
    longest_walk = int(walk.max(initial=0))
    reach = np.full(len(people), int((end - start).max()), dtype=np.int32)
    np.maximum.at(reach, owner, commitment_end - commitment_start)

    meetings = _Meetings(problem, rank)
    at = [pavilion[place.pavilion] for place in problem.places]
    sites = [list(dict.fromkeys(at[place] for place in row)) for row in meetings.place_sets.rows]
    wants = np.diff(meetings.person_ptr)
    room = np.minimum(wants, len(slots)) + np.diff(commitment_ptr)
    weights = problem.weights
    extra_value = np.array(meetings.extra_value, dtype=np.int64) * weights.value
    value = np.array(meetings.value, dtype=np.int64)
    about_people = weights.guarantee + 2 * weights.breaks + weights.walking * longest_walk
    biggest = int(value.max(initial=0)) + 4 * about_people
    data = Data(
        slot_start=start,
        slot_end=end,
        slot_day=_ints(number[d] for d in dates),
        slot_low=np.searchsorted(instants, start, "left").astype(np.int32),
        slot_high=np.searchsorted(instants, end, "left").astype(np.int32),
        overlap_ptr=_pointers(len(row) for row in overlapping),
        overlap_idx=np.concatenate(overlapping).astype(np.int32),
        fits=(soonest[np.searchsorted(start, end, "left")][:, None] <= start[None, :]).astype(np.uint8),
        soonest=soonest,
        walk=walk,
        place_pavilion=_ints(pavilion[p.pavilion] for p in problem.places),
        place_capacity=_ints(min(p.capacity, UNLIMITED) for p in problem.places),
        place_open=_availability([p.slots for p in problem.places], rank),
        available=available,
        most=_ints(_limit(p.max_meetings) for p in people),
        most_a_day=_ints(_limit(p.max_meetings_per_day) for p in people),
        guarantee=_ints(min(p.guarantee, UNLIMITED) for p in people),
        reach=(reach + longest_walk).astype(np.int32),
        commitment_ptr=commitment_ptr,
        commitment_start=commitment_start,
        commitment_end=commitment_end,
        commitment_pavilion=commitment_pavilion,
        commitment_day=_ints(number[date(c.start)] for c in every),
        engagement_ptr=_pointers(room.tolist()),
        value=value,
        required=np.array(meetings.required, dtype=np.uint8),
        slot_set=_ints(meetings.slot_set),
        slot_sets=np.array(meetings.slot_sets.rows, dtype=np.uint8).reshape(-1, len(slots)),
        place_set=_ints(meetings.place_set),
        place_ptr=_pointers(len(row) for row in meetings.place_sets.rows),
        place_idx=_ints(p for row in meetings.place_sets.rows for p in row),
        site_ptr=_pointers(len(row) for row in sites),
        site_idx=_ints(v for row in sites for v in row),
        side_ptr=_pointers(meetings.side_count),
        seat_ptr=_pointers(meetings.seat_count),
        seat=_ints(meetings.seat),
        extra_ptr=_pointers(meetings.extra_count),
        extra=_ints(meetings.extra),
        extra_value=extra_value,
        after_ptr=_pointers(len(row) for row in meetings.after),
        after_idx=_ints(m for row in meetings.after for m in row),
        before_ptr=_pointers(len(row) for row in meetings.before),
        before_idx=_ints(m for row in meetings.before for m in row),
        was_slot=_ints(meetings.was_slot),
        was_place=_ints(meetings.was_place),
        person_ptr=meetings.person_ptr,
        person_idx=meetings.person_idx,
        longest_walk=longest_walk,
        most_breaks=_limit(problem.rules.max_break_spread),
        weight_break=weights.breaks,
        weight_walking=weights.walking,
        weight_guarantee=weights.guarantee,
        weight_moved=weights.moved,
        penalty=20 * (biggest + 1),
        slots=len(slots),
        pavilions=len(walk),
        instants=len(instants),
    )
    return Arrays(problem, data, tuple(slot.id for slot in slots), _floor(problem, commitments))


def _floor(problem: Problem, commitments: Sequence[Sequence[object]]) -> int:
    weights = problem.weights
    minutes = 0
    for person in problem.participants:
        if len(person.commitments) < 2:
            continue
        located = sorted(
            (c for c in person.commitments if c.pavilion is not None), key=lambda c: (c.start, c.end)
        )
        for a, b in pairwise(located):
            if problem.day_of(a.start) == problem.day_of(b.start):
                minutes += problem.walk(a.pavilion, b.pavilion)
    owed = sum(p.guarantee for p in problem.participants)
    published = sum(m.published is not None for m in problem.meetings)
    return -weights.walking * minutes - weights.guarantee * owed - weights.dropped * published


def _walking(problem: Problem) -> Ints:
    size = len(problem.pavilions)
    walk = np.zeros((size + 1, size + 1), dtype=np.int32)
    names = [p.id for p in problem.pavilions]
    for i, origin in enumerate(names):
        for j, target in enumerate(names):
            walk[i, j] = min(problem.walk(origin, target), UNLIMITED)
    return walk


def _availability(rows: Sequence[tuple[str, ...] | None], rank: dict[str, int]) -> Flags:
    open_ = np.ones((len(rows), len(rank)), dtype=np.uint8)
    for i, names in enumerate(rows):
        if names is not None:
            open_[i] = 0
            open_[i, [rank[name] for name in names]] = 1
    return open_


class _Sets:
    """Numbers the distinct values of a field, so that a thousand equal lists are stored once."""

    def __init__(self) -> None:
        self.rows: list[list[int]] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, key: Hashable, row: Iterable[int]) -> int:
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.rows)
            self.rows.append(list(row))
        return found


class _Meetings:
    """Gathers the meetings' columns in one pass."""

    def __init__(self, problem: Problem, rank: dict[str, int]) -> None:
        self._person, self._place, self._rank = problem.participant_index, problem.place_index, rank
        self._pavilion_of = [p.pavilion for p in problem.places]
        self.value: list[int] = []
        self.required: list[int] = []
        self.slot_sets, self.place_sets = _Sets(), _Sets()
        self.slot_set: list[int] = []
        self.place_set: list[int] = []
        self.side_count: list[int] = []
        self.seat_count: list[int] = []
        self.seat: list[int] = []
        self.extra_count: list[int] = []
        self.extra: list[int] = []
        self.extra_value: list[int] = []
        self.was_slot: list[int] = []
        self.was_place: list[int] = []
        self.after: list[list[int]] = []
        self.before: list[list[int]] = [[] for _ in problem.meetings]
        weights = problem.weights
        for m, meeting in enumerate(problem.meetings):
            people = roster(meeting)
            self.side_count.append(len(people.sides))
            for side in people.sides:
                self.seat_count.append(len(side))
                self.seat.extend(self._person[name] for name in side)
            self.extra_count.append(len(people.optional))
            for extra in people.optional:
                self.extra.append(self._person[extra.participant])
                self.extra_value.append(extra.value)
            published = meeting.published
            saved = weights.dropped if published is not None else 0
            self.value.append(weights.value * (meeting.value + people.value) + saved)
            self.required.append(has_to_be_held(meeting))
            self.was_slot.append(-1 if published is None else rank[published.slot])
            self.was_place.append(-1 if published is None else self._place[published.place])
            self._where(meeting)
            row = [problem.meeting_index[name] for name in meeting.after]
            self.after.append(row)
            for other in row:
                self.before[other].append(m)
        self.person_ptr, self.person_idx = self._by_person(len(problem.participants))

    def _where(self, meeting: Meeting) -> None:
        slots: tuple[str, ...] | None = meeting.slots
        places: tuple[str, ...] | None = meeting.places
        stays = fixed(meeting)
        if stays is not None:
            slots = (stays.slot,) if slots is None or stays.slot in slots else ()
            places = (stays.place,) if places is None or stays.place in places else ()
        wanted = None if slots is None else {self._rank[name] for name in slots}
        open_ = (int(wanted is None or s in wanted) for s in range(len(self._rank)))
        self.slot_set.append(self.slot_sets.number(slots, open_))
        if places is None:
            self.place_set.append(self.place_sets.number(None, self._sorted(range(len(self._pavilion_of)))))
        else:
            row = self._sorted(self._place[name] for name in places)
            self.place_set.append(self.place_sets.number(places, row))

    def _sorted(self, places: Iterable[int]) -> list[int]:
        return sorted(places, key=lambda p: (self._pavilion_of[p], p))

    def _by_person(self, people: int) -> tuple[Ints, Ints]:
        """For each participant the meetings in which they have a seat or an optional seat."""
        per_side = np.repeat(np.arange(len(self.side_count)), self.side_count)
        of_seat = np.repeat(per_side, self.seat_count)
        of_extra = np.repeat(np.arange(len(self.extra_count)), self.extra_count)
        person = np.array(self.seat + self.extra, dtype=np.int64)
        meeting = np.concatenate([of_seat, of_extra]).astype(np.int32)
        order = np.argsort(person, kind="stable")
        counts = np.bincount(person, minlength=people)
        return _pointers(counts.tolist()), meeting[order]


def _limit(value: int | None) -> int:
    return UNLIMITED if value is None else min(value, UNLIMITED)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int32)


def _pointers(counts: Iterable[int]) -> Ints:
    return np.fromiter(accumulate(counts, initial=0), dtype=np.int32)
