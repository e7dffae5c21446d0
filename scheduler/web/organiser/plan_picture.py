"""The hall's plan as a drawing: pavilions where they lie, and the ways that connect them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.domain.walking import Walks
from scheduler.queries.venue.venue import PavilionLine
from scheduler.web.map_labels import lines_of

WIDTH, HEIGHT = 960, 560
MARGIN_X, MARGIN_Y = 92, 48
LETTERS = 18
"""The most that a line in a box holds, in the widest of the fonts."""


@dataclass(frozen=True)
class Box:
    """A pavilion on the drawing, centred at `x`, `y` (pixels)."""

    line: PavilionLine
    x: float
    y: float
    name: tuple[str, ...]
    """The pavilion's name, in lines that fit."""


@dataclass(frozen=True)
class Way:
    """A way between two pavilions; the label with its minutes (None: unknown) stands at `x`, `y`."""

    x1: float
    y1: float
    x2: float
    y2: float
    minutes: int | None

    @property
    def x(self) -> float:
        return (self.x1 + self.x2) / 2

    @property
    def y(self) -> float:
        return (self.y1 + self.y2) / 2


def boxes(lines: Sequence[PavilionLine]) -> list[Box]:
    """Where each pavilion is drawn."""
    return [
        Box(
            line,
            round(MARGIN_X + line.pavilion.x / 100 * (WIDTH - 2 * MARGIN_X), 1),
            round(MARGIN_Y + line.pavilion.y / 100 * (HEIGHT - 2 * MARGIN_Y), 1),
            tuple(lines_of(line.pavilion.name, LETTERS)),
        )
        for line in lines
    ]


def ways(drawn: Sequence[Box], walks: Walks) -> list[Way]:
    """The shortest ways that connect all pavilions (a minimum spanning tree by minutes), known ones first."""
    if not drawn:
        return []
    found: list[Way] = []
    inside, outside = [drawn[0]], list(drawn[1:])

    def minutes(one: Box, other: Box) -> int | None:
        return walks.minutes(one.line.pavilion.id, other.line.pavilion.id)

    def cost(pair: tuple[Box, Box]) -> tuple[float, float]:
        one, other = pair
        known = minutes(one, other)
        return math.inf if known is None else known, (one.x - other.x) ** 2 + (one.y - other.y) ** 2

    while outside:
        start, goal = min(((a, b) for a in inside for b in outside), key=cost)
        found.append(Way(start.x, start.y, goal.x, goal.y, minutes(start, goal)))
        inside.append(goal)
        outside.remove(goal)
    return found
