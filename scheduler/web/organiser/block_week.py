"""The meeting blocks of an event as a grid, days by hours: what is drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from scheduler.models import EventDay, MeetingBlock
from scheduler.queries.event.programme import BlockLine

FIRST, LAST = 8, 19
"""The hours that are shown even where no block lies."""


@dataclass
class BlockBox:
    """A block in the column of a day; shares of the column's height and width, in percent."""

    line: BlockLine
    begins: float
    ends: float
    top: float = 0
    height: float = 0
    lane: int = 0
    lanes: int = 1

    @property
    def left(self) -> float:
        return 100 * self.lane / self.lanes

    @property
    def width(self) -> float:
        return 100 / self.lanes


@dataclass
class Column:
    """A day of the event."""

    day: date
    boxes: list[BlockBox] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """All days, from `first` to `last`, whole hours of the clock."""

    columns: tuple[Column, ...]
    first: int
    last: int

    @property
    def hours(self) -> Sequence[int]:
        return range(self.first, self.last)


def week_of(days: Sequence[EventDay], lines: Sequence[BlockLine], zone: tzinfo) -> Week:
    """The grid of an event. What goes on past midnight is shown to the end of its own day."""
    columns = {
        day: Column(day) for day in sorted({row.date for row in days} | {line.block.day for line in lines})
    }
    for line in lines:
        column = columns[line.block.day]
        column.boxes.append(BlockBox(line, *_hours(line.block, zone)))
    boxes = [box for column in columns.values() for box in column.boxes]
    first = min([FIRST, *(int(box.begins) for box in boxes)])
    last = max([LAST, *(-int(-box.ends // 1) for box in boxes)])
    for box in boxes:
        box.top = 100 * (box.begins - first) / (last - first)
        box.height = 100 * (box.ends - box.begins) / (last - first)
    for column in columns.values():
        _lanes(column.boxes)
    return Week(tuple(columns.values()), first, last)


def _hours(block: MeetingBlock, zone: tzinfo) -> tuple[float, float]:
    midnight = datetime.combine(block.day, time(), zone)
    tomorrow = datetime.combine(block.day + timedelta(days=1), time(), zone)

    def hour(instant: datetime) -> float:
        here = instant.astimezone(zone)
        if here >= tomorrow:
            return 24.0
        return 0.0 if here < midnight else here.hour + here.minute / 60

    return hour(block.starts_at), hour(block.ends_at)


def _lanes(boxes: list[BlockBox]) -> None:
    """Blocks that overlap lie side by side."""
    group: list[BlockBox] = []
    ends: list[float] = []
    for box in sorted(boxes, key=lambda each: (each.begins, each.ends)):
        if ends and box.begins >= max(ends):
            _widths(group, len(ends))
            group, ends = [], []
        box.lane = next((lane for lane, end in enumerate(ends) if end <= box.begins), len(ends))
        if box.lane == len(ends):
            ends.append(box.ends)
        else:
            ends[box.lane] = box.ends
        group.append(box)
    _widths(group, len(ends))


def _widths(group: Sequence[BlockBox], lanes: int) -> None:
    for box in group:
        box.lanes = lanes
