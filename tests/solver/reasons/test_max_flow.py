"""Wants and rooms: what does not fit is named, and only that."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from solver.reasons.max_flow import too_many


@given(st.data())
def test_wants_are_named_exactly_when_some_have_too_little_room_together(data: st.DataObject) -> None:
    size = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=5))
    wanted = data.draw(st.lists(st.integers(1, 4), max_size=6))
    rooms = [sorted(data.draw(st.sets(st.integers(0, len(size) - 1)))) for _ in wanted]

    def short(group: tuple[int, ...]) -> bool:
        return sum(wanted[i] for i in group) > sum(size[r] for r in {r for i in group for r in rooms[i]})

    found = too_many(wanted, rooms, size)
    groups = [group for n in range(1, len(wanted) + 1) for group in combinations(range(len(wanted)), n)]
    assert bool(found) == any(short(group) for group in groups)
    assert not found or short(tuple(found))
