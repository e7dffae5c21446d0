"""The first schedule: every meeting where it fits best as things stand, in plain Python that needs no compiling.

It covers the whole contract. What must be held comes first, the most constrained foremost; if something of it does
not fit, the same is tried again with that at the head. Then come the wishes, the dearest for what they take first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from solver.construction.meeting_order import Wish, first_order, wishes_of
from solver.construction.partial_schedule import UNLIMITED, Agendas, Rooms, Times
from solver.incumbents import FIRST_SCHEDULE, Board
from solver.instance.locked import fixed, saved
from solver.instance.precedence import behind, followers
from solver.instance.slot_masks import bits
from solver.problem import Problem
from solver.schedule import Assignment

LOOK = 200
"""Meetings between two looks at the clock."""

ROUNDS = 20
"""How often what must be held is tried in another order."""

SMALL = 2_000
"""Meetings up to which a first schedule takes a quarter of a second."""

OTHERWISE = 0.3
"""How often such a round takes another place than the best for what must be held."""

PATIENCE = 0.2
"""The part of the time left that further rounds may begin in."""

TRIES = 240_000
"""Slots that are weighed for all meetings together; each gets three at least and sixteen at most."""


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where and with whom a meeting is held, and what that adds to the score."""

    gain: int
    slot: int
    place: int
    who: tuple[int, ...]


def run(board: Board, floor: int) -> None:
    """Post a first schedule. `floor` is the score of holding nothing.

    Begins with what fits of the board's start. When something that must be held is missing, nothing is posted, but
    what there is becomes the start for others, unless the caller gave one.
    """
    problem = board.problem
    if not problem.meetings or not problem.places:
        return
    greedy = Greedy(problem, board.start)
    patience = board.remaining() * (1 - PATIENCE)
    # a small one is made in no time, so even a limit that has passed while the machine was busy allows for it
    first = board.stopped if len(problem.meetings) <= SMALL else board.should_stop
    for number in range(ROUNDS):
        greedy.build(board.should_stop if number else first)
        if not greedy.missing or board.should_stop() or (number and board.remaining() < patience):
            break
        if number < ROUNDS - 1:
            greedy.put_forward()
    if not greedy.missing:
        # rows only when they are asked for: a stop must not wait for them
        board.offer(greedy.assignments, floor + greedy.gain, FIRST_SCHEDULE)
    elif not board.start:
        board.start = tuple(greedy.assignments())


