"""The bound as a method: tables once, then subgradient steps for as long as they help."""

from __future__ import annotations

import time

import numpy as np

from solver.incumbents import Board
from solver.instance.arrays import Arrays, arrays_of
from solver.jit.views import addresses
from solver.lagrangian.demand import Demand
from solver.lagrangian.placement import make_placements
from solver.lagrangian.subgradient import descend, work_space
from solver.lagrangian.subgradient_by_place import SubgradientByPlace
from solver.lagrangian.subproblems import Agents, make_agents
from solver.problem import Problem
from solver.settings import Settings

CHUNK = 0.25
"""Seconds of steps between two looks at the board."""

SAFETY = 1e-9
"""Relative room for rounding in sums of floats; a bound is published that much higher."""

STALE = 1e-4
"""The step factor at which the prices have settled."""


SPOTS_SHARE = 0.1
"""The part of the time left that telling spots apart may take to set up."""


def run(problem: Problem, settings: Settings, board: Board) -> None:
    """Publish ever tighter bounds until the prices have settled or the board says stop."""
    arrays = arrays_of(problem)
    agents = make_agents(arrays, board.should_stop)
    if agents is None:
        return
    prices = Subgradient(agents)
    while not board.should_stop() and not prices.settled:
        best = board.best()
        bound = prices.advance(None if best is None else best.score)
        board.tighten(bound, "prices")
    if not board.should_stop():
        agree_on_places(arrays, board)


def agree_on_places(arrays: Arrays, board: Board) -> None:
    """Tighten the bound further where meetings may be in several pavilions, if there is time to set that up."""
    stop, seconds = board.should_stop, SPOTS_SHARE * board.remaining()
    wishes = Demand(arrays.data, spots=True)
    agents = make_agents(arrays, stop, wishes) if wishes.roams.any() else None
    spots = make_placements(arrays.data, wishes, agents, stop, seconds) if agents is not None else None
    if agents is None or spots is None:
        return
    prices = SubgradientByPlace(agents, spots)
    while not board.should_stop() and not prices.settled:
        best = board.best()
        bound = prices.advance(agents.constant if best is None else best.score, CHUNK)
        board.tighten(bound + SAFETY * (abs(bound) + 2 * abs(agents.constant)) + SAFETY, "spots")


class Subgradient:
    """The state of a subgradient search over prices and shares."""

    def __init__(self, agents: Agents) -> None:
        self.agents = agents
        self._row = addresses(agents)
        self.price = np.zeros(len(agents.hub_most))
        sharers = np.bincount(agents.entry_meeting[agents.entry_kind < 2], minlength=len(agents.value))
        part = agents.value[agents.entry_meeting] / np.maximum(1, sharers[agents.entry_meeting])
        part[agents.entry_kind != 1] = 0.0
        self.share = part
        self._best = [self.price.copy(), self.share.copy()]
        self._directions = [np.zeros_like(self.price), np.zeros_like(self.share)]
        self.held = np.zeros(len(agents.value), dtype=np.int64)
        self._control = np.array([1e300, 0.0, 1.0, 0.0, 0.0])
        self._steps = 1
        self._space = work_space(agents)

    @property
    def settled(self) -> bool:
        """Whether further steps would hardly change anything."""
        return bool(self._control[2] < STALE)

    @property
    def bound(self) -> float:
        """The least bound so far, rounded up past the error of its sums."""
        bound = float(self._control[0]) + self.agents.constant
        return bound + SAFETY * (abs(bound) + abs(self.agents.constant)) + SAFETY

    def advance(self, score: int | None, steps: int | None = None) -> float:
        """Some steps towards a known score, or a fraction of a second of them; returns the least bound so far."""
        a, control = self.agents, self._control
        if score is not None:
            # The optimum lies somewhere between: aim at the middle once there is a bound to speak of.
            aim = score - a.constant
            control[1] = aim if control[0] > 1e299 else 0.5 * (aim + control[0])
        began = time.monotonic()
        descend(
            self._row, self.price, self.share, self._best[0], self._best[1], self._directions[0], self._directions[1],
            self.held, control, steps or self._steps, *self._space,
        )  # fmt: skip
        took = time.monotonic() - began
        self._steps = max(1, min(100, int(self._steps * min(4.0, CHUNK / max(took, 1e-4)))))
        return self.bound
