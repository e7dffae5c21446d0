"""Agendas and rooms as bit masks over slots, filled meeting by meeting: what a first schedule is made from.

Plain Python integers: bit s stands for the s-th slot in order of (start, end). Nothing here waits for a compiler.
Participants, places and pavilions go by number. Meetings are only ever added.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from solver.instance.slot_masks import bits
from solver.instance.slot_times import SlotTimes, in_order_of_time
from solver.problem import Problem

Stop = tuple[int, int, int, int, int]
"""An engagement with a pavilion: start, end (UTC minutes), day, pavilion, slot (-1: a commitment)."""

UNLIMITED = 1 << 60


class Times(SlotTimes):
    """The slots of a problem in order of time, with what only a first schedule asks of them."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem, in_order_of_time(problem))
        self.near = [self._near(s) for s in range(len(self.ids))]
        self.instants = sorted(set(self.start))
        self.covering = [self.during(minute, minute + 1) for minute in self.instants]
        self.covers = [
            range(bisect_left(self.instants, start), bisect_left(self.instants, end))
            for start, end in zip(self.start, self.end, strict=True)
        ]

    def _near(self, s: int) -> int:
        """Slots of the same day before and after s with no room for another slot between."""
        near = 0
        for other in bits((self.later[s] | self.earlier[s]) & self.of_day[self.day[s]]):
            first, second = (s, other) if self.later[s] >> other & 1 else (other, s)
            if not self.idle(first, second, self.all):
                near |= 1 << other
        return near


class Agendas:
    """Who is engaged when and where, and what one more meeting would cost them.

    `open[p]` are the slots in which p may begin another meeting, ways aside; `near[p]` those right before or
    after a meeting of theirs; `met[p]` how many they have.
    """

    def __init__(self, problem: Problem, times: Times) -> None:
        self._times = times
        rules, weights = problem.rules, problem.weights
        people = problem.participants
        pavilion = {entry.id: number for number, entry in enumerate(problem.pavilions)}
        names = list(pavilion)
        self.walk = [[problem.walk(a, b) for b in names] for a in names]
        self.walking = any(map(any, self.walk))
        self._most_breaks = UNLIMITED if rules.max_break_spread is None else rules.max_break_spread
        self._of_break, self._of_walk, self._of_guarantee = weights.breaks, weights.walking, weights.guarantee
        self._plain = (
            not weights.breaks and self._most_breaks == UNLIMITED and not (weights.walking and self.walking)
        )
        self.guarantee = [person.guarantee for person in people]
        self._most = [_limit(person.max_meetings) for person in people]
        self._daily = [_limit(person.max_meetings_per_day) for person in people]
        self.clear: list[int] = []
        self.open: list[int] = []
        self.stops: list[list[Stop]] = []
        for person in people:
            mask = times.clear_of(person.commitments)
            stops: list[Stop] = []
            for commitment in person.commitments:
                if commitment.pavilion is not None:
                    day = problem.day_of(commitment.start)
                    stops.append((commitment.start, commitment.end, day, pavilion[commitment.pavilion], -1))
            # of two at the same time the one that is written first, as the judge takes them
            stops.sort(key=lambda stop: stop[:2])
            self.clear.append(mask)
            self.stops.append(stops)
            free = mask & times.named(person.slots)
            self.open.append(free if person.max_meetings != 0 and person.max_meetings_per_day != 0 else 0)
        self.near = [0] * len(people)
        self.met = [0] * len(people)
        self._breaks = [0] * len(people)
        self._reach: list[dict[int, int]] = [{} for _ in people]
        self._close: dict[tuple[int, int, int, int], int] = {}

    def able(self, p: int, pavilion: int) -> int:
        """The slots in which p may meet in a pavilion."""
        if not self.walking or not self.stops[p]:
            return self.open[p]
        known = self._reach[p]
        mask = known.get(pavilion)
        if mask is None:
            mask = self._times.all
            for start, end, _day, there, _slot in self.stops[p]:
                if there != pavilion:
                    mask &= ~self._too_close(pavilion, there, start, end)
            known[pavilion] = mask
        return mask & self.open[p]

    def price(self, p: int, s: int, pavilion: int) -> int | None:
        """What meeting in slot s there as well costs p, who is able to; None if breaks would be too many."""
        cost = -self._of_guarantee if self.met[p] < self.guarantee[p] else 0
        if self._plain or not self.stops[p]:
            return cost
        minutes, breaks = self._change(p, s, pavilion)
        if breaks > 0 and self._breaks[p] + breaks > self._most_breaks:
            return None
        return cost + self._of_walk * minutes + self._of_break * breaks

    def enter(self, p: int, s: int, pavilion: int) -> None:
        """Write a meeting into the agenda of p, who is able to attend."""
        times = self._times
        stop = (times.start[s], times.end[s], times.day[s], pavilion, s)
        if self._most_breaks < UNLIMITED:
            self._breaks[p] += self._change(p, s, pavilion)[1]
        insort(self.stops[p], stop)
        self.open[p] &= ~times.overlaps[s]
        self.near[p] |= times.near[s]
        self.met[p] += 1
        if self.met[p] >= self._most[p]:
            self.open[p] = 0
        if self._daily[p] < UNLIMITED:
            today = sum(other[2] == stop[2] and other[4] >= 0 for other in self.stops[p])
            if today >= self._daily[p]:
                self.open[p] &= ~times.of_day[stop[2]]
        reach = self._reach[p]
        for target in reach:
            if target != pavilion:
                reach[target] &= ~self._too_close(target, pavilion, stop[0], stop[1])

    def _change(self, p: int, s: int, pavilion: int) -> tuple[int, int]:
        """Minutes on foot and breaks that a meeting in slot s adds."""
        times, stops = self._times, self.stops[p]
        day = times.day[s]
        at = bisect_left(stops, (times.start[s],))
        left = stops[at - 1] if at and stops[at - 1][2] == day else None
        right = stops[at] if at < len(stops) and stops[at][2] == day else None
        minutes = 0
        if self.walking:
            if left is not None:
                minutes += self.walk[left[3]][pavilion]
            if right is not None:
                minutes += self.walk[pavilion][right[3]]
                if left is not None:
                    minutes -= self.walk[left[3]][right[3]]
        before = after = -1
        i = at - 1
        while i >= 0 and stops[i][2] == day and before < 0:
            before = stops[i][4]
            i -= 1
        i = at
        while i < len(stops) and stops[i][2] == day and after < 0:
            after = stops[i][4]
            i += 1
        clear, breaks = self.clear[p], 0
        if before >= 0:
            breaks += times.idle(before, s, clear)
            if after >= 0:
                breaks -= times.idle(before, after, clear)
        if after >= 0:
            breaks += times.idle(s, after, clear)
        return minutes, breaks

    def _too_close(self, pavilion: int, there: int, start: int, end: int) -> int:
        """Slots too soon before or after an engagement elsewhere for a meeting in a pavilion."""
        key = (pavilion, there, start, end)
        mask = self._close.get(key)
        if mask is None:
            times = self._times
            away, back = self.walk[pavilion][there], self.walk[there][pavilion]
            mask = times.ending_by(start) & ~times.ending_by(start - away)
            mask |= times.beginning_from(end) & ~times.beginning_from(end + back)
            self._close[key] = mask
        return mask


