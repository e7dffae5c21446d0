"""The kernels are compiled ahead of the first run."""

from __future__ import annotations

from solver import warm


def test_warming_runs_the_search_to_its_end() -> None:
    warm.warm()
    from solver.improve import search

    assert search.search.signatures
