"""A delegation's day: who is where with whom, and the way between, as a timeline and as a list by time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from scheduler.domain.agenda import Agenda, Entry

STEP_MINUTES = 5
"""The timeline's rows."""


@dataclass(frozen=True, slots=True)
class Block:
    """An entry on the timeline: rows from `first` up to before `last`, columns likewise; all count from 1."""

    entry: Entry
    first: int
    last: int
    column: int
    columns: int = 1
    members: tuple[str, ...] = ()
    clash: bool = False
    """Whether the member has something else at the same time."""

    @property
    def rows(self) -> int:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Walk:
    """Minutes on foot before an entry; rows as in `Block`."""

    minutes: int
    first: int
    last: int
    column: int
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Hour:
    instant: datetime
    row: int


@dataclass(frozen=True, slots=True)
class Together:
    """One line of the list by time: an entry, and who of the delegation takes part."""

    entry: Entry
    members: tuple[str, ...]
    others: tuple[str, ...] = ()
    """Who of the delegation does not take part."""

    @property
    def everyone(self) -> bool:
        return not self.others


@dataclass(frozen=True, slots=True)
class DayPlan:
    day: date
    members: tuple[str, ...]
    blocks: tuple[Block, ...]
    walks: tuple[Walk, ...]
    hours: tuple[Hour, ...]
    rows: int
    by_time: tuple[Together, ...]


def plan_day(day: date, members: Sequence[tuple[int, str]], agendas: Mapping[int, Agenda]) -> DayPlan:
    """The day of members given as (key, name), in this order, from their agendas (one zone for all).

    What neighbouring members attend becomes one block across their columns. Cancelled entries are left out.
    """
    mine = {
        key: [entry for entry in agendas[key].on(day).entries if not entry.cancelled] for key, _ in members
    }
    names = tuple(name for _, name in members)
    everything = [entry for entries in mine.values() for entry in entries]
    if not everything:
        return DayPlan(day, names, (), (), (), 0, ())
    zone = next(iter(agendas.values())).zone
    opening = min(entry.start for entry in everything).astimezone(zone).replace(minute=0, second=0)
    closing = max(entry.end for entry in everything)

    def row(instant: datetime) -> int:
        return int((instant - opening).total_seconds() // 60 // STEP_MINUTES) + 1

    attending: dict[str, list[str]] = {}
    for key, name in members:
        for entry in mine[key]:
            attending.setdefault(entry.uid, []).append(name)
    blocks: list[Block] = []
    walks: list[Walk] = []
    open_blocks: dict[str, int] = {}
    for column, (key, _name) in enumerate(members, start=1):
        entries = mine[key]
        here: dict[str, int] = {}
        for index, entry in enumerate(entries):
            first, last = row(entry.start), max(row(entry.end), row(entry.start) + 1)
            clash = any(
                other.uid != entry.uid and other.start < entry.end and entry.start < other.end
                for other in entries[max(0, index - 3) : index + 4]
            )
            # Neighbours who do the same, coming the same way, share one block.
            neighbour = open_blocks.get(entry.uid)
            if (
                neighbour is not None
                and not clash
                and not blocks[neighbour].clash
                and blocks[neighbour].entry.walk_minutes == entry.walk_minutes
            ):
                blocks[neighbour] = replace(blocks[neighbour], columns=blocks[neighbour].columns + 1)
                here[entry.uid] = neighbour
                continue
            here[entry.uid] = len(blocks)
            blocks.append(Block(entry, first, last, column, 1, tuple(attending[entry.uid]), clash))
        open_blocks = here
    for block in blocks:
        if minutes := block.entry.walk_minutes:
            steps = max(1, -(-minutes // STEP_MINUTES))
            walks.append(Walk(minutes, max(1, block.first - steps), block.first, block.column, block.columns))
    hours = []
    instant = opening
    while instant < closing:
        hours.append(Hour(instant, row(instant)))
        instant += timedelta(hours=1)
    return DayPlan(
        day,
        names,
        tuple(blocks),
        tuple(walks),
        tuple(hours),
        row(closing) - 1,
        _by_time(mine, attending, names),
    )


def _by_time(
    mine: Mapping[int, list[Entry]], attending: Mapping[str, list[str]], names: tuple[str, ...]
) -> tuple[Together, ...]:
    seen: dict[str, Entry] = {}
    for entries in mine.values():
        for entry in entries:
            known = seen.get(entry.uid)
            # The longest walk of those who come is the one to plan for.
            if known is None or entry.walk_minutes > known.walk_minutes:
                seen[entry.uid] = entry
    ordered = sorted(seen.values(), key=lambda entry: (entry.start, entry.end, entry.uid))
    return tuple(
        Together(
            entry,
            tuple(attending[entry.uid]),
            tuple(name for name in names if name not in attending[entry.uid]),
        )
        for entry in ordered
    )
