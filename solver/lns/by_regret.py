"""The first schedule: every meeting where it fits best as things stand, the dearest for what it takes
first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.instance.arrays import Arrays, Flags, Longs
from solver.jit.views import Addresses
from solver.lns.ruin_recreate import fill
from solver.lns.scratch import work_space

BATCH = 20_000


def construct(
    arrays: Arrays, data: Addresses, state: Addresses, mine: Flags, stop: Callable[[], bool]
) -> int:
    """Fill the state; returns the change of its score. What waits for others comes after them."""
    order = _order(arrays)
    gain, area = 0, np.ones(len(arrays.data.place_capacity), dtype=np.uint8)
    room = work_space(arrays.data)
    for first in range(0, len(order), BATCH):
        if stop():
            break
        gain += int(fill(data, state, order[first : first + BATCH], mine, area, room))
    return gain


def _order(arrays: Arrays) -> Longs:
    """Required first, then by value less the price of the people's time; `after` shifts meetings behind."""
    data = arrays.data
    side_of = np.repeat(np.arange(len(data.seat_ptr) - 1), np.diff(data.seat_ptr))
    meeting_of_side = np.repeat(np.arange(len(data.value)), np.diff(data.side_ptr))
    # A crowded participant's time is dear: the wishes for each free slot, shared among the seats of a side.
    wishes = np.bincount(data.seat, minlength=len(data.most)) / np.maximum(1, data.available.sum(axis=1))
    crowd = np.zeros(len(data.value))
    np.maximum.at(crowd, meeting_of_side[side_of], np.minimum(wishes[data.seat], 20.0))
    merit = data.value / (1.0 + crowd)
    depth = _depth(arrays)
    return np.lexsort((-merit, depth, -data.required.astype(np.int64))).astype(np.int64)


def _depth(arrays: Arrays) -> Longs:
    """How long the longest chain of `after` before each meeting is."""
    data = arrays.data
    depth = np.zeros(len(data.value), dtype=np.int64)
    waiting = np.repeat(np.arange(len(data.value)), np.diff(data.after_ptr))
    while len(waiting):
        deeper = depth.copy()
        np.maximum.at(deeper, waiting, depth[data.after_idx] + 1)
        if np.array_equal(deeper, depth):
            break
        depth = deeper
    return depth
