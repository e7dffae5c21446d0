"""Who is priced how: the problem split into planners and hubs, which only the meetings tie together.

A *planner* is a participant who may have to walk between pavilions: their best plan is found exactly from the
tables of `dp_tables.py`. A *hub* is anything that holds at most so many meetings: a participant for whom
walking is no matter, a side of several representatives, a set of places. Everything here over-estimates what
is possible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.instance.arrays import Arrays, Floats, Longs
from solver.instance.most_meetings_arrays import most_by_participant
from solver.lagrangian.cardinality import Hubs
from solver.lagrangian.demand import Demand
from solver.lagrangian.dp_tables import make_tables
from solver.lagrangian.relaxation_limits import session_walks, shortest_ways


class Agents(NamedTuple):
    """Planners with their entries and tables, hubs with their limits, and which meetings they share.

    Entry e of planner i (`entry_ptr`) is a wish for meeting `entry_meeting[e]`, in group `entry_group[e]` of
    the planner's pavilions (-1: no walk is known of); `entry_kind` 0: the meeting's own value goes to this
    entry, 1: it gets a share of it, 2: an optional seat worth `entry_value[e]`. `table_ptr[i]` is where the
    costs of planner i's sets of pavilions begin. `planner` are the participants' numbers, `entry_roams` the
    wishes whose pavilion is told apart by `placement.py`. `constant` + the sum of all agents' best is a bound.
    """

    value: Floats
    carrier: Longs
    planner_most: Longs
    planner_guarantee: Longs
    entry_ptr: Longs
    entry_meeting: Longs
    entry_group: Longs
    entry_kind: Longs
    entry_value: Floats
    group_count: Longs
    table_ptr: Longs
    table: Floats
    hub_ptr: Longs
    hub_idx: Longs
    hub_most: Longs
    hub_guarantee: Longs
    weight_guarantee: float
    constant: float
    planner: Longs
    entry_roams: NDArray[np.bool_]
    planners: int
    meetings: int
    entries: int
    hubs: int


def make_agents(
    arrays: Arrays, stop: Callable[[], bool] = lambda: False, wishes: Demand | None = None
) -> Agents | None:
    """Split a problem. None when `stop` says so before the tables are done."""
    data = arrays.data
    people = len(data.most)
    wishes = wishes or Demand(data)
    tables = make_tables(data, wishes, stop)
    if tables is None:
        return None
    starts, costs = tables
    walkers = wishes.walkers
    row_of = np.full(people, -1)
    row_of[walkers] = np.arange(len(walkers))
    # Those for whom every plan costs the same are better off as hubs.
    is_planner = np.zeros(people, dtype=bool)
    if len(walkers):
        least, most = np.minimum.reduceat(costs, starts[:-1]), np.maximum.reduceat(costs, starts[:-1])
        is_planner[walkers[(least < 0) | (most > 0) | (wishes.roaming[walkers] > 0)]] = True
    is_planner[wishes.person[wishes.optional]] = True
    planners = np.flatnonzero(is_planner)
    rows = row_of[planners]
    mine = is_planner[wishes.person]
    person, meeting = wishes.person[mine], wishes.meeting[mine]
    kind = wishes.optional[mine].astype(np.int64) * 2
    carrier = np.full(len(data.value), -1, dtype=np.int64)
    entries = np.arange(len(person))
    full = kind == 0
    carrier[meeting[full][::-1]] = entries[full][::-1]
    kind[full & (carrier[meeting] != entries)] = 1
    room = most_by_participant(data)
    hubs = Hubs(data, wishes, room, is_planner)
    # Between two sessions a meeting on a shorter way saves minutes where the direct way is not the shortest.
    sessions = session_walks(data, data.walk) - session_walks(data, shortest_ways(data.walk))
    hidden = sessions[~is_planner | (row_of < 0)].sum() * data.weight_walking
    # A guarantee met partly alone and partly as a representative is counted in both: never too little.
    return Agents(
        value=np.where(wishes.possible, data.value, 0).astype(np.float64),
        carrier=carrier,
        planner_most=room[planners],
        planner_guarantee=data.guarantee[planners].astype(np.int64),
        entry_ptr=np.searchsorted(person, np.append(planners, people)).astype(np.int64),
        entry_meeting=meeting,
        entry_group=np.where(row_of[person] >= 0, wishes.group[mine], -1).astype(np.int64),
        entry_kind=kind,
        entry_value=wishes.worth[mine],
        group_count=np.where(rows >= 0, wishes.count[planners], 0).astype(np.int64),
        table_ptr=np.where(rows >= 0, starts[rows], len(costs)).astype(np.int64),
        table=np.append(costs, 0.0),
        hub_ptr=hubs.ptr,
        hub_idx=hubs.idx,
        hub_most=hubs.most,
        hub_guarantee=hubs.guarantee,
        weight_guarantee=float(data.weight_guarantee),
        constant=float(arrays.floor) + float(hidden),
        planner=planners.astype(np.int64),
        entry_roams=wishes.roams[mine],
        planners=len(planners),
        meetings=len(data.value),
        entries=len(person),
        hubs=len(hubs.most),
    )
