"""What a participant must at least walk and wait to visit a set of pavilions: day plans as a dynamic
programme.

For a participant with up to `MOST_GROUPS` pavilions in which they are wanted, `plan_costs` finds for every
set of these the least cost of a schedule that meets in exactly these pavilions, over all days, between the
sessions they attend. It goes through the slots in which they are available, in order of time. Its states:
the pavilions met in so far, where they are, and whether their last meeting of the day was in the slot before
(*now*), earlier (*waiting*: the next meeting makes a break), in the slot before but at a place that was left
open (*loose*), or not yet (*fresh*).

It is a relaxation, so its costs are never above the true ones: meetings may repeat; a walk is taken by the
shortest way even through pavilions where they don't meet; after waiting every walk is taken to be in time;
meetings that may be held in several pavilions (or in one beyond the limit) cost no walk. Where slots
overlap, breaks after waiting are not counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from solver.instance.arrays import Data, Floats
from solver.instance.timeline import idle
from solver.instance.views import data_view
from solver.jit.pointers import Int, as_floats, as_longs, kernel
from solver.jit.views import Addresses

MOST_GROUPS = 9
"""Pavilions of one participant that are told apart; 2 to this power plans are looked at."""

FAR = 1e18


@kernel
def stop_at(f: Any, nodes: Any, masks: Any, x_costs: Any) -> None:
    """Go to a commitment: every state moves to the node after the pavilions, paying the way."""
    goal = nodes - 2
    for kind in range(4):
        for mask in range(masks):
            best = FAR
            for q in range(nodes):
                found = f[(kind * nodes + q) * masks + mask] + x_costs[q]
                best = min(best, found)
                f[(kind * nodes + q) * masks + mask] = FAR
            f[(kind * nodes + goal) * masks + mask] = best


@kernel
def new_day(f: Any, nodes: Any, masks: Any) -> None:
    """Begin a day: nobody is anywhere, nobody has met."""
    for mask in range(masks):
        best = FAR
        for at in range(4 * nodes):
            best = min(best, f[at * masks + mask])
            f[at * masks + mask] = FAR
        f[(nodes - 1) * masks + mask] = best


@kernel
def where(groups: Any, count: Any, q: Any, commitment: Any, nowhere: Any) -> Int:
    """The pavilion of a node: one of the groups, the last commitment's, or none."""
    if q < count:
        return groups[q]
    if q == count:
        return commitment
    return nowhere


@kernel
def plan_costs(
    d: Data, closure: Any, disjoint: Any, p: Any, groups: Any, count: Any, loose: Any, last_day: Any,
    f: Any, other: Any, x_costs: Any, out: Any,
) -> None:  # fmt: skip
    """Write the least cost of meeting in exactly the pavilions of each set to `out` (FAR: impossible).

    `groups` are `count` pavilions, bit g of a set stands for `groups[g]`; `loose`: whether p has meetings
    whose pavilion is open; `last_day`: the only day for the last of the pavilions, -1: any. `f` and
    `other` are work space for 4 x (count + 2) x 2**count numbers.
    """
    nodes, masks, nowhere = count + 2, 1 << count, d.pavilions - 1
    for k in range(4 * nodes * masks):
        f[k] = FAR
    f[(nodes - 1) * masks] = 0.0
    here, until = nowhere, np.int64(0)
    today, before = np.int64(-1), np.int64(-1)
    c, c_high = d.commitment_ptr[p], d.commitment_ptr[p + 1]
    for t in range(d.slots + 1):
        if t < d.slots and not d.available[p * d.slots + t]:
            continue
        while c < c_high and (t == d.slots or d.commitment_start[c] < d.slot_start[t]):
            x = d.commitment_pavilion[c]
            if d.commitment_day[c] != today:
                new_day(f, nodes, masks)
                today, before, here = d.commitment_day[c], np.int64(-1), nowhere
            if x != nowhere:
                for q in range(nodes):
                    at = where(groups, count, q, here, nowhere)
                    x_costs[q] = d.weight_walking * closure[at * d.pavilions + x]
                stop_at(f, nodes, masks, x_costs)
                here, until = x, d.commitment_end[c]
            c += 1
        if t == d.slots:
            break
        if d.slot_day[t] != today:
            new_day(f, nodes, masks)
            today, before, here = d.slot_day[t], np.int64(-1), nowhere
        begin = d.slot_start[t]
        follow = 0.0
        if before >= 0:
            follow = float(d.weight_break * idle(d, p, before, t))
        wait = float(d.weight_break) if disjoint else 0.0
        gap = begin - d.slot_end[before] if before >= 0 else np.int64(0)
        for k in range(4 * nodes * masks):
            other[k] = FAR
        for q in range(nodes):
            for mask in range(masks):
                fresh = f[q * masks + mask]
                now = f[(nodes + q) * masks + mask]
                waiting = f[(2 * nodes + q) * masks + mask]
                free = f[(3 * nodes + q) * masks + mask]
                other[q * masks + mask] = fresh
                other[(2 * nodes + q) * masks + mask] = min(now, waiting, free)
                easy = min(fresh, waiting + wait, free + follow)
                if loose:
                    other[(3 * nodes + q) * masks + mask] = min(easy, now + follow)
                if easy >= FAR and now >= FAR:
                    continue
                at = where(groups, count, q, here, nowhere)
                for g in range(count):
                    if last_day >= 0 and g == count - 1 and d.slot_day[t] != last_day:
                        continue
                    target = groups[g]
                    if q == count and begin - until < d.walk[at * d.pavilions + target]:
                        continue
                    cheapest = easy
                    if q >= count or gap >= d.walk[at * d.pavilions + target]:
                        cheapest = min(cheapest, now + follow)
                    cheapest += d.weight_walking * closure[at * d.pavilions + target]
                    into = (nodes + g) * masks + (mask | (1 << g))
                    if cheapest < other[into]:
                        other[into] = cheapest
        for k in range(4 * nodes * masks):
            f[k] = other[k]
        before = np.int64(t)
    for mask in range(masks):
        best = FAR
        for at in range(4 * nodes):
            best = min(best, f[at * masks + mask])
        out[mask] = best


def work_space() -> tuple[Floats, Floats, Floats]:
    """Room for what `plan_costs` works out for the most pavilions there may be, and one more."""
    nodes, masks = MOST_GROUPS + 3, 2 << MOST_GROUPS
    return np.empty(4 * nodes * masks), np.empty(4 * nodes * masks), np.empty(nodes)


@kernel
def all_plan_costs(
    data: Addresses, closure: Any, disjoint: Any, people: Any, group_ptr: Any, groups: Any, loose: Any,
    last_day: Any, out_ptr: Any, out: Any, f: Any, other: Any, x_costs: Any,
) -> None:  # fmt: skip
    """`plan_costs` for many participants: row i is participant `people[i]`. `f`, `other` and `x_costs` are the
    caller's `work_space`."""
    d = data_view(data)
    for i in range(len(people)):
        first = group_ptr[i]
        plan_costs(
            d,
            as_longs(closure.ctypes.data),
            disjoint,
            people[i],
            as_longs(groups.ctypes.data + 8 * first),
            group_ptr[i + 1] - first,
            loose[i],
            last_day[i],
            as_floats(f.ctypes.data),
            as_floats(other.ctypes.data),
            as_floats(x_costs.ctypes.data),
            as_floats(out.ctypes.data + 8 * out_ptr[i]),
        )
