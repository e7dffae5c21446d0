"""The general method: the complete model given to CP-SAT. It covers every rule, and proves what it finds."""

from __future__ import annotations

import logging
import threading
import time

from ortools.sat.python import cp_model

from solver.cpsat.model import build
from solver.cpsat.variables import Variables
from solver.incumbents import Board
from solver.judge.check import check
from solver.problem import Problem
from solver.settings import Settings

log = logging.getLogger(__name__)

SOURCE = "cp-sat"

FEW = 2
"""Workers up to which all of them use the full linear relaxation."""


class _Poster(cp_model.CpSolverSolutionCallback):
    """Posts every solution the moment it exists."""

    def __init__(self, variables: Variables, board: Board, source: str) -> None:
        super().__init__()
        self._variables = variables
        self._board = board
        self._source = source

    def on_solution_callback(self) -> None:
        assignments = self._variables.read(self.boolean_value)
        # the true score: helper literals that only their cost holds down may make the objective too low
        score = check(self._board.problem, assignments).score
        self._board.offer(assignments, score, self._source)
        if self._board.should_stop():
            self.stop_search()


def run(problem: Problem, settings: Settings, board: Board) -> None:
    """Solve the complete model until it is proven, the deadline comes or a stop is asked for.

    With one worker and one seed the search is the same every time, as far as it comes.
    """
    variables = build(problem, settings.model_limit)
    if variables is None:
        log.info("the complete model would be too large and is left to other methods")
        return
    if board.should_stop():
        return
    beginning = board.beginning()
    if beginning:
        variables.hint(beginning)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = settings.workers
    parameters.random_seed = settings.seed
    parameters.max_time_in_seconds = max(0.05, board.remaining())
    parameters.symmetry_level = 2
    if settings.workers <= FEW and not all(meeting.required for meeting in problem.meetings):
        # which meetings to hold is what the relaxation decides best; with more workers some do this anyway
        parameters.linearization_level = 2
    if settings.relative_gap:
        parameters.relative_gap_limit = settings.relative_gap
    poster = _Poster(variables, board, SOURCE)

    def tighten(bound: float) -> None:
        board.tighten(bound, SOURCE)

    solver.best_bound_callback = tighten
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(solver, board, over), daemon=True)
    watch.start()
    try:
        status = solver.solve(variables.model, poster)
    finally:
        over.set()
        watch.join()
    if status == cp_model.INFEASIBLE:
        board.infeasible(source=SOURCE)
    elif status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        board.tighten(solver.best_objective_bound, SOURCE)


def _watch(solver: cp_model.CpSolver, board: Board, over: threading.Event) -> None:
    """Stop the search soon after the board says so; the search itself does not look."""
    while not over.is_set():
        if board.should_stop():
            solver.stop_search()
            time.sleep(0.05)
        over.wait(0.1)
