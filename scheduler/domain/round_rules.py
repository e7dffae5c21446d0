"""What a round can say for the people of one type, and within which bounds."""

from __future__ import annotations

from dataclasses import asdict, dataclass

BOUNDS: dict[str, tuple[int, int]] = {
    "request_cap": (0, 1000),
    "answer_days": (0, 365),
    "guarantee": (0, 1000),
    "max_meetings": (0, 1000),
    "max_meetings_per_day": (0, 1000),
    "max_meetings_per_half_day": (0, 1000),
    "pause_after": (1, 1000),
    "pause_minutes": (5, 240),
}
"""The least and the most of each figure, by its column."""
LIMITS = tuple(BOUNDS)[3:]
"""Those that concern the meetings of one person; a round says them for everybody, too."""


@dataclass(frozen=True, slots=True)
class TypeRules:
    """Figures by the names of their columns; none: as the round says for everybody."""

    request_cap: int | None = None
    answer_days: int | None = None
    guarantee: int | None = None
    max_meetings: int | None = None
    max_meetings_per_day: int | None = None
    max_meetings_per_half_day: int | None = None
    pause_after: int | None = None
    pause_minutes: int | None = None

    def figures(self) -> dict[str, int | None]:
        """Every figure by the name of its column."""
        return asdict(self)


def outside(figures: dict[str, int | None]) -> str:
    """The first figure that lies outside of its bounds; empty: none."""
    for name, value in figures.items():
        least, most = BOUNDS[name]
        if value is not None and not least <= value <= most:
            return name
    return ""
