"""The Lagrangian bound with open meetings told apart by pavilion and day: planners must agree on the spot.

The same split of values as in `subgradient.py`; the share of a roaming wish is one number for each of its options, so
that a meeting is only worth its whole value to people who choose the same spot.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from solver.instance.arrays import Floats
from solver.jit.pointers import Int, kernel
from solver.lagrangian.placement import Placements
from solver.lagrangian.subgradient import NOTHING, PATIENCE, SHRINK
from solver.lagrangian.subproblems import Agents

SMOOTH = 0.6


@kernel
def with_roaming(
    i: Int, mask: Int, cost: float, low: Int, high: Int, sequence: Any, roams: Any, group: Any, reward: Any,
    roaming: Any, most: Any, owed: Any, bonus: float,
) -> float:  # fmt: skip
    """The worth of the best wishes in the pavilions of a set, with what each roaming wish may get."""
    best = -np.sort(-roaming)
    total, taken, a, b = cost, 0, 0, 0
    size = high - low
    while True:
        while a < size:
            e = low + sequence[a]
            if not roams[e] and (group[e] < 0 or (mask >> group[e]) & 1):
                break
            a += 1
        gain, open_one = NOTHING, False
        if a < size:
            gain = reward[low + sequence[a]]
        if b < len(best) and best[b] > gain:
            gain, open_one = best[b], True
        if taken < owed[i]:
            gain += bonus
        if taken >= most[i] or gain <= 0.0:
            return total
        total += gain
        taken += 1
        if open_one:
            b += 1
        else:
            a += 1


@kernel
def best_plans(
    entry_ptr: Any, group: Any, roams: Any, group_count: Any, table_ptr: Any, table: Any, option_ptr: Any,
    spot_ptr: Any, cost_ptr: Any, cost: Any, order: Any, option_of_ptr: Any, option_of: Any, most: Any, owed: Any,
    bonus: float, reward: Any, option_reward: Any, chosen: Any, option: Any,
) -> float:  # fmt: skip
    """The sum of all planners' best plans; their wishes are marked in `chosen`, with their options."""
    total = 0.0
    for i in range(len(entry_ptr) - 1):
        low, high = entry_ptr[i], entry_ptr[i + 1]
        size, masks, spots = high - low, 1 << group_count[i], spot_ptr[i + 1] - spot_ptr[i]
        sequence = np.argsort(-reward[low:high])
        mine = np.flatnonzero(roams[low:high]) + low
        start, start_option = np.full(len(mine), NOTHING), np.full(len(mine), -1)
        if spots == 0:
            for j in range(len(mine)):
                for o in range(option_ptr[mine[j]], option_ptr[mine[j] + 1]):
                    if option_reward[o] > start[j]:
                        start[j], start_option[j] = option_reward[o], o
        best, best_mask, best_spots = NOTHING, 0, 0
        roaming = start.copy()
        for mask in range(masks):
            least = -table[table_ptr[i] + mask]
            if least <= 0.1 * NOTHING:
                continue
            roaming[:] = start
            worth = with_roaming(
                i, mask, least, low, high, sequence, roams, group, reward, roaming, most, owed, bonus
            )
            if worth > best:
                best, best_mask, best_spots = worth, mask, 0
            for k in range(spots):
                q = order[cost_ptr[i] + mask * spots + k]
                price = -cost[cost_ptr[i] + q * masks + mask]
                if price <= 0.1 * NOTHING:
                    break
                # a stop at a spot may shorten what has no shortest ways, or fill a break, whatever it is worth
                better = k == 0
                for j in range(len(mine)):
                    o = option_of[option_of_ptr[i] + j * spots + q]
                    if o >= 0 and option_reward[o] > roaming[j]:
                        roaming[j] = option_reward[o]
                        better |= option_reward[o] > -bonus
                if better:
                    worth = with_roaming(
                        i, mask, price, low, high, sequence, roams, group, reward, roaming, most, owed, bonus
                    )
                    if worth > best:
                        best, best_mask, best_spots = worth, mask, k + 1
        total += best
        gains, options = np.full(size, NOTHING), np.full(size, -1)
        for e in range(low, high):
            chosen[e], option[e] = 0, -1
            if not roams[e] and (group[e] < 0 or (best_mask >> group[e]) & 1):
                gains[e - low] = reward[e]
        for j in range(len(mine)):
            at = mine[j] - low
            gains[at], options[at] = start[j], start_option[j]
            for k in range(best_spots):
                q = order[cost_ptr[i] + best_mask * spots + k]
                o = option_of[option_of_ptr[i] + j * spots + q]
                if o >= 0 and option_reward[o] > gains[at]:
                    gains[at], options[at] = option_reward[o], o
        for taken, at in enumerate(np.argsort(-gains)):
            gain = gains[at]
            if taken < owed[i]:
                gain += bonus
            if taken >= most[i] or gain <= 0.0:
                break
            chosen[low + at], option[low + at] = 1, options[at]
    return total


