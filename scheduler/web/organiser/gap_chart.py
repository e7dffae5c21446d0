"""The picture of a run: the best score rises, what is proven to be the limit falls, until they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.models import RunProgress

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 16, 32


@dataclass(frozen=True)
class GapChart:
    """Two lines as SVG paths in a box of WIDTH x HEIGHT, with the figures that label the axes."""

    score: str
    bound: str
    area: str
    lowest: int
    highest: int
    seconds: float
    last_score: tuple[float, float] | None
    last_bound: tuple[float, float] | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def gap_chart(steps: Sequence[RunProgress], until: float) -> GapChart | None:
    """The picture of some steps up to `until` seconds; None while there is nothing to show."""
    scores = [(step.seconds, float(step.score)) for step in steps if step.score is not None]
    bounds = [(step.seconds, step.bound) for step in steps if step.bound is not None]
    if not scores and not bounds:
        return None
    best = max((value for _, value in scores), default=bounds[-1][1] if bounds else 0.0)
    limit = min((value for _, value in bounds), default=best)
    # The first schedules may be far below: the picture shows the last part of the climb, where it is decided.
    span = max(limit - best, abs(best) * 0.05, 1.0)
    lowest = max(min([value for _, value in scores] + [best]), best - 4 * span)
    highest = min(max([value for _, value in bounds] + [best]), limit + 3 * span)
    highest = max(highest, lowest + 1.0)
    end = max(until, *(second for second, _ in scores + bounds), 0.1)

    def place(second: float, value: float) -> tuple[float, float]:
        value = min(max(value, lowest), highest)
        x = LEFT + (WIDTH - LEFT - RIGHT) * second / end
        y = TOP + (HEIGHT - TOP - BOTTOM) * (highest - value) / (highest - lowest)
        return round(x, 1), round(y, 1)

    score_line = _steps([place(*point) for point in scores], place(end, 0.0)[0])
    bound_line = _steps([place(*point) for point in bounds], place(end, 0.0)[0])
    area = ""
    if score_line and bound_line:
        area = _path([*bound_line, *reversed(score_line)]) + " Z"
    return GapChart(
        score=_path(score_line),
        bound=_path(bound_line),
        area=area,
        lowest=round(lowest),
        highest=round(highest),
        seconds=end,
        last_score=score_line[-1] if score_line else None,
        last_bound=bound_line[-1] if bound_line else None,
    )


def _steps(points: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """A staircase: a value holds until the next one is found."""
    line: list[tuple[float, float]] = []
    for x, y in points:
        if line:
            line.append((x, line[-1][1]))
        line.append((x, y))
    if line:
        line.append((end, line[-1][1]))
    return line


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in points) if points else ""
