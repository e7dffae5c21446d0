"""Whether wants fit into rooms, and if not, which wants have too little room together (Hall's condition)."""

from __future__ import annotations

from collections.abc import Sequence


def too_many(wanted: Sequence[int], rooms: Sequence[Sequence[int]], size: Sequence[int]) -> list[int]:
    """Wants, by number, that together want more than the rooms they may use can hold; empty when all fits.

    Want i is for `wanted[i]` units in any of the rooms `rooms[i]`; room r holds `size[r]`. All fits when the largest
    flow from wants to rooms is all that is wanted (L. Ford and D. Fulkerson; found by OR-Tools). Otherwise the wants
    on the source's side of the smallest cut have too little, and the first of them that share rooms are named.
    """
    if _fits_in_turn(wanted, rooms, size):
        return []
    from ortools.graph.python.max_flow import SimpleMaxFlow

    flow, total = SimpleMaxFlow(), sum(wanted)
    source, sink, first = 0, 1 + len(wanted) + len(size), 1 + len(wanted)
    for want, units in enumerate(wanted):
        flow.add_arc_with_capacity(source, 1 + want, units)
        for room in set(rooms[want]):
            flow.add_arc_with_capacity(1 + want, first + room, total)
    for room, units in enumerate(size):
        # More than all that is wanted is as good as all of it, and fits the library's numbers.
        flow.add_arc_with_capacity(first + room, sink, min(units, total))
    if flow.solve(source, sink) != SimpleMaxFlow.OPTIMAL:
        raise RuntimeError("the largest flow from wants to rooms was not found")
    if flow.optimal_flow() == total:
        return []
    short = [want for want in range(len(wanted)) if 1 + want in set(flow.get_source_side_min_cut())]
    return next(group for group in _sharing(short, rooms) if _lacks(group, wanted, rooms, size))


def _fits_in_turn(wanted: Sequence[int], rooms: Sequence[Sequence[int]], size: Sequence[int]) -> bool:
    """Whether all fits when each want takes what is left in its rooms: mostly it does, and no library is loaded."""
    left = list(size)
    for want in sorted(range(len(wanted)), key=lambda want: len(rooms[want])):
        missing = wanted[want]
        for room in rooms[want]:
            moved = min(missing, left[room])
            left[room] -= moved
            missing -= moved
        if missing:
            return False
    return True


def _sharing(wants: Sequence[int], rooms: Sequence[Sequence[int]]) -> list[list[int]]:
    """Wants in groups between which no room is shared, by their first members."""
    home: dict[int, int] = {}
    above = {want: want for want in wants}

    def root(want: int) -> int:
        while above[want] != want:
            above[want] = above[above[want]]
            want = above[want]
        return want

    for want in wants:
        for room in rooms[want]:
            one, other = sorted((root(home.setdefault(room, want)), root(want)))
            above[other] = one
    groups: dict[int, list[int]] = {}
    for want in wants:
        groups.setdefault(root(want), []).append(want)
    return list(groups.values())


def _lacks(
    wants: Sequence[int], wanted: Sequence[int], rooms: Sequence[Sequence[int]], size: Sequence[int]
) -> bool:
    return sum(wanted[want] for want in wants) > sum(
        size[room] for room in {r for w in wants for r in rooms[w]}
    )
