"""Core-guided MaxSAT: the least weight of losses, with a proven lower bound at every step.

OLL (A. Morgado, C. Dodaro, J. Marques-Silva: Core-Guided MaxSAT with Soft Cardinality Constraints, CP 2014) with
stratification and hardening (C. Ansotegui, M. Bonet, J. Levy: SAT-based MaxSAT algorithms, Artificial
Intelligence 196, 2013) and core exhaustion (A. Ignatiev, A. Morgado, J. Marques-Silva: RC2, JSAT 2019), on CaDiCaL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pysat.card import ITotalizer
from pysat.solvers import Cadical195

from solver.maxsat.cardinality import whole_model

EXHAUST_CONFLICTS = 2_000
"""Conflicts spent on raising a core's count before the search goes on."""


class CoreGuided:
    """One search for the least loss over clauses.

    Attributes:
        bound: no model loses less than this.
        best: the least loss of a model found so far, None before the first.
    """

    def __init__(
        self,
        variables: int,
        clauses: Sequence[Sequence[int]],
        losses: Mapping[int, int],
        *,
        options: Mapping[str, int] | None = None,
        on_bound: Callable[[int], None] = lambda bound: None,
        on_model: Callable[[Sequence[int]], None] = lambda model: None,
    ) -> None:
        self.bound = 0
        self.best: int | None = None
        self._losses = dict(losses)
        self._on_bound = on_bound
        self._on_model = on_model
        self._variables = self._top = variables
        # weight of each assumption; an assumption is the negation of a loss or of a counter's output
        self._weights = {-literal: weight for literal, weight in losses.items()}
        self._counters: dict[int, tuple[ITotalizer, int]] = {}
        self._oracle = Cadical195()
        self._oracle.configure(dict(options or {}))
        self._oracle.append_formula(clauses)

    def solve(self) -> bool:
        """Search until the least loss is proven; False when the clauses have no model."""
        level = max(self._weights.values(), default=0)
        while True:
            assumptions = [a for a, weight in self._weights.items() if weight >= level]
            if self._oracle.solve(assumptions=assumptions):
                self._take()
                lower = [weight for weight in self._weights.values() if weight < level]
                if self.best == self.bound or not lower:
                    return True
                level = _next_level(lower)
                self._harden()
                continue
            core = self._oracle.get_core()
            if not core:
                return False
            self._relax(core)
            if self.best == self.bound:
                return True

    def close(self) -> None:
        """Give the memory back."""
        for counter, _ in self._counters.values():
            counter.delete()
        self._oracle.delete()

    def _take(self) -> None:
        model = whole_model(self._oracle.get_model(), self._variables)
        loss = sum(w for literal, w in self._losses.items() if (model[abs(literal) - 1] > 0) == (literal > 0))
        if self.best is None or loss < self.best:
            self.best = loss
            self._on_model(model)

    def _raise_bound(self, amount: int) -> None:
        self.bound += amount
        self._on_bound(self.bound)

    def _relax(self, core: Sequence[int]) -> None:
        """At least one assumption of the core fails: pay for it, and count how many more do."""
        amount = min(self._weights[a] for a in core)
        for assumption in core:
            self._weights[assumption] -= amount
            if not self._weights[assumption]:
                del self._weights[assumption]
            self._raise_counter(assumption, amount)
        self._raise_bound(amount)
        failed = [-a for a in core]
        if len(core) == 1:
            self._oracle.add_clause(failed)
            return
        self._oracle.add_clause(failed)
        counter = ITotalizer(lits=failed, ubound=1, top_id=self._top)
        self._top = counter.top_id
        self._oracle.append_formula(counter.cnf.clauses)
        number = self._exhaust(counter, amount)
        if number < len(core):
            self._assume(counter, number, amount)

    def _exhaust(self, counter: ITotalizer, amount: int) -> int:
        """How many failures of a core are certain, as far as a little search can tell."""
        number = 1
        while number < len(counter.lits):
            self._extend(counter, number)
            self._oracle.conf_budget(EXHAUST_CONFLICTS)
            answer = self._oracle.solve_limited(assumptions=[-counter.rhs[number]])
            if answer:
                self._take()
            if answer is not False:
                break
            self._oracle.add_clause([counter.rhs[number]])
            self._raise_bound(amount)
            number += 1
        return number

    def _raise_counter(self, assumption: int, amount: int) -> None:
        """A counter's output failed: assume that it fails no further."""
        known = self._counters.get(assumption)
        if known is not None:
            counter, number = known
            if number + 1 < len(counter.lits):
                self._assume(counter, number + 1, amount)

    def _assume(self, counter: ITotalizer, number: int, amount: int) -> None:
        self._extend(counter, number)
        assumption = -counter.rhs[number]
        self._counters[assumption] = (counter, number)
        self._weights[assumption] = self._weights.get(assumption, 0) + amount

    def _extend(self, counter: ITotalizer, number: int) -> None:
        """Make the counter's output for more than `number` failures available."""
        if number < len(counter.rhs):
            return
        counter.increase(ubound=number, top_id=self._top)
        self._top = max(self._top, counter.top_id)
        if counter.nof_new:
            self._oracle.append_formula(counter.cnf.clauses[-counter.nof_new :])

    def _harden(self) -> None:
        """What costs more than the gap can't fail in a better model."""
        if self.best is None:
            return
        gap = self.best - self.bound
        for assumption, weight in list(self._weights.items()):
            if weight > gap:
                self._oracle.add_clause([assumption])
                del self._weights[assumption]


def _next_level(lower: Sequence[int]) -> int:
    """The next stratum: the weight at which enough assumptions come in for each new weight."""
    seen: set[int] = set()
    ordered = sorted(lower, reverse=True)
    for position, weight in enumerate(ordered):
        seen.add(weight)
        following = ordered[position + 1] if position + 1 < len(ordered) else None
        if following != weight and (following is None or (position + 1) / len(seen) > 1.25):
            return weight
    return ordered[-1]
