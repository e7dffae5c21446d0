"""Stretches of time and the arithmetic on them. All times are aware datetimes; ends are not included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From `start` up to, not including, `end`. Raises ValueError when it would be empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"An interval from {self.start} to {self.end} is empty.")

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    @property
    def minutes(self) -> int:
        """The length in whole minutes."""
        return int((self.end - self.start).total_seconds() // 60)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same times as few intervals in order, none touching another."""
    result: list[Interval] = []
    for interval in sorted(intervals):
        if result and interval.start <= result[-1].end:
            if interval.end > result[-1].end:
                result[-1] = Interval(result[-1].start, interval.end)
        else:
            result.append(interval)
    return tuple(result)


def subtract(intervals: Iterable[Interval], removed: Iterable[Interval]) -> tuple[Interval, ...]:
    """What is left of some intervals, merged, when the times of others are taken away."""
    cuts = merge(removed)
    result: list[Interval] = []
    for interval in merge(intervals):
        start = interval.start
        for cut in cuts:
            if cut.end <= start:
                continue
            if cut.start >= interval.end:
                break
            if cut.start > start:
                result.append(Interval(start, cut.start))
            start = cut.end
        if start < interval.end:
            result.append(Interval(start, interval.end))
    return tuple(result)


def pieces(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Cut intervals that overlap one another at every border, so that each piece lies in or out as a whole.

    Times that no interval covers have no piece.
    """
    sources = sorted(set(intervals))
    borders = sorted({interval.start for interval in sources} | {interval.end for interval in sources})
    covered = merge(sources)
    result: list[Interval] = []
    position = 0
    for start, end in pairwise(borders):
        while position < len(covered) and covered[position].end <= start:
            position += 1
        if position < len(covered) and covered[position].start <= start:
            result.append(Interval(start, end))
    return tuple(result)


def most_disjoint(intervals: Iterable[Interval]) -> int:
    """How many of them fit one after another: those that end first are taken first, which loses none."""
    count, end = 0, None
    for one in sorted(intervals, key=lambda each: each.end):
        if end is None or one.start >= end:
            count, end = count + 1, one.end
    return count
