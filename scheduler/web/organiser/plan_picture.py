"""The hall's plan as a drawing: pavilions where they lie, and the ways that connect them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.queries.venue import PavilionLine, Walks

WIDTH, HEIGHT = 960, 560
MARGIN_X, MARGIN_Y = 92, 48


@dataclass(frozen=True)
class Box:
    """A pavilion on the drawing, centred at `x`, `y` (pixels)."""

    line: PavilionLine
    x: float
    y: float


@dataclass(frozen=True)
class Way:
    """A way between two pavilions; the label with its minutes stands at `x`, `y`."""

    x1: float
    y1: float
    x2: float
    y2: float
    minutes: int

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
        )
        for line in lines
    ]


def ways(drawn: Sequence[Box], walks: Walks) -> list[Way]:
    """The shortest ways that connect all pavilions (a minimum spanning tree by minutes)."""
    if not drawn:
        return []
    found: list[Way] = []
    inside, outside = [drawn[0]], list(drawn[1:])

    def cost(one: Box, other: Box) -> tuple[int, float]:
        minutes = walks.minutes(one.line.pavilion.id, other.line.pavilion.id)
        return minutes, (one.x - other.x) ** 2 + (one.y - other.y) ** 2

    while outside:
        start, goal = min(((a, b) for a in inside for b in outside), key=lambda pair: cost(*pair))
        found.append(Way(start.x, start.y, goal.x, goal.y, cost(start, goal)[0]))
        inside.append(goal)
        outside.remove(goal)
    return found
