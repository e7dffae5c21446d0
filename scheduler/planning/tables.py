"""Table numbers for meetings that a schedule only gives a group of like tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seat:
    """A meeting that needs a table of its place from `start` to before `end` (UTC minutes).

    `wanted` is the table it had in the published plan, kept where possible; None: any.
    """

    key: str
    place: str
    start: int
    end: int
    wanted: int | None = None


class NoTableLeft(ValueError):
    """More meetings at one instant than the place has tables: the schedule breaks the place's capacity."""


def assign_tables(seats: Iterable[Seat], tables: dict[str, tuple[int, ...]]) -> dict[str, int]:
    """A table number for every seat, so that no two meetings share a table at any instant.

    Meetings are taken in the order of their start; as no instant holds more meetings than there are tables,
    one is always free (the colouring of an interval graph). Raises NoTableLeft when the capacity is broken.
    """
    at = defaultdict[str, list[Seat]](list)
    for seat in seats:
        at[seat.place].append(seat)
    result: dict[str, int] = {}
    for place, group in at.items():
        until = dict.fromkeys(tables[place], -1)
        for seat in sorted(group, key=lambda each: (each.start, each.wanted is None, each.key)):
            result[seat.key] = table = _table(seat, until)
            until[table] = seat.end
    return result


def _table(seat: Seat, until: dict[int, int]) -> int:
    if seat.wanted is not None and until.get(seat.wanted, seat.end) <= seat.start:
        return seat.wanted
    for table, end in until.items():
        if end <= seat.start:
            return table
    raise NoTableLeft(f"place {seat.place!r} has no table left for meeting {seat.key!r}")
