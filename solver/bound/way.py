"""The bound as a way: tables once, then subgradient steps for as long as they help."""

from __future__ import annotations

import numpy as np

from solver.arrays import arrays_of
from solver.board import Board
from solver.bound.agents import Agents, make_agents
from solver.bound.prices import descend
from solver.problem import Problem
from solver.settings import Settings

SAFETY = 1e-9
"""Relative room for rounding in sums of floats; a bound is published that much higher."""

STALE = 1e-4
"""The step factor at which the prices have settled."""


def run(problem: Problem, settings: Settings, board: Board) -> None:
    """Publish ever tighter bounds until the prices have settled or the board says stop."""
    arrays = arrays_of(problem)
    agents = make_agents(arrays, board.should_stop)
    if agents is None:
        return
    prices = Prices(agents)
    while not board.should_stop() and not prices.settled:
        best = board.best()
        bound = prices.advance(None if best is None else best.score)
        board.tighten(bound, "prices")


class Prices:
    """The state of a subgradient search over prices and shares."""

    def __init__(self, agents: Agents) -> None:
        self.agents = agents
        hubs, entries = len(agents.hub_most), len(agents.entry_meeting)
        self.price = np.zeros(hubs)
        sharers = np.bincount(agents.entry_meeting[agents.entry_kind < 2], minlength=len(agents.value))
        self.share = np.where(
            agents.entry_kind == 1,
            agents.value[agents.entry_meeting] / np.maximum(1, sharers[agents.entry_meeting]),
            0.0,
        )
        self.best_price, self.best_share = self.price.copy(), self.share.copy()
        self._hub_way, self._share_way = np.zeros(hubs), np.zeros(entries)
        self.held = np.zeros(len(agents.value), dtype=np.int64)
        self._control = np.array([1e300, 0.0, 1.0, 0.0, 0.0])
        work = len(agents.table) * 4 + entries * 4 + len(agents.value)
        self._steps = max(1, min(50, int(4e7 / max(1, work))))

    @property
    def settled(self) -> bool:
        """Whether further steps would hardly change anything."""
        return bool(self._control[2] < STALE)

    @property
    def bound(self) -> float:
        """The least bound so far, rounded up past the error of its sums."""
        bound = float(self._control[0]) + self.agents.constant
        return bound + SAFETY * (abs(bound) + abs(self.agents.constant)) + SAFETY

    def advance(self, score: int | None) -> float:
        """A fraction of a second of steps towards a known score; returns the least bound so far."""
        a, control = self.agents, self._control
        if score is not None:
            # The optimum lies somewhere between: aim at the middle once there is a bound to speak of.
            aim = score - a.constant
            control[1] = aim if control[0] > 1e299 else 0.5 * (aim + control[0])
        descend(
            a.value, a.carrier, a.planner_most, a.planner_guarantee, a.entry_ptr, a.entry_meeting,
            a.entry_group, a.entry_kind, a.entry_value, a.group_count, a.table_ptr, a.table, a.hub_ptr,
            a.hub_idx, a.hub_most, a.hub_guarantee, a.weight_guarantee, self.price, self.share,
            self.best_price, self.best_share,
            self._hub_way, self._share_way, self.held, control, self._steps,
        )  # fmt: skip
        return self.bound
