"""The gap over time as an SVG, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10

Course = Sequence[tuple[float, int | None, float | None]]

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 70, 30, 190, 50
COLOURS = ("#0b6e4f", "#c8553d", "#2b59c3", "#8a4fbf", "#946c00", "#333333")


def gap_plot(courses: Mapping[str, Course]) -> str:
    """A line for each course: seconds against (bound - score) / bound in percent."""
    lines = {name: _gaps(course) for name, course in courses.items()}
    points = [point for line in lines.values() for point in line] or [(1.0, 1.0)]
    x_low, x_high = floor(log10(min(x for x, _ in points))), ceil(log10(max(x for x, _ in points)) + 1e-9)
    y_low, y_high = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)) + 1e-9)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - x_low) / max(1, x_high - x_low)
        up = (log10(y) - y_low) / max(1, y_high - y_low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="13" role="img" aria-label="Gap over time">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for power in range(x_low, x_high + 1):
        x, y = place(10.0**power, 10.0**y_low)
        parts.append(f'<path d="M{x:.1f} {y:.1f}V{TOP}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 20:.1f}" text-anchor="middle">{10.0**power:g} s</text>')
    for power in range(y_low, y_high + 1):
        x, y = place(10.0**x_low, 10.0**power)
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} %</text>')
    for n, (name, line) in enumerate(lines.items()):
        colour = COLOURS[n % len(COLOURS)]
        if line:
            path = _steps([place(x, y) for x, y in line])
            parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = TOP + 20 * n + 10
        parts.append(f'<path d="M{WIDTH - RIGHT + 15} {at}h20" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 42}" y="{at + 4}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _gaps(course: Course) -> list[tuple[float, float]]:
    found = []
    for seconds, score, bound in course:
        if score is not None and bound is not None:
            gap = 100 * (bound - score) / max(1.0, abs(bound))
            found.append((max(0.1, seconds), min(100.0, max(0.01, gap))))
    return found


def _steps(points: Sequence[tuple[float, float]]) -> str:
    start, *rest = points
    return f"M{start[0]:.1f} {start[1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in rest)
