"""How long is the walk from one pavilion to another?

Minutes that somebody entered count first: those of the direction itself, then those of the way back. Where both
pavilions have a position on a plan of known size, the walk is computed. Everything else is unknown: None, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

PACE = 60
"""Metres a minute: how fast people walk in a hall full of others, along the aisles and around every corner."""
LONGEST = 240

Position = tuple[float, float]
"""Metres from the left and from the upper edge of the plan."""


class WalkSource(StrEnum):
    """Where the minutes of a walk come from."""

    SAME = "same"
    ENTERED = "entered"
    WAY_BACK = "way-back"
    COMPUTED = "computed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Walks:
    """The walks of one event, by the row ids of pavilions.

    `assumed` is what the organiser decided to count for a way that nobody knows; None as long as nothing was
    decided.
    """

    entered: Mapping[tuple[int, int], int]
    positions: Mapping[int, Position] = field(default_factory=dict)
    assumed: int | None = None

    def source(self, one: int, other: int) -> WalkSource:
        """Where `minutes` come from."""
        if one == other:
            return WalkSource.SAME
        if (one, other) in self.entered:
            return WalkSource.ENTERED
        if (other, one) in self.entered:
            return WalkSource.WAY_BACK
        return WalkSource.UNKNOWN if self._computed(one, other) is None else WalkSource.COMPUTED

    def minutes(self, one: int, other: int) -> int | None:
        """Whole minutes on foot; None when nobody knows."""
        if one == other:
            return 0
        found = self.entered.get((one, other), self.entered.get((other, one)))
        return self._computed(one, other) if found is None else found

    def counted(self, one: int | None, other: int | None) -> int | None:
        """The minutes that planning counts: an unknown way takes as long as the organiser assumes.

        0 to or from a place that nobody has named; None when the way is unknown and nothing was assumed.
        """
        if one is None or other is None:
            return 0
        found = self.minutes(one, other)
        return self.assumed if found is None else found

    def unknown(self, pavilions: Collection[int]) -> list[tuple[int, int]]:
        """The pairs of these pavilions between which nobody knows the way, each once."""
        return [pair for pair in combinations(pavilions, 2) if self.minutes(*pair) is None]

    def _computed(self, one: int, other: int) -> int | None:
        start, end = self.positions.get(one), self.positions.get(other)
        if start is None or end is None or start == end:
            return None
        metres = abs(start[0] - end[0]) + abs(start[1] - end[1])
        return min(LONGEST, max(1, math.ceil(round(metres / PACE, 6))))
