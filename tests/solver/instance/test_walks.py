"""Shortest ways, compared with trying every way."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.instance.walks import shortest_walks


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(0, 30), min_size=n * n, max_size=n * n)))
def test_shortest_way_is_the_least_of_all_ways(minutes: list[int]) -> None:
    size = int(len(minutes) ** 0.5)
    walk = np.array(minutes, dtype=np.int32).reshape(size, size)
    np.fill_diagonal(walk, 0)
    found = shortest_walks(walk)
    for a in range(size):
        for b in range(size):
            others = [c for c in range(size) if c not in (a, b)]
            ways = [(a, *middle, b) for n in range(size) for middle in permutations(others, n)]
            least = min(sum(int(walk[x, y]) for x, y in pairwise(way)) for way in ways)
            assert found[a, b] == (0 if a == b else least)


def test_no_pavilion_has_no_ways() -> None:
    assert shortest_walks(np.zeros((0, 0), dtype=np.int32)).shape == (0, 0)
