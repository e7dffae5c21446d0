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

from solver.kernels import Int, kernel


@kernel
def plan(
    first: Any, last: Any, most: Any, owed: Any, bonus: float, groups: Any, table: Any, reward: Any,
    entry_group: Any, order: Any, chosen: Any,
) -> Int:  # fmt: skip
    """The best plan of one planner: marks its entries in `chosen`, returns its worth."""
    # Entries by falling reward.
    size = 0
    for e in range(first, last):
        chosen[e] = 0
        if reward[e] > -bonus:
            i = size
            while i > 0 and reward[order[i - 1]] < reward[e]:
                order[i] = order[i - 1]
                i -= 1
            order[i] = e
            size += 1
    best, best_mask = -1e18, 0
    for mask in range(1 << groups):
        total = -table[mask]
        if total < -1e17:
            continue
        taken = 0
        for i in range(size):
            e = order[i]
            if entry_group[e] >= 0 and not (mask >> entry_group[e]) & 1:
                continue
            if taken >= most:
                break
            gain = reward[e]
            if taken < owed:
                gain += bonus
            if gain <= 0.0:
                break
            total += gain
            taken += 1
        if total > best:
            best, best_mask = total, mask
    taken = 0
    for i in range(size):
        e = order[i]
        if entry_group[e] >= 0 and not (best_mask >> entry_group[e]) & 1:
            continue
        gain = reward[e] + (bonus if taken < owed else 0.0)
        if taken >= most or gain <= 0.0:
            break
        chosen[e] = 1
        taken += 1
    return best


@kernel
def descend(
    value: Any, carrier: Any, planner_most: Any, planner_guarantee: Any, entry_ptr: Any, entry_meeting: Any,
    entry_group: Any, entry_kind: Any, entry_value: Any, group_count: Any, table_ptr: Any, table: Any,
    hub_ptr: Any, hub_idx: Any, hub_most: Any, hub_guarantee: Any, bonus: float, price: Any, share: Any,
    best_price: Any, best_share: Any, hub_way: Any, share_way: Any, held: Any, control: Any, steps: Any,
) -> None:  # fmt: skip
    """Do subgradient steps. `control`: 0 the least sum so far, 1 the target (a known score), 2 the step
    factor, 3 steps without gain, 4 the last sum. Prices of the least sum are kept in `best_price`,
    `best_share`.
    """
    meetings, hubs, entries = len(value), len(price), len(share)
    rest = np.empty(meetings)
    reward = np.empty(entries)
    order = np.empty(max(1, entries), np.int64)
    chosen = np.zeros(entries, np.int64)
    usage = np.empty(hubs)
    for _ in range(steps):
        for m in range(meetings):
            left = value[m]
            for k in range(hub_ptr[m], hub_ptr[m + 1]):
                left -= price[hub_idx[k]]
            rest[m] = left
        for e in range(entries):
            if entry_kind[e] == 1:
                rest[entry_meeting[e]] -= share[e]
                reward[e] = share[e]
            elif entry_kind[e] == 2:
                reward[e] = entry_value[e]
        total = 0.0
        for m in range(meetings):
            if carrier[m] >= 0:
                reward[carrier[m]] = rest[m]
                held[m] = 0
            else:
                held[m] = rest[m] > 0.0
                if held[m]:
                    total += rest[m]
        for i in range(len(planner_most)):
            total += plan(
                entry_ptr[i], entry_ptr[i + 1], planner_most[i], planner_guarantee[i], bonus, group_count[i],
                table[table_ptr[i]:table_ptr[i + 1]], reward, entry_group, order, chosen,
            )  # fmt: skip
        for m in range(meetings):
            if carrier[m] >= 0:
                held[m] = chosen[carrier[m]]
        usage[:] = 0.0
        wanted = np.zeros(hubs, np.int64)
        for m in range(meetings):
            for k in range(hub_ptr[m], hub_ptr[m + 1]):
                usage[hub_idx[k]] -= held[m]
                wanted[hub_idx[k]] += 1
        for h in range(hubs):
            most = min(hub_most[h], wanted[h])
            some = min(hub_guarantee[h], most)
            at_some = some * (bonus + price[h])
            at_most = some * bonus + most * price[h]
            if at_most >= at_some and at_most > 0.0:
                total += at_most
                usage[h] += most
            elif at_some > 0.0:
                total += at_some
                usage[h] += some
        control[4] = total
        if total < control[0]:
            if total < control[0] - 1e-4 * max(1.0, control[0] - control[1]):
                control[3] = 0
            control[0] = total
            best_price[:] = price
            best_share[:] = share
        control[3] += 1
        if control[3] > 25:
            control[3] = 0
            control[2] *= 0.6
            price[:] = best_price
            share[:] = best_share
            hub_way[:] = 0.0
            share_way[:] = 0.0
        length = 0.0
        for h in range(hubs):
            hub_way[h] = 0.6 * usage[h] + 0.4 * hub_way[h]
            length += hub_way[h] * hub_way[h]
        for e in range(entries):
            if entry_kind[e] == 1:
                share_way[e] = 0.6 * (chosen[e] - held[entry_meeting[e]]) + 0.4 * share_way[e]
                length += share_way[e] * share_way[e]
        if length < 1e-12:
            break
        stride = control[2] * max(1.0, total - control[1]) / length
        for h in range(hubs):
            price[h] = max(-bonus, price[h] - stride * hub_way[h])
        for e in range(entries):
            if entry_kind[e] == 1:
                share[e] -= stride * share_way[e]
