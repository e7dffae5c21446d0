"""A schedule as bit masks over slots: bit s of a mask stands for slot number s of the problem.

With masks the question "in which slots could these people still meet" is a handful of integer operations, so
that a hundred thousand unscheduled meetings can be explained in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.instance.slot_times import SlotTimes
from solver.problem import Participant, Problem
from solver.schedule import Assignment


def bits(mask: int) -> Iterator[int]:
    """The slots of a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Masks:
    """What a schedule leaves open. All answers are masks of slots; participants and places go by number.

    `times` is the problem's slots by time. `most` is where `most_meetings` keeps how many slots of a mask fit one after
    the other.
    """

    def __init__(self, problem: Problem, held: Iterable[Assignment]) -> None:
        self.problem = problem
        self.times = SlotTimes(problem)
        self._free: dict[int, int] = {}
        self._walks: dict[tuple[int, str, bool], int] = {}
        self._limits: dict[int, int] = {}
        self._full: dict[int, int] = {}
        self._opened: dict[int, int] = {}
        self.most: dict[int, int] = {}
        self._taken: dict[int, int] = {}
        self._walking = any(row.minutes for row in problem.walking)
        self.visits: dict[int, list[tuple[int, str]]] = {}
        self._use: dict[int, list[int]] = {}
        for row in held:
            slot = problem.slot_index[row.slot]
            place = problem.place_index[row.place]
            self._use.setdefault(place, []).append(slot)
            for name in row.attendees:
                person = problem.participant_index[name]
                self.visits.setdefault(person, []).append((slot, problem.places[place].pavilion))

    def free(self, person: int) -> int:
        """Slots in which a participant is available and has no commitment, whatever meetings are held."""
        if person not in self._free:
            participant = self.problem.participants[person]
            clear = self.times.clear_of(participant.commitments)
            self._free[person] = self.times.named(participant.slots) & clear
        return self._free[person]

    def taken(self, person: int) -> int:
        """Slots that overlap a held meeting of the participant."""
        if person not in self._taken:
            mask = 0
            for slot, _ in self.visits.get(person, ()):
                mask |= self.times.overlaps[slot]
            self._taken[person] = mask
        return self._taken[person]

    def limited(self, person: int) -> int:
        """Slots in which the participant's limits allow no further meeting."""
        if person not in self._limits:
            self._limits[person] = self._limited(self.problem.participants[person], person)
        return self._limits[person]

    def too_far(self, person: int, pavilion: str, meetings: bool) -> int:
        """Slots from or to which the way is too long, for a meeting in the pavilion.

        The ways are those from and to commitments, or with `meetings` those from and to held meetings.
        """
        if not self._walking:
            return 0
        key = (person, pavilion, meetings)
        if key not in self._walks:
            self._walks[key] = self._too_far(person, pavilion, meetings)
        return self._walks[key]

    def opened(self, place: int) -> int:
        """Slots in which a place is open and has any room by itself."""
        if place not in self._opened:
            entry = self.problem.places[place]
            self._opened[place] = self.times.named(entry.slots) if entry.capacity else 0
        return self._opened[place]

    def full(self, place: int) -> int:
        """Slots in which one more meeting would be too many for a place."""
        if place not in self._full:
            self._full[place] = self._find_full(place)
        return self._full[place]

    def _limited(self, participant: Participant, person: int) -> int:
        visits = self.visits.get(person, ())
        if participant.max_meetings is not None and len(visits) >= participant.max_meetings:
            return self.times.all
        if participant.max_meetings_per_day is None:
            return 0
        days = [self.problem.slot_days[slot] for slot, _ in visits]
        full = (day for day in self.times.of_day if days.count(day) >= participant.max_meetings_per_day)
        return sum(self.times.of_day[day] for day in full)

    def _too_far(self, person: int, pavilion: str, meetings: bool) -> int:
        problem, during = self.problem, self.times.during
        ends: list[tuple[int, int, str | None]]
        if meetings:
            ends = [
                (problem.slots[slot].start, problem.slots[slot].end, there)
                for slot, there in self.visits.get(person, ())
            ]
        else:
            ends = [(c.start, c.end, c.pavilion) for c in problem.participants[person].commitments]
        mask = 0
        for start, end, there in ends:
            away, back = problem.walk(pavilion, there), problem.walk(there, pavilion)
            if away:
                mask |= during(start - away, start) & ~during(start, end)
            if back:
                mask |= during(end, end + back) & ~during(start, end)
        return mask

    def _find_full(self, place: int) -> int:
        problem = self.problem
        capacity = problem.places[place].capacity
        use = self._use.get(place, ())
        if len(use) < capacity:
            return 0
        steps = sorted(
            [(problem.slots[slot].end, -1) for slot in use] + [(problem.slots[slot].start, 1) for slot in use]
        )
        mask = load = since = 0
        for minute, step in steps:
            if load >= capacity and minute > since:
                mask |= self.times.during(since, minute)
            load += step
            since = minute
        return mask
