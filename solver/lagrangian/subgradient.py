"""The Lagrangian bound: agents plan for themselves, prices bring them together.

A meeting's value is split among its carrier (a planner, or the meeting itself), the other planners (their
share) and the hubs (their price), so that the parts add up to the value. Whatever the split, the sum of what
every agent can get at best is at least the score of any schedule; subgradient steps look for the split with
the least sum (M. Held, P. Wolfe, H. Crowder 1974; steps after B. Polyak 1969, directions smoothed after P.
Camerini et al. 1975).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from solver.instance.arrays import Floats, Longs
from solver.jit.pointers import Int, as_floats, as_longs, kernel
from solver.jit.views import Addresses, viewer
from solver.lagrangian.subproblems import Agents

NOTHING = -1e18
PATIENCE, SHRINK = 25, 0.6
"""After so many steps without gain they become so much shorter, and begin again at the best prices."""


agents_view = viewer(Agents)


def work_space(agents: Agents) -> tuple[Floats, Longs]:
    """Room for what `descend` works out at every step."""
    meetings, entries, hubs = len(agents.value), len(agents.entry_meeting), len(agents.hub_most)
    return np.zeros(meetings + entries + hubs), np.zeros(2 * entries + hubs, dtype=np.int64)


@kernel
def visits(
    a: Agents, i: Int, mask: Int, reward: Any, order: Any, size: Int, mark: bool, chosen: Any
) -> float:  # fmt: skip
    """The worth of the best entries in the pavilions of a set; with `mark` they are chosen."""
    taken, total, most, owed, bonus = 0, 0.0, a.planner_most[i], a.planner_guarantee[i], a.weight_guarantee
    for n in range(size):
        e = order[n]
        if a.entry_group[e] >= 0 and not (mask >> a.entry_group[e]) & 1:
            continue
        gain = reward[e] + (bonus if taken < owed else 0.0)
        if taken >= most or gain <= 0.0:
            break
        total += gain
        taken += 1
        if mark:
            chosen[e] = 1
    return total


@kernel
def plan(a: Agents, i: Int, reward: Any, order: Any, chosen: Any) -> Any:
    """The best plan of planner i: marks its entries in `chosen` and returns its worth."""
    size = 0
    for e in range(a.entry_ptr[i], a.entry_ptr[i + 1]):
        chosen[e] = 0
        if reward[e] > -a.weight_guarantee:
            n = size
            while n > 0 and reward[order[n - 1]] < reward[e]:
                order[n] = order[n - 1]
                n -= 1
            order[n] = e
            size += 1
    best: Any = NOTHING
    best_mask = 0
    for mask in range(1 << a.group_count[i]):
        total = -a.table[a.table_ptr[i] + mask]
        if total > 0.1 * NOTHING:
            total += visits(a, i, mask, reward, order, size, False, chosen)
            if total > best:
                best, best_mask = total, mask
    visits(a, i, best_mask, reward, order, size, True, chosen)
    return best


@kernel
def split(a: Agents, price: Any, share: Any, rest: Any, reward: Any) -> None:
    """What every entry gets of its meeting's value; `rest[m]` is what is left for the carrier."""
    for m in range(a.meetings):
        left = a.value[m]
        for k in range(a.hub_ptr[m], a.hub_ptr[m + 1]):
            left -= price[a.hub_idx[k]]
        rest[m] = left
    for e in range(a.entries):
        if a.entry_kind[e] == 2:
            reward[e] = a.entry_value[e]
        elif a.entry_kind[e] == 1:
            rest[a.entry_meeting[e]] -= share[e]
            reward[e] = share[e]
    for m in range(a.meetings):
        if a.carrier[m] >= 0:
            reward[a.carrier[m]] = rest[m]


@kernel
def serve(a: Agents, price: Any, held: Any, surplus: Any, wanted: Any) -> float:
    """What the hubs get at best; `surplus` becomes what they would hold more than the others do."""
    for h in range(a.hubs):
        surplus[h], wanted[h] = 0.0, 0
    for m in range(a.meetings):
        for k in range(a.hub_ptr[m], a.hub_ptr[m + 1]):
            surplus[a.hub_idx[k]] -= held[m]
            wanted[a.hub_idx[k]] += 1
    total, bonus = 0.0, a.weight_guarantee
    for h in range(a.hubs):
        most = min(a.hub_most[h], wanted[h])
        some = min(a.hub_guarantee[h], most)
        at_some = some * (bonus + price[h])
        at_most = some * bonus + most * price[h]
        if at_most >= at_some and at_most > 0.0:
            total += at_most
            surplus[h] += most
        elif at_some > 0.0:
            total += at_some
            surplus[h] += some
    return total


@kernel
def descend(
    agents: Addresses, price: Any, share: Any, best_price: Any, best_share: Any, price_way: Any, share_way: Any,
    held: Any, control: Any, steps: Int, floats: Any, numbers: Any,
) -> None:  # fmt: skip
    """Do subgradient steps. `control`: 0 the least sum so far, 1 the target (a known score), 2 the step
    factor, 3 steps without gain, 4 the last sum. The prices of the least sum are kept in `best_price`,
    `best_share`. `floats` and `numbers` are the caller's `work_space`.
    """
    a = agents_view(agents)
    hubs, entries = a.hubs, a.entries
    at = floats.ctypes.data
    rest, reward, surplus = (
        as_floats(at),
        as_floats(at + 8 * a.meetings),
        as_floats(at + 8 * (a.meetings + entries)),
    )
    at = numbers.ctypes.data
    order, chosen, wanted = as_longs(at), as_longs(at + 8 * entries), as_longs(at + 16 * entries)
    prices, shares, holds = (
        as_floats(price.ctypes.data),
        as_floats(share.ctypes.data),
        as_longs(held.ctypes.data),
    )
    for _ in range(steps):
        split(a, prices, shares, rest, reward)
        total = 0.0
        for i in range(a.planners):
            total += plan(a, i, reward, order, chosen)
        for m in range(a.meetings):
            if a.carrier[m] >= 0:
                holds[m] = chosen[a.carrier[m]]
            else:
                holds[m] = rest[m] > 0.0
                total += max(0.0, rest[m])
        total += serve(a, prices, holds, surplus, wanted)
        control[4] = total
        if total < control[0]:
            if total < control[0] - 1e-4 * max(1.0, control[0] - control[1]):
                control[3] = 0
            control[0] = total
            best_price[:] = price
            best_share[:] = share
        control[3] += 1
        if control[3] > PATIENCE:
            control[3] = 0
            control[2] *= SHRINK
            price[:] = best_price
            share[:] = best_share
            price_way[:] = 0.0
            share_way[:] = 0.0
            continue
        length = 0.0
        for h in range(hubs):
            price_way[h] = 0.6 * surplus[h] + 0.4 * price_way[h]
            length += price_way[h] * price_way[h]
        for e in range(entries):
            if a.entry_kind[e] == 1:
                share_way[e] = 0.6 * (chosen[e] - holds[a.entry_meeting[e]]) + 0.4 * share_way[e]
                length += share_way[e] * share_way[e]
        if length < 1e-12:
            control[2] *= 0.5
            break
        stride = control[2] * max(1.0, total - control[1]) / length
        for h in range(hubs):
            price[h] = max(-a.weight_guarantee, price[h] - stride * price_way[h])
        for e in range(entries):
            share[e] -= stride * share_way[e]