class Rooms:
    """Which places have room when."""

    def __init__(self, problem: Problem, times: Times) -> None:
        self._times = times
        self._problem = problem
        pavilion = {entry.id: number for number, entry in enumerate(problem.pavilions)}
        self.pavilion = [pavilion[place.pavilion] for place in problem.places]
        self.room = [times.named(place.slots) if place.capacity else 0 for place in problem.places]
        self._load: list[dict[int, int]] = [{} for _ in problem.places]
        self._venues: dict[tuple[str, ...] | None, list[tuple[int, int]]] = {}
        self._open: list[int] = []
        self._places: list[list[int]] = []
        self._first: list[dict[int, int]] = []

    def venues(self, names: tuple[str, ...] | None) -> list[tuple[int, int]]:
        """The places of a list of ids (None: all), by pavilion: rows of (pavilion, number of the venue)."""
        found = self._venues.get(names)
        if found is None:
            index = self._problem.place_index
            together: dict[int, list[int]] = {}
            for place in range(len(index)) if names is None else [index[name] for name in names]:
                together.setdefault(self.pavilion[place], []).append(place)
            found = self._venues[names] = []
            for pavilion, places in together.items():
                mask = 0
                for place in places:
                    mask |= self.room[place]
                found.append((pavilion, len(self._open)))
                self._open.append(mask)
                self._places.append(places)
                self._first.append({})
        return found

    def open(self, venue: int) -> int:
        """Slots in which a place of the venue may have room; `find` tells for certain."""
        return self._open[venue]

    def find(self, venue: int, s: int) -> int:
        """A place of the venue with room in slot s, or -1."""
        places = self._places[venue]
        # room only ever shrinks, so a place passed over once need not be looked at again
        at = self._first[venue].get(s, 0)
        while at < len(places) and not self.room[places[at]] >> s & 1:
            at += 1
        self._first[venue][s] = at
        if at < len(places):
            return places[at]
        self._open[venue] &= ~(1 << s)
        return -1

    def take(self, place: int, s: int) -> None:
        """Hold a meeting at a place in slot s."""
        times = self._times
        capacity = self._problem.places[place].capacity
        if capacity == 1:
            self.room[place] &= ~times.overlaps[s]
            return
        load = self._load[place]
        for instant in times.covers[s]:
            load[instant] = load.get(instant, 0) + 1
            if load[instant] >= capacity:
                self.room[place] &= ~times.covering[instant]


def _limit(value: int | None) -> int:
    return UNLIMITED if value is None else value
