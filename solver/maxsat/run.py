"""The methods of this package, each for a process of its own: CaDiCaL does not look at the clock."""

from __future__ import annotations

from collections.abc import Sequence

from solver.incumbents import Board
from solver.maxsat.cnf import Formula
from solver.maxsat.core_guided import CoreGuided
from solver.maxsat.linear_search import Descent
from solver.maxsat.scope import suits
from solver.maxsat.soft_clauses import Objective
from solver.problem import Problem
from solver.settings import Settings

SOURCE = "maxsat"


def run(problem: Problem, settings: Settings, board: Board) -> None:
    """Prove the best score by core-guided MaxSAT. Does nothing for a problem that it does not suit."""
    if not suits(problem):
        return
    formula = Formula(problem)
    objective = Objective(formula)

    board.tighten(objective.best, SOURCE)
    search = CoreGuided(
        formula.variables,
        formula.clauses,
        objective.losses,
        options={"seed": settings.seed},
        on_bound=lambda loss: _tighten(board, objective.best - loss),
        on_model=lambda model: _offer(board, formula, objective, model),
    )
    if formula.contradiction or not search.solve():
        board.infeasible(source=SOURCE)


def descend(problem: Problem, settings: Settings, board: Board) -> None:
    """Ever better schedules by satisfiability, beside `run`. Does nothing when losses weigh differently."""
    if not suits(problem):
        return
    formula = Formula(problem)
    objective = Objective(formula)
    weights = set(objective.losses.values())
    if formula.contradiction or len(weights) > 1:
        return
    weight = weights.pop() if weights else 1

    def proven() -> int:
        bound = board.bound()
        return 0 if bound is None else -((bound - objective.best) // weight)

    descent = Descent(
        formula,
        objective,
        seed=settings.seed,
        on_model=lambda model: _offer(board, formula, objective, model),
        on_bound=lambda losses: _tighten(board, objective.best - weight * losses),
        known_bound=proven,
    )
    descent.solve()


def _offer(board: Board, formula: Formula, objective: Objective, model: Sequence[int]) -> None:
    board.offer(formula.read(model), objective.best - objective.loss(model), SOURCE)


def _tighten(board: Board, score: int) -> None:
    board.tighten(score, SOURCE)
