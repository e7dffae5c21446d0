"""What can be said of people, places and ways before any schedule: never too little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.instance.arrays import UNLIMITED, Data, Longs
from solver.instance.insertion import possible_alone
from solver.instance.most_meetings_arrays import most_in_rows
from solver.instance.solution import empty_state
from solver.instance.walks import shortest_walks
from solver.jit.views import addresses


def possible_meetings(data: Data) -> NDArray[np.bool_]:
    """Which meetings can be held at all when nothing else is."""
    state = empty_state(data)
    found = np.zeros(len(data.value), dtype=np.uint8)
    possible_alone(addresses(data), addresses(state), found)
    return found.astype(bool)


def space(data: Data) -> Longs:
    """How many meetings the places of each place set can hold at most over all slots."""
    turns = most_in_rows(data, data.place_open, np.arange(data.slots))
    total = turns * data.place_capacity
    sums = np.concatenate([[0], np.cumsum(total[data.place_idx])])
    space = sums[data.place_ptr[1:]] - sums[data.place_ptr[:-1]]
    return np.asarray(np.minimum(space, UNLIMITED), dtype=np.int64)


def one_pavilion(data: Data) -> Longs:
    """The one pavilion of each meeting's places; the last number when there are several or none."""
    nowhere = len(data.walk) - 1
    of_set = np.full(len(data.place_ptr) - 1, nowhere, dtype=np.int64)
    for i in range(len(of_set)):
        where = np.unique(data.place_pavilion[data.place_idx[data.place_ptr[i] : data.place_ptr[i + 1]]])
        if len(where) == 1:
            of_set[i] = where[0]
    return of_set[data.place_set]


def shortest_ways(walk: NDArray[np.int32]) -> Longs:
    """Shortest ways between pavilions; to and from nowhere it is 0 minutes."""
    closed = np.zeros(walk.shape, dtype=np.int64)
    closed[:-1, :-1] = shortest_walks(walk[:-1, :-1])
    return closed


def session_walks(data: Data, walk: NDArray[np.int32] | Longs) -> Longs:
    """The minutes that each participant walks between sessions when they meet nobody."""
    nowhere = len(data.walk) - 1
    owner = np.repeat(np.arange(len(data.most)), np.diff(data.commitment_ptr))
    at = np.flatnonzero(data.commitment_pavilion != nowhere)
    same = (owner[at][1:] == owner[at][:-1]) & (data.commitment_day[at][1:] == data.commitment_day[at][:-1])
    a, b = data.commitment_pavilion[at][:-1][same], data.commitment_pavilion[at][1:][same]
    minutes = np.zeros(len(data.most), dtype=np.int64)
    np.add.at(minutes, owner[at][1:][same], np.asarray(walk)[a, b].astype(np.int64))
    return minutes
