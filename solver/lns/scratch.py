"""Room for one step of ruin and recreate, and what is counted of the steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.instance.arrays import Data, Flags, Ints, Longs
from solver.jit.views import viewer
from solver.lns.parameters import OPERATORS

MOST_DROPPED = 24
"""Meetings that one step may drop; the neighbourhood stays near constant however long the lists are."""

MOST_TRIED = 40
"""Meetings that one step may try to hold."""

MOST_FOLLOWERS = 200
"""Meetings that one step may drop besides because they must come after another."""


class OperatorUse(NamedTuple):
    """How often a ruin operator was used, its step kept, and the schedule better for it."""

    operator: str
    used: int
    kept: int
    improved: int


class Scratch(NamedTuple):
    """Room for the record of one step: what was dropped, from where and with whom, and what is to be
    tried; `steps` counts all steps, `uses` has a row of `OperatorUse` for each operator.
    """

    dropped: Ints
    slot: Ints
    place: Ints
    seated: Ints
    joins: Flags
    trial: Ints
    key: Longs
    mark: Ints
    steps: Longs
    uses: Longs
    work: Longs
    size: int
    sides: int
    extras: int


def make_scratch(data: Data) -> Scratch:
    """Scratch space for one thread."""
    sides = max(1, int(np.diff(data.side_ptr).max(initial=1)))
    extras = max(1, int(np.diff(data.extra_ptr).max(initial=1)))
    size = MOST_DROPPED + MOST_FOLLOWERS + MOST_TRIED
    return Scratch(
        dropped=np.zeros(size, dtype=np.int32),
        slot=np.zeros(size, dtype=np.int32),
        place=np.zeros(size, dtype=np.int32),
        seated=np.zeros(size * sides, dtype=np.int32),
        joins=np.zeros(size * extras, dtype=np.uint8),
        trial=np.zeros(2 * size, dtype=np.int32),
        key=np.zeros(2 * size, dtype=np.int64),
        mark=np.full(len(data.value), -1, dtype=np.int32),
        steps=np.zeros(1, dtype=np.int64),
        uses=np.zeros((len(OPERATORS), 3), dtype=np.int64),
        work=work_space(data),
        size=size,
        sides=sides,
        extras=extras,
    )


def work_space(data: Data) -> Longs:
    """Room for what `best_seat` works out for every pavilion."""
    return np.zeros(3 * len(data.walk), dtype=np.int64)


scratch_view = viewer(Scratch)
