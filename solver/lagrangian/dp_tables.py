"""The tables of plan costs: for each walker, what every set of pavilions costs at least."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

import numpy as np

from solver.instance.arrays import Data, Floats, Longs
from solver.jit.views import addresses
from solver.lagrangian.day_plan_dp import all_plan_costs, work_space
from solver.lagrangian.demand import Demand
from solver.lagrangian.relaxation_limits import session_walks, shortest_ways

BATCH = 200_000
"""Table entries times nodes squared that are computed between two looks at `stop`."""

LATE = 0.1
"""The part of the time by which tables may be late."""


def make_tables(data: Data, wishes: Demand, stop: Callable[[], bool]) -> tuple[Longs, Floats] | None:
    """Where each walker's table begins, and the tables: costs less what the sessions alone cost.

    None when `stop` said so before they were done.
    """
    walkers = wishes.walkers
    group_ptr, pavilions = wishes.pavilions(walkers)
    days = np.full(len(walkers), -1, dtype=np.int64)
    return plan_tables(data, walkers, group_ptr, pavilions, wishes.loose[walkers], days, stop)


def plan_tables(
    data: Data,
    people: Longs,
    group_ptr: Longs,
    pavilions: Longs,
    loose: Longs,
    last_day: Longs,
    stop: Callable[[], bool],
    seconds: float = inf,
) -> tuple[Longs, Floats] | None:
    """Tables for rows of a participant and pavilions (`pavilions[group_ptr[i]:group_ptr[i + 1]]`), of which
    the last may be confined to a day (-1: it is not). None when `stop` said so before they were done, and as
    soon as it is clear that they would take more than `seconds`.
    """
    began = time.monotonic()
    count = np.diff(group_ptr)
    ptr = np.concatenate([[0], np.cumsum(1 << count)]).astype(np.int64)
    cost = np.zeros(int(ptr[-1]))
    row, closure = addresses(data), shortest_ways(data.walk)
    disjoint = bool(np.all(data.slot_end[:-1] <= data.slot_start[1:]))
    total = np.cumsum((1 << count) * (count + 2) ** 2)
    space = work_space()
    cut = 0
    while cut < len(people):
        done = total[cut - 1] / total[-1] if cut else 0.0
        if stop() or time.monotonic() - began > (done + LATE) * seconds:
            return None
        to = max(cut + 1, int(np.searchsorted(total, total[cut] + BATCH)))
        first, last = group_ptr[cut], group_ptr[min(to, len(people))]
        all_plan_costs(
            row, closure, disjoint, people[cut:to], group_ptr[cut : to + 1] - first, pavilions[first:last],
            loose[cut:to], last_day[cut:to], ptr[cut : to + 1] - ptr[cut], cost[ptr[cut] : ptr[min(to, len(people))]],
            *space,
        )  # fmt: skip
        cut = to
    base = session_walks(data, data.walk)[people] * data.weight_walking
    cost -= np.repeat(base.astype(np.float64), np.diff(ptr))
    return ptr, cost