class Greedy:
    """One construction, repeated with what did not fit at the head."""

    def __init__(self, problem: Problem, start: Sequence[Assignment] = ()) -> None:
        self.problem = problem
        self.gain = 0
        self.missing: list[int] = []
        self._start = start
        self._times = Times(problem)
        self._held: dict[int, _Seat] = {}
        self._agendas = Agendas(problem, self._times)
        self._rooms = Rooms(problem, self._times)
        self._index = problem.meeting_index
        self._wishes = wishes_of(problem, self._times)
        self._followers = followers(problem)
        self._urgency = [0.0] * len(problem.meetings)
        # a fixed seed: the same problem always begins with the same schedule
        self._draw = Random(0)
        self._again = False
        self._order = first_order(problem, self._wishes, self._agendas.open)
        self._tries = min(16, max(3, TRIES // len(problem.meetings)))

    def build(self, stop: Callable[[], bool]) -> None:
        """Hold all that fits; `missing` is what must be held and is not, `gain` the score of the rest."""
        if self._held:
            self._agendas = Agendas(self.problem, self._times)
            self._rooms = Rooms(self.problem, self._times)
            self._held = {}
        self.gain, self.missing = 0, []
        self._lock()
        if not self._again:
            self._adopt()
        for number, m in enumerate(self._order):
            if number % LOOK == 0 and stop():
                self.missing += [m for m in self._order[number:] if self._wishes[m].must]
                break
            if m in self._held:
                continue
            seat = self._best(m)
            if seat is not None and (seat.gain > 0 or self._wishes[m].must):
                self._hold(m, seat)
            elif self._wishes[m].must:
                self.missing.append(m)
        self.missing = [m for m in self.missing if m not in self._held]

    def put_forward(self) -> None:
        """Have what is missing come earlier the next time, with all that it waits for."""
        self._again = True
        for m in self.missing:
            todo = [m]
            while todo:
                m = todo.pop()
                self._urgency[m] += 1 + self._draw.random()
                todo += [self._index[name] for name in self.problem.meetings[m].after]
        must = [m for m in self._order if self._wishes[m].must]
        rest = self._order[len(must) :]
        must.sort(key=lambda m: -self._urgency[m])
        self._order = behind(self.problem, must) + rest

    def assignments(self) -> list[Assignment]:
        """What is held, as the problem's ids."""
        problem, ids = self.problem, self._times.ids
        people, places, meetings = problem.participants, problem.places, problem.meetings
        return [
            Assignment(
                meetings[m].id, ids[seat.slot], places[seat.place].id, tuple(people[p].id for p in seat.who)
            )
            for m, seat in self._held.items()
        ]

    def _lock(self) -> None:
        """Hold what is locked where it was published."""
        for m, wish in enumerate(self._wishes):
            stays = fixed(wish.meeting)
            if stays is not None:
                place = self.problem.place_index[stays.place]
                seat = self._at(m, self._times.rank[stays.slot], place)
                if seat is not None:
                    self._hold(m, seat)

    def _adopt(self) -> None:
        """Hold what fits of the schedule to begin with, what must be held first."""
        rows = [
            (self._index[row.meeting], row)
            for row in self._start
            if row.meeting in self._index
            and row.slot in self._times.rank
            and row.place in self.problem.place_index
        ]
        # what others wait for begins earlier
        rows.sort(key=lambda entry: (not self._wishes[entry[0]].must, self._times.rank[entry[1].slot]))
        for m, row in rows:
            if m not in self._held:
                place = self.problem.place_index[row.place]
                seat = self._at(m, self._times.rank[row.slot], place, frozenset(row.attendees))
                if seat is not None:
                    self._hold(m, seat)

    def _at(self, m: int, s: int, place: int, who: frozenset[str] | None = None) -> _Seat | None:
        """Meeting m in a slot at a place, with people of `who` where it says so; None if a rule forbids it."""
        wish = self._wishes[m]
        names = wish.meeting.places
        if not (wish.slots & self._window(m)) >> s & 1 or not self._rooms.room[place] >> s & 1:
            return None
        if names is not None and self.problem.places[place].id not in names:
            return None
        seats, extras = wish.seats, wish.extras
        if who is not None:
            people = self.problem.participants
            seats = tuple(tuple(p for p in side if people[p].id in who) for side in seats)
            extras = tuple((p, worth) for p, worth in extras if people[p].id in who)
        return self._with(m, seats, extras, s, place)

    def _window(self, m: int) -> int:
        """The slots in which `after` lets a meeting lie as things stand."""
        times, mask = self._times, self._times.all
        for name in self.problem.meetings[m].after:
            earlier = self._held.get(self._index[name])
            if earlier is None:
                return 0
            mask &= times.later[earlier.slot]
        for follower in self._followers.get(m, ()):
            later = self._held.get(follower)
            if later is not None:
                mask &= times.earlier[later.slot]
        return mask

    def _best(self, m: int) -> _Seat | None:
        """The best of a few promising slots and places."""
        wish, agendas, rooms = self._wishes[m], self._agendas, self._rooms
        allowed = wish.slots
        if wish.meeting.after or m in self._followers:
            allowed &= self._window(m)
        for side in wish.seats:
            if len(side) == 1:
                allowed &= agendas.open[side[0]]
        if not allowed:
            return None
        published = wish.meeting.published
        best: _Seat | None = None
        if published is not None:
            best = self._at(m, self._times.rank[published.slot], self.problem.place_index[published.place])
            if wish.meeting.locked:
                return best
        options = []
        for pavilion, venue in rooms.venues(wish.meeting.places):
            mask = allowed & rooms.open(venue)
            for side in wish.seats:
                if len(side) == 1:
                    mask &= agendas.able(side[0], pavilion)
                else:
                    able = 0
                    for p in side:
                        able |= agendas.able(p, pavilion)
                    mask &= able
                if not mask:
                    break
            if mask:
                options.append((venue, mask))
        left = 1 if m in self._followers else self._tries
        enough = self._nothing_lost(wish)
        for venue, s in self._promising(m, options):
            place = rooms.find(venue, s)
            if place < 0:
                continue
            seat = self._with(m, wish.seats, wish.extras, s, place)
            if seat is not None:
                otherwise = self._again and wish.must and self._draw.random() < OTHERWISE
                if best is None or seat.gain > best.gain or otherwise:
                    best = seat
                left -= 1
                if left <= 0 or best.gain >= enough:
                    break
        return best

    def _nothing_lost(self, wish: Wish) -> int:
        """What holding a wish gains where nobody has to walk or wait for it."""
        agendas, gain = self._agendas, wish.value + sum(worth for _, worth in wish.extras)
        for side in wish.seats:
            if side and agendas.met[side[0]] < agendas.guarantee[side[0]]:
                gain += self.problem.weights.guarantee
        return gain + (self.problem.weights.dropped if wish.meeting.published is not None else 0)

    def _promising(self, m: int, options: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
        """Venues and slots, first those next to meetings of all its people, then of some, then by time."""
        both, some = self._times.all, 0
        for side in self._wishes[m].seats:
            near = 0
            for p in side:
                near |= self._agendas.near[p]
            both &= near
            some |= near
        if m in self._followers:
            # what others wait for had better be early
            both = some = 0
        turns = [[bits(mask) for _, mask in options]]
        if both or some:
            turns = [
                [bits(mask & wanted) for _, mask in options]
                for wanted in (both, some & ~both, self._times.all & ~some & ~both)
            ]
        for turn in turns:
            running = [(venue, iter(slots)) for (venue, _), slots in zip(options, turn, strict=True)]
            while running:
                still = []
                for venue, slots in running:
                    s = next(slots, -1)
                    if s >= 0:
                        still.append((venue, slots))
                        yield venue, s
                running = still

    def _with(
        self,
        m: int,
        seats: tuple[tuple[int, ...], ...],
        extras: tuple[tuple[int, int], ...],
        s: int,
        place: int,
    ) -> _Seat | None:
        """The best people for a meeting in a slot at a place, and the gain; None when a side has nobody."""
        agendas = self._agendas
        wish, pavilion = self._wishes[m], self._rooms.pavilion[place]
        gain, who = wish.value, []
        for side in seats:
            least, chosen = UNLIMITED, -1
            for p in side:
                if agendas.able(p, pavilion) >> s & 1:
                    price = agendas.price(p, s, pavilion)
                    if price is not None and price < least:
                        least, chosen = price, p
            if chosen < 0:
                return None
            gain -= least
            who.append(chosen)
        for p, worth in extras:
            if agendas.able(p, pavilion) >> s & 1:
                price = agendas.price(p, s, pavilion)
                if price is not None and price < worth:
                    gain += worth - price
                    who.append(p)
        if wish.meeting.published is not None:
            problem = self.problem
            gain += saved(wish.meeting, self._times.ids[s], problem.places[place].id, problem.weights)
        return _Seat(gain, s, place, tuple(who))

    def _hold(self, m: int, seat: _Seat) -> None:
        pavilion = self._rooms.pavilion[seat.place]
        for p in seat.who:
            self._agendas.enter(p, seat.slot, pavilion)
        self._rooms.take(seat.place, seat.slot)
        self._held[m] = seat
        self.gain += seat.gain
