"""Who wants to be where: every participant's wishes by pavilion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.instance.arrays import Data, Longs
from solver.lagrangian.day_plan_dp import MOST_GROUPS
from solver.lagrangian.relaxation_limits import one_pavilion, possible_meetings


class Demand:
    """Seats that one named participant takes when the meeting is held, and optional seats, sorted by
    participant.

    `group` numbers the pavilion of a wish among its participant's (the most frequent `MOST_GROUPS` of them),
    -1: a choice of pavilions, or beyond that number. `loose[p]`: whether p has meetings of which it is not
    known where they are. With `spots` a wish that one named person needs in one of several pavilions is not
    loose but `roams`, and those who may have to walk for one are walkers, too.
    """

    def __init__(self, data: Data, spots: bool = False) -> None:
        people, nowhere = len(data.most), len(data.walk) - 1
        self.nowhere = nowhere
        side_of = np.repeat(np.arange(len(data.seat_ptr) - 1), np.diff(data.seat_ptr))
        self.alone: NDArray[np.bool_] = np.diff(data.seat_ptr)[side_of] == 1
        meeting_of_side = np.repeat(np.arange(len(data.value)), np.diff(data.side_ptr))
        self.meeting_of_seat: Longs = meeting_of_side[side_of]
        self.meeting_of_side: Longs = meeting_of_side
        meeting_of_extra = np.repeat(np.arange(len(data.value)), np.diff(data.extra_ptr))
        seats = int(self.alone.sum())
        person = np.concatenate([data.seat[self.alone], data.extra]).astype(np.int64)
        meeting = np.concatenate([self.meeting_of_seat[self.alone], meeting_of_extra])
        optional = np.repeat(np.array([False, True]), [seats, len(data.extra)])
        worth = np.concatenate([np.zeros(seats), data.extra_value.astype(np.float64)])
        self.possible = possible_meetings(data)
        order = np.argsort(person, kind="stable")
        order = order[self.possible[meeting[order]]]
        self.person: Longs = person[order]
        self.meeting: Longs = meeting[order]
        self.optional: NDArray[np.bool_] = optional[order]
        self.worth: NDArray[np.float64] = worth[order]
        pavilion = one_pavilion(data)[self.meeting]
        self._number_groups(people, pavilion)
        self.roams: NDArray[np.bool_] = np.zeros(len(self.person), dtype=bool)
        if spots:
            self.roams = (np.diff(data.site_ptr)[data.place_set[self.meeting]] > 1) & ~self.optional
        self.roaming: Longs = np.bincount(self.person[self.roams], minlength=people).astype(np.int64)
        """How many roaming wishes each participant has."""
        sessions = np.diff(data.commitment_ptr) > 0
        walks = (self.count > 1) | ((self.count == 1) & sessions)
        walks |= (self.roaming > 0) & ((self.count + self.roaming > 1) | sessions)
        self.walkers: Longs = np.flatnonzero(walks).astype(np.int64)
        """Those who may have to walk or wait: wanted in some pavilion, and in another or with a session."""
        self.loose = np.zeros(people, dtype=np.int64)
        self.loose[data.seat[~self.alone]] = 1
        self.loose[self.person[(self.group < 0) & ~self.roams]] = 1

    def _number_groups(self, people: int, pavilion: Longs) -> None:
        wide = self.nowhere + 1
        self.group = np.full(len(self.person), -1, dtype=np.int64)
        known = np.flatnonzero(pavilion != self.nowhere)
        key, inverse, counts = np.unique(
            self.person[known] * wide + pavilion[known], return_inverse=True, return_counts=True
        )
        owner = key // wide
        order = np.lexsort((-counts, owner))
        self._start = np.searchsorted(owner[order], np.arange(people + 1))
        rank = np.empty(len(key), dtype=np.int64)
        rank[order] = np.arange(len(key)) - self._start[owner[order]]
        self.group[known] = np.where(rank[inverse] < MOST_GROUPS, rank[inverse], -1)
        self.count: Longs = np.minimum(np.diff(self._start), MOST_GROUPS).astype(np.int64)
        self._pavilion: Longs = (key % wide)[order]

    def pavilions(self, people: Longs) -> tuple[Longs, Longs]:
        """The pavilions told apart, for some people one after the other: where each one's begin, and they."""
        ptr = np.concatenate([[0], np.cumsum(self.count[people])]).astype(np.int64)
        rows = np.repeat(self._start[people] - ptr[:-1], self.count[people]) + np.arange(int(ptr[-1]))
        return ptr, self._pavilion[rows].astype(np.int64)
