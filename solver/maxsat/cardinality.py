"""Clauses under construction: fresh variables, at-most-one, counters.

Variables are positive integers, a literal is a variable or its negation, as in DIMACS. Counters are totalizers
(Bailleux and Boufkhad, Efficient CNF encoding of Boolean cardinality constraints, CP 2003), written in both
directions, so that what is counted and the count propagate each other.
"""

from __future__ import annotations

from collections.abc import Sequence

Clause = list[int]

GROUP = 4
"""Literals of an at-most-one that exclude each other pair by pair before a new variable stands for them."""


class Clauses:
    """A formula in conjunctive normal form under construction."""

    def __init__(self) -> None:
        self.variables = 0
        self.clauses: list[Clause] = []
        self.contradiction = False

    def new(self) -> int:
        """A fresh variable."""
        self.variables += 1
        return self.variables

    def add(self, clause: Clause) -> None:
        """Demand that one of the literals is true."""
        if not clause:
            self.contradiction = True
        self.clauses.append(clause)

    def either(self, literals: Sequence[int]) -> int:
        """A literal that is true exactly when one of the literals is."""
        if len(literals) == 1:
            return literals[0]
        whole = self.new()
        self.add([-whole, *literals])
        for literal in literals:
            self.clauses.append([-literal, whole])
        return whole

    def at_most_one(self, literals: Sequence[int]) -> None:
        """Forbid that two of the literals are true: pairs in small groups, a new variable for each group."""
        rest = list(literals)
        while len(rest) > GROUP + 1:
            group, rest = rest[:GROUP], rest[GROUP:]
            one = self.new()
            for position, literal in enumerate(group):
                self.clauses.append([-literal, one])
                self._exclude(literal, group[:position])
            rest.append(one)
        for position, literal in enumerate(rest):
            self._exclude(literal, rest[:position])

    def count(self, literals: Sequence[int], most: int | None = None) -> list[int]:
        """Literals of which number k says that at least k + 1 of the given are true, up to `most` of them."""
        most = len(literals) if most is None else min(most, len(literals))
        if len(literals) <= 1 or not most:
            return list(literals[:most])
        half = len(literals) // 2
        return self._merge(self.count(literals[:half], most), self.count(literals[half:], most), most)

    def at_most(self, literals: Sequence[int], most: int) -> None:
        """Allow at most so many of the literals."""
        if most <= 0:
            self.clauses.extend([-literal] for literal in literals)
        elif most < len(literals):
            self.add([-self.count(literals, most + 1)[most]])

    def exactly(self, literals: Sequence[int], number: int) -> None:
        """Demand exactly so many of the literals."""
        if number > len(literals):
            self.add([])
            return
        counted = self.count(literals, number + 1)
        if number:
            self.add([counted[number - 1]])
        if number < len(counted):
            self.add([-counted[number]])

    def _exclude(self, literal: int, others: Sequence[int]) -> None:
        for other in others:
            self.clauses.append([-literal, -other])

    def _merge(self, left: Sequence[int], right: Sequence[int], most: int) -> list[int]:
        size = min(most, len(left) + len(right))
        merged = [self.new() for _ in range(size)]
        add = self.clauses.append
        for i in range(len(left) + 1):
            for j in range(len(right) + 1):
                if i + j:
                    clause = [merged[min(i + j, size) - 1]]
                    if i:
                        clause.append(-left[i - 1])
                    if j:
                        clause.append(-right[j - 1])
                    add(clause)
                if i + j < size:
                    clause = [-merged[i + j]]
                    if i < len(left):
                        clause.append(left[i])
                    if j < len(right):
                        clause.append(right[j])
                    add(clause)
        for k in range(1, size):
            add([-merged[k], merged[k - 1]])
        return merged


def whole_model(model: Sequence[int], variables: int) -> list[int]:
    """A solver's model with a literal for every variable: it leaves out the last ones when no clause has them."""
    return [*model, *(-variable for variable in range(len(model) + 1, variables + 1))]
