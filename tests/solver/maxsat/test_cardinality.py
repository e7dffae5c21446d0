from __future__ import annotations

from itertools import product

import pytest
from pysat.solvers import Cadical195

from solver.maxsat.cardinality import Clauses


def _models(clauses: Clauses, inputs: list[int]) -> set[tuple[bool, ...]]:
    """The values of the inputs for which the clauses can be satisfied."""
    found = set()
    with Cadical195(bootstrap_with=clauses.clauses) as oracle:
        for values in product((False, True), repeat=len(inputs)):
            signed = [x if value else -x for x, value in zip(inputs, values, strict=True)]
            if oracle.solve(assumptions=signed):
                found.add(values)
    return found


@pytest.mark.parametrize("number", range(7))
def test_exactly_allows_just_that_number(number: int) -> None:
    clauses = Clauses()
    inputs = [clauses.new() for _ in range(6)]
    clauses.exactly(inputs, number)
    assert _models(clauses, inputs) == {v for v in product((False, True), repeat=6) if sum(v) == number}


@pytest.mark.parametrize("most", range(7))
def test_at_most_allows_no_more(most: int) -> None:
    clauses = Clauses()
    inputs = [clauses.new() for _ in range(6)]
    clauses.at_most(inputs, most)
    assert _models(clauses, inputs) == {v for v in product((False, True), repeat=6) if sum(v) <= most}


@pytest.mark.parametrize("size", [1, 2, 5, 6, 9])
def test_at_most_one_forbids_every_pair(size: int) -> None:
    clauses = Clauses()
    inputs = [clauses.new() for _ in range(size)]
    clauses.at_most_one(inputs)
    assert _models(clauses, inputs) == {v for v in product((False, True), repeat=size) if sum(v) <= 1}


@pytest.mark.parametrize("most", [1, 3, 7])
def test_count_follows_what_it_counts_and_the_other_way_round(most: int) -> None:
    clauses = Clauses()
    inputs = [clauses.new() for _ in range(7)]
    counted = clauses.count(inputs, most)
    with Cadical195(bootstrap_with=clauses.clauses) as oracle:
        for values in product((False, True), repeat=7):
            signed = [x if value else -x for x, value in zip(inputs, values, strict=True)]
            _, implied = oracle.propagate(assumptions=signed)
            assert [x in implied for x in counted] == [sum(values) > k for k in range(most)]


def test_more_than_there_are_is_a_contradiction() -> None:
    clauses = Clauses()
    clauses.exactly([clauses.new()], 2)
    assert clauses.contradiction
