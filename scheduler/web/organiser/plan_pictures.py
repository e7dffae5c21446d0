"""The pictures of a plan: how many meetings people have, and when the tables are full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.queries.meetings.plans import PlanFigures, SlotHead

WIDTH, HEIGHT, FOOT = 720, 180, 28
WIDEST = 30
"""Bars; whoever has more meetings than that stands in the last one."""


@dataclass(frozen=True)
class Bar:
    meetings: str
    people: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Histogram:
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = FOOT


def histogram(load: Sequence[tuple[int, int]]) -> Histogram | None:
    """How many people have how many meetings, as bars; None when nobody is concerned."""
    counts = [(str(meetings), people) for meetings, people in load[:WIDEST]]
    beyond = sum(people for _, people in load[WIDEST:])
    if beyond:
        counts.append((f"{WIDEST}+", beyond))
    most = max((people for _, people in counts), default=0)
    if not most:
        return None
    step = WIDTH / len(counts)
    bars = []
    for number, (label, people) in enumerate(counts):
        height = (HEIGHT - FOOT - 20) * people / most
        bars.append(
            Bar(
                label,
                people,
                round(number * step + step * 0.1, 1),
                round(HEIGHT - FOOT - height, 1),
                round(step * 0.8, 1),
                round(height, 1),
            )
        )
    return Histogram(tuple(bars))


@dataclass(frozen=True)
class HeatCell:
    """`heat` 0 to 5: empty to full."""

    used: int
    heat: int


@dataclass(frozen=True)
class HeatRow:
    public_id: str
    name: str
    tables: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatDay:
    day: date
    slots: tuple[SlotHead, ...]
    rows: tuple[HeatRow, ...]


def heat_map(figures: PlanFigures) -> list[HeatDay]:
    """Tables in use by pavilion and slot, a table per day; pavilions without any meeting are left out."""
    days = []
    for day in figures.days():
        slots = tuple(slot for slot in figures.slots if slot.day == day)
        rows = []
        for pavilion in figures.pavilions:
            if not pavilion.total:
                continue
            cells = []
            for slot in slots:
                used = pavilion.used.get(slot.id, 0)
                share = used / pavilion.tables if pavilion.tables else 0.0
                cells.append(HeatCell(used, 0 if not used else min(5, 1 + int(share * 4.999))))
            rows.append(HeatRow(pavilion.public_id, pavilion.name, pavilion.tables, tuple(cells)))
        if any(cell.used for row in rows for cell in row.cells):
            days.append(HeatDay(day, slots, tuple(rows)))
    return days
