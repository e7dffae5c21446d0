"""The ways of this package, each for a process of its own: CaDiCaL does not look at the clock."""

from __future__ import annotations

from collections.abc import Sequence

from solver.board import Board
from solver.exact.formula import Formula
from solver.exact.maxsat import CoreGuided
from solver.exact.objective import Objective
from solver.exact.scope import suits
from solver.problem import Problem
from solver.settings import Settings

SOURCE = "maxsat"


def run(problem: Problem, settings: Settings, board: Board) -> None:
    """Prove the best score by core-guided MaxSAT. Does nothing for a problem that it does not suit.

    A proof that there is no schedule is posted with the words of `solver.conflict`.
    """
    if not suits(problem):
        return
    formula = Formula(problem)
    objective = Objective(formula)

    def tighten(loss: int) -> None:
        board.tighten(objective.best - loss, SOURCE)

    def offer(model: Sequence[int]) -> None:
        board.offer(formula.read(model), objective.best - objective.loss(model), SOURCE)

    search = CoreGuided(
        formula.variables,
        formula.clauses,
        objective.losses,
        options={"seed": settings.seed},
        on_bound=tighten,
        on_model=offer,
    )
    tighten(0)
    if not formula.contradiction and search.solve():
        return
    from solver.conflict import sentences

    board.infeasible(sentences(problem), SOURCE)
