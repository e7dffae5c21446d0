"""Where and on which day an open meeting may be: what each participant must walk for it.

A meeting that may be held in several pavilions costs no walk in the tables of `dp_tables.py`. Here each pair of a
pavilion and a day, a *spot*, is told apart: for every participant, spot and set of pavilions a table tells what it
costs at least to meet in all of the set and, besides, at the spot. Whoever is at several spots pays at least
what the dearest of them costs.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple

import numpy as np

from solver.instance.arrays import Data, Floats, Longs
from solver.lagrangian.demand import Demand
from solver.lagrangian.dp_tables import plan_tables
from solver.lagrangian.subproblems import Agents


class Placements(NamedTuple):
    """The options of roaming wishes and what they cost.

    The options of entry e are `option_ptr[e]` to before `option_ptr[e + 1]`, one for each pavilion of its places
    and each day. Planner i knows `spot_ptr[i + 1] - spot_ptr[i]` spots; with `n` of them and `masks` sets of
    pavilions, `cost[cost_ptr[i] + q * masks + mask]` is what spot q costs and `order[cost_ptr[i] + mask * n + k]`
    the k-th cheapest. `option_of[option_of_ptr[i] + j * n + q]` is the option of the planner's j-th roaming wish
    at spot q, -1: none. `shared` and `kept` pair the options of those who get a share of a meeting with those of
    its carrier.
    """

    option_ptr: Longs
    spot_ptr: Longs
    cost_ptr: Longs
    cost: Floats
    order: Longs
    option_of_ptr: Longs
    option_of: Longs
    shared: Longs
    kept: Longs


def make_placements(
    data: Data, wishes: Demand, agents: Agents, stop: Callable[[], bool], seconds: float = inf
) -> Placements | None:
    """Tables for all planners with roaming wishes. None when there are none, when `stop` said so before the end,
    and as soon as it is clear that they would take more than `seconds`."""
    roams = agents.entry_roams
    if not roams.any():
        return None
    days = int(data.slot_day.max()) + 1
    site = [data.site_idx[a:b].tolist() for a, b in zip(data.site_ptr[:-1], data.site_ptr[1:], strict=True)]
    sites_of = [site[s] for s in data.place_set[agents.entry_meeting].tolist()]
    sizes = np.array([len(row) * days for row in sites_of], dtype=np.int64) * roams
    option_ptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    group_ptr, pavilions = wishes.pavilions(agents.planner)
    spots: list[list[int]] = []
    rows: list[int] = []
    groups: list[int] = []
    for i, p in enumerate(agents.planner.tolist()):
        mine = [e for e in range(agents.entry_ptr[i], agents.entry_ptr[i + 1]) if roams[e]]
        open_days = np.unique(data.slot_day[data.available[p] > 0]).tolist() if mine else []
        where = sorted({v for e in mine for v in sites_of[e]})
        spots.append([v * days + day for v in where for day in open_days])
        own = pavilions[group_ptr[i] : group_ptr[i] + agents.group_count[i]].tolist()
        for spot in spots[-1]:
            rows.append(i)
            groups += [*own, spot // days]
    row = np.array(rows, dtype=np.int64)
    people = agents.planner[row]
    lengths = agents.group_count[row] + 1
    flat = [spot for mine in spots for spot in mine]
    # Another roaming meeting may fill what would be a break.
    loose = np.maximum(wishes.loose, wishes.roaming > 1)[people].astype(np.int64)
    tables = plan_tables(
        data,
        people,
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array(groups, dtype=np.int64),
        loose,
        np.array(flat, dtype=np.int64) % days,
        stop,
        seconds,
    )
    if tables is None:
        return None
    ptr, table = tables
    masks = 1 << agents.group_count
    counts = np.array([len(mine) for mine in spots], dtype=np.int64)
    spot_ptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    cost_ptr = np.concatenate([[0], np.cumsum(counts * masks)]).astype(np.int64)
    cost = np.empty(int(cost_ptr[-1]))
    order = np.empty(int(cost_ptr[-1]), dtype=np.int64)
    option_of: list[int] = []
    option_of_ptr = [0]
    for i, mine in enumerate(spots):
        low, high, size = cost_ptr[i], cost_ptr[i + 1], int(masks[i])
        for q in range(len(mine)):
            # the half of the table in which the spot is visited
            begin = ptr[spot_ptr[i] + q] + size
            cost[low + q * size : low + (q + 1) * size] = table[begin : begin + size]
        by_mask = cost[low:high].reshape(len(mine), size)
        order[low:high] = np.argsort(by_mask, axis=0, kind="stable").T.ravel()
        for e in range(agents.entry_ptr[i], agents.entry_ptr[i + 1]):
            if roams[e]:
                first = {v: option_ptr[e] + n * days for n, v in enumerate(sites_of[e])}
                option_of += [first[s // days] + s % days if s // days in first else -1 for s in mine]
        option_of_ptr.append(len(option_of))
    sharing = np.flatnonzero(roams & (agents.entry_kind == 1))
    shared, kept = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for e in sharing.tolist():
        carrier = int(agents.carrier[agents.entry_meeting[e]])
        shared.append(np.arange(option_ptr[e], option_ptr[e + 1]))
        kept.append(np.arange(option_ptr[carrier], option_ptr[carrier + 1]))
    return Placements(
        option_ptr=option_ptr,
        spot_ptr=spot_ptr,
        cost_ptr=cost_ptr,
        cost=cost,
        order=order,
        option_of_ptr=np.array(option_of_ptr, dtype=np.int64),
        option_of=np.array(option_of, dtype=np.int64),
        shared=np.concatenate(shared),
        kept=np.concatenate(kept),
    )
