"""The tables of plan costs: for each walker, what every set of pavilions costs at least."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.arrays import Data, Longs
from solver.bound.limits import session_walks, shortest_ways
from solver.bound.plans import all_plan_costs
from solver.bound.wishes import Wishes
from solver.views import data_addresses

Floats = NDArray[np.float64]

BATCH = 2_000_000
"""Table entries times nodes squared that are computed between two looks at `stop`."""


def make_tables(data: Data, wishes: Wishes, stop: Callable[[], bool]) -> tuple[Longs, Floats] | None:
    """Where each walker's table begins, and the tables: costs less what the sessions alone cost.

    None when `stop` said so before they were done.
    """
    walkers = wishes.walkers
    count = wishes.count[walkers]
    ptr = np.concatenate([[0], np.cumsum(1 << count)]).astype(np.int64)
    cost = np.zeros(int(ptr[-1]))
    row, closure = data_addresses(data), shortest_ways(data.walk)
    disjoint = bool(np.all(data.slot_end[:-1] <= data.slot_start[1:]))
    total = np.cumsum((1 << count) * (count + 2) ** 2)
    cut = 0
    while cut < len(walkers):
        if stop():
            return None
        to = max(cut + 1, int(np.searchsorted(total, total[cut] + BATCH)))
        some = walkers[cut:to]
        group_ptr, pavilions = wishes.pavilions(some)
        all_plan_costs(
            row, closure, disjoint, some, group_ptr, pavilions, wishes.loose[some],
            ptr[cut : to + 1] - ptr[cut], cost[ptr[cut] : ptr[to]],
        )  # fmt: skip
        cut = to
    base = session_walks(data, data.walk)[walkers] * data.weight_walking
    cost -= np.repeat(base.astype(np.float64), np.diff(ptr))
    return ptr, cost
