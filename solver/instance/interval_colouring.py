"""Tables for meetings that a schedule only gives a group of like tables: the colouring of an interval graph.

Interval graphs are perfect: as long as no instant holds more meetings than there are tables, one is always free for
the next meeting in the order of their starts (M. C. Golumbic: Algorithmic Graph Theory and Perfect Graphs, ch. 8).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from solver.problem import Place

Table = TypeVar("Table", bound=Hashable)


class NoTableLeft(ValueError):
    """More meetings at one instant than there are tables: the schedule breaks a place's capacity."""


@dataclass(frozen=True, slots=True)
class Interval(Generic[Table]):
    """A meeting that needs a table from `start` to before `end` (minutes); `wanted` is kept where possible."""

    start: int
    end: int
    wanted: Table | None = None


def colour(intervals: Sequence[Interval[Table]], tables: Iterable[Table]) -> list[Table]:
    """A table for every interval, in their order, so that no two share one at any instant.

    Raises NoTableLeft when more of them overlap than there are tables.
    """
    until = dict.fromkeys(tables, -1 << 62)
    found: dict[int, Table] = {}
    order = sorted(range(len(intervals)), key=lambda i: (intervals[i].start, intervals[i].wanted is None, i))
    for number in order:
        interval = intervals[number]
        found[number] = table = _free_table(interval, until)
        until[table] = interval.end
    return [found[number] for number in range(len(intervals))]


def deal_out(places: Sequence[Place], times: Sequence[tuple[int, int]]) -> list[str]:
    """A place id for each time (start, end) of a group's meetings, in the order of `times`.

    Raises NoTableLeft when more meetings overlap than the places can hold.
    """
    units = [(place.id, number) for place in places for number in range(place.capacity)]
    intervals: list[Interval[tuple[str, int]]] = [Interval(start, end) for start, end in times]
    return [place for place, _number in colour(intervals, units)]


def _free_table(interval: Interval[Table], until: dict[Table, int]) -> Table:
    wanted = interval.wanted
    if wanted is not None and until.get(wanted, interval.end) <= interval.start:
        return wanted
    for table, end in until.items():
        if end <= interval.start:
            return table
    raise NoTableLeft("more meetings at an instant than there are tables")
