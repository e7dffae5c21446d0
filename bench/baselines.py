"""What others do with the same problem: first come, first served; greedy by value; the plain CP-SAT model."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from solver import Assignment, Problem, Settings
from solver.incumbents import Board
from solver.instance.arrays import arrays_of
from solver.instance.columns import snapshot
from solver.instance.insertion import fits_place, hold, people_gain, somebody, window
from solver.instance.solution import empty_state
from solver.instance.timeline import NEVER
from solver.instance.views import data_view, state_view
from solver.jit.pointers import kernel
from solver.jit.views import Addresses, addresses
from solver.portfolio.subprocess import run_in_child


def first_come(problem: Problem) -> Sequence[Assignment]:
    """Requests in the order they came, each in the first slot in which everybody can and a place is free."""
    return _first_fit(problem, np.arange(len(problem.meetings), dtype=np.int64))


def by_value(problem: Problem) -> Sequence[Assignment]:
    """The same, the most valuable requests first."""
    values = np.array([meeting.value for meeting in problem.meetings])
    return _first_fit(problem, np.argsort(-values, kind="stable").astype(np.int64))


def plain_model(problem: Problem, seconds: float, workers: int) -> tuple[Sequence[Assignment], float | None]:
    """The complete model in CP-SAT with its default search; its schedule (empty: none) and its bound."""
    settings = Settings(time_limit=seconds, workers=workers)
    board = Board(problem, settings, time.monotonic() + seconds)
    run_in_child("solver.cpsat.run:run", problem, settings, board)
    best = board.best()
    return ((), board.bound()) if best is None else (tuple(best.make()), board.bound())


def _first_fit(problem: Problem, order: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Sequence[Assignment]:
    arrays = arrays_of(problem)
    state = empty_state(arrays.data)
    _place_in_turn(addresses(arrays.data), addresses(state), order)
    return snapshot(arrays, state)()


@kernel
def _place_in_turn(
    data: Addresses, state: Addresses, order: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> None:
    d, st = data_view(data), state_view(state)
    for m in order:
        low, high = window(d, st, m)
        sets = d.place_set[m]
        for s in range(d.slots):
            if st.slot[m] >= 0:
                break
            if not d.slot_sets[d.slot_set[m] * d.slots + s] or not somebody(d, st, m, s):
                continue
            if d.slot_start[s] < low or d.slot_end[s] > high:
                continue
            for k in range(d.place_ptr[sets], d.place_ptr[sets + 1]):
                place = d.place_idx[k]
                if not fits_place(d, st, place, s):
                    continue
                if people_gain(d, st, m, s, d.place_pavilion[place], False, -NEVER, NEVER) != -NEVER:
                    hold(d, st, m, s, place)
                    break
