"""Descent by satisfiability: ever better schedules, and now and then a proof, when all losses weigh the same.

It asks for schedules that lose at most a target. Targets alternate between what is proven, where an answer ends the
search or raises the bound, and half-way from there to what is found; a half-way question that stays open within
its conflicts is asked again closer to what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pysat.solvers import Cadical195

from solver.maxsat.cardinality import whole_model
from solver.maxsat.cnf import Formula
from solver.maxsat.soft_clauses import Objective

FIRST_CONFLICTS = 3_000
"""Conflicts that a question gets at first."""

GROWTH = 1.6
"""How the conflicts grow when even the next best target stays open."""

MOST_COUNTED = 3_000_000
"""Losses times the count of them beyond which a counter would take too much memory."""


class Descent:
    """One descent over a formula whose losses all weigh the same.

    `on_model` gets every better model; `on_bound` a proven least number of losses. `known_bound` is asked for a
    least number of losses that others have proven.
    """

    def __init__(
        self,
        formula: Formula,
        objective: Objective,
        *,
        seed: int = 0,
        on_model: Callable[[Sequence[int]], None] = lambda model: None,
        on_bound: Callable[[int], None] = lambda bound: None,
        known_bound: Callable[[], int] = lambda: 0,
    ) -> None:
        self._formula = formula
        self._losses = list(objective.losses)
        self._on_model = on_model
        self._on_bound = on_bound
        self._known_bound = known_bound
        self._bound = 0
        self._best = 0
        self._oracle = Cadical195()
        # the heuristics for formulas that have models: long phases without restarts
        self._oracle.configure({"stabilizeonly": 1, "seed": seed})

    def solve(self) -> bool:
        """Descend until the least number of losses is proven; False when there is no model at all.

        When there are too many losses to count, one model is all.
        """
        self._oracle.append_formula(self._formula.clauses)
        if not self._oracle.solve():
            return False
        self._take()
        if len(self._losses) * self._best > MOST_COUNTED:
            return True
        before = len(self._formula.clauses)
        counted = self._formula.count(self._losses, self._best)
        self._oracle.append_formula(self._formula.clauses[before:])
        conflicts = FIRST_CONFLICTS
        floor = 0
        while self._proven() < self._best:
            self._ask(counted, self._bound, 2 * conflicts)
            if self._proven() >= self._best:
                break
            floor = max(floor, self._bound)
            target = min(self._best - 1, floor + (self._best - floor) // 2)
            answer = self._ask(counted, target, conflicts)
            if answer is not None:
                floor = 0
            elif target < self._best - 1:
                floor = target
            else:
                floor = 0
                conflicts = int(conflicts * GROWTH)
        return True

    def close(self) -> None:
        """Give the memory back."""
        self._oracle.delete()

    def _proven(self) -> int:
        self._bound = max(self._bound, self._known_bound())
        return self._bound

    def _ask(self, counted: Sequence[int], target: int, conflicts: int) -> bool | None:
        """Whether a model loses at most `target`; None when the conflicts did not suffice."""
        self._oracle.conf_budget(conflicts)
        answer: bool | None = self._oracle.solve_limited(assumptions=[-counted[target]])
        if answer:
            self._take()
        elif answer is False:
            self._oracle.add_clause([counted[target]])
            self._bound = target + 1
            self._on_bound(self._bound)
        return answer

    def _take(self) -> None:
        model = whole_model(self._oracle.get_model(), self._formula.variables)
        self._best = sum((model[abs(literal) - 1] > 0) == (literal > 0) for literal in self._losses)
        self._on_model(model)