class SubgradientByPlace:
    """The state of a subgradient search over prices, shares, and shares by spot."""

    def __init__(self, agents: Agents, spots: Placements) -> None:
        a = self.agents = agents
        self.spots = spots
        self._hub_meeting = np.repeat(np.arange(len(a.value)), np.diff(a.hub_ptr))
        self._wanted = np.bincount(a.hub_idx, minlength=len(a.hub_most))
        self._shares = (a.entry_kind == 1) & ~a.entry_roams
        self._carried = a.carrier >= 0
        sharers = np.bincount(a.entry_meeting[a.entry_kind < 2], minlength=len(a.value))
        share = np.where(
            a.entry_kind == 1, a.value[a.entry_meeting] / np.maximum(1, sharers[a.entry_meeting]), 0.0
        )
        per_option = np.repeat(share, np.diff(spots.option_ptr))
        self._at = [np.zeros(len(a.hub_most)), share, per_option]
        self._directions = [np.zeros_like(part) for part in self._at]
        self._best = [part.copy() for part in self._at]
        self.least = 1e300
        self._factor, self._since, self._steps = 1.0, 0, 1

    @property
    def settled(self) -> bool:
        """Whether further steps would hardly change anything."""
        return self._factor < 1e-4

    def advance(self, target: float, seconds: float = 60.0, steps: int = 10_000) -> float:
        """Steps towards a known score, as many as fit into the time; returns the least bound so far."""
        began = time.monotonic()
        aim = target - self.agents.constant
        while steps > 0 and not self.settled and time.monotonic() - began < seconds:
            self._step(aim)
            steps -= 1
        return self.least + self.agents.constant

    def _step(self, aim: float) -> None:
        total, subgradient = self._evaluate()
        if total < self.least:
            if total < self.least - 1e-4 * max(1.0, self.least - aim):
                self._since = 0
            self.least = total
            self._best = [part.copy() for part in self._at]
        self._since += 1
        if self._since > PATIENCE:
            self._since = 0
            self._factor *= SHRINK
            self._at = [part.copy() for part in self._best]
            self._directions = [np.zeros_like(part) for part in self._at]
            return
        self._directions = [
            SMOOTH * part + (1 - SMOOTH) * old
            for part, old in zip(subgradient, self._directions, strict=True)
        ]
        length = sum(float(part @ part) for part in self._directions)
        if length < 1e-12:
            self._factor *= 0.5
            return
        stride = self._factor * max(1.0, total - 0.5 * (aim + self.least)) / length
        self._at = [part - stride * step for part, step in zip(self._at, self._directions, strict=True)]
        self._at[0] = np.maximum(-self.agents.weight_guarantee, self._at[0])

    def _evaluate(self) -> tuple[float, list[Floats]]:
        """The bound without the constant at the present prices, and its subgradient."""
        a, spots = self.agents, self.spots
        price, share, per_option = self._at
        rest = a.value.copy()
        np.subtract.at(rest, self._hub_meeting, price[a.hub_idx])
        np.subtract.at(rest, a.entry_meeting[self._shares], share[self._shares])
        reward = np.where(a.entry_kind == 2, a.entry_value, np.where(a.entry_kind == 1, share, 0.0))
        carries = a.entry_kind == 0
        reward[carries] = rest[a.entry_meeting[carries]]
        option_reward = np.where(
            np.repeat(carries, np.diff(spots.option_ptr)),
            np.repeat(reward, np.diff(spots.option_ptr)),
            per_option,
        )
        np.subtract.at(option_reward, spots.kept, per_option[spots.shared])
        chosen = np.zeros(len(reward), dtype=np.int64)
        option = np.full(len(reward), -1, dtype=np.int64)
        total = best_plans(
            a.entry_ptr, a.entry_group, a.entry_roams, a.group_count, a.table_ptr, a.table, spots.option_ptr,
            spots.spot_ptr, spots.cost_ptr, spots.cost, spots.order, spots.option_of_ptr, spots.option_of,
            a.planner_most, a.planner_guarantee, a.weight_guarantee, reward, option_reward, chosen, option,
        )  # fmt: skip
        held = (rest > 0.0).astype(np.float64)
        total += float(np.maximum(0.0, rest[~self._carried]).sum())
        held[self._carried] = chosen[a.carrier[self._carried]]
        surplus = np.zeros(len(price))
        np.subtract.at(surplus, a.hub_idx, held[self._hub_meeting])
        most = np.minimum(a.hub_most, self._wanted)
        some = np.minimum(a.hub_guarantee, most)
        at_some = some * (a.weight_guarantee + price)
        at_most = some * a.weight_guarantee + most * price
        full = (at_most >= at_some) & (at_most > 0.0)
        part = ~full & (at_some > 0.0)
        total += float(at_most[full].sum() + at_some[part].sum())
        surplus += np.where(full, most, np.where(part, some, 0))
        apart = np.where(self._shares, chosen - held[a.entry_meeting], 0.0)
        takes = np.zeros(len(per_option))
        takes[option[option >= 0]] = 1.0
        disagree = np.zeros(len(per_option))
        disagree[spots.shared] = takes[spots.shared] - takes[spots.kept]
        return total, [surplus, apart, disagree]
