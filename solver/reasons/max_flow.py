"""Whether wants fit into rooms, and if not, which wants have too little room together (Hall's condition)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

MOST_STEPS = 3_000_000
"""Looks at pairs of a want and a room after which the question is left open."""


def too_many(wanted: Sequence[int], rooms: Sequence[Sequence[int]], size: Sequence[int]) -> list[int]:
    """Wants, by number, that together want more than the rooms they may use can hold; empty when all fits.

    Want i is for `wanted[i]` units in any of the rooms `rooms[i]`; room r holds `size[r]`. Augmenting paths after
    L. Ford and D. Fulkerson: where none leads on, the wants that were reached are the ones. Empty as well when
    the question takes too long.
    """
    left = list(size)
    held: list[dict[int, int]] = [{} for _ in size]
    steps = 0
    for want, units in enumerate(wanted):
        missing = units
        while missing:
            giver: dict[int, int] = {}
            through: dict[int, int] = {want: -1}
            queue = deque([want])
            room = -1
            while queue and room < 0:
                current = queue.popleft()
                steps += len(rooms[current])
                for option in rooms[current]:
                    if option not in giver:
                        giver[option] = current
                        if left[option]:
                            room = option
                            break
                        for other in held[option]:
                            if other not in through:
                                through[other] = option
                                queue.append(other)
            if room < 0:
                return sorted(through)
            if steps > MOST_STEPS:
                return []
            path = [(giver[room], room)]
            while through[path[-1][0]] >= 0:
                out = through[path[-1][0]]
                path.append((giver[out], out))
            moved = min(missing, left[room])
            for (mover, _), (_, out) in pairwise(path):
                moved = min(moved, held[out][mover])
            left[room] -= moved
            for i, (mover, into) in enumerate(path):
                held[into][mover] = held[into].get(mover, 0) + moved
                if i + 1 < len(path):
                    out = path[i + 1][1]
                    held[out][mover] -= moved
                    if not held[out][mover]:
                        del held[out][mover]
            missing -= moved
    return []
