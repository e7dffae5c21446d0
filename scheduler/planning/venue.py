"""Where the meetings of a round can be held: places of a problem, less what other rounds have published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.domain.enums import HeldAt
from scheduler.planning.base import HeldRow
from scheduler.planning.held import HeldMeetings
from scheduler.planning.material import OtherMeeting, PlaceRow, SlotRow
from solver import Place


@dataclass(frozen=True, slots=True)
class TableGroup:
    """What a place of the problem stands for: a group of like tables of one row."""

    place_id: int
    tables: tuple[int, ...]


class Venue:
    """The problem's places. Tables that another round uses at some time become places of their own.

    A place of a problem has one capacity for all times; a table used by another round's meeting is free at
    all others, so it stands alone, closed in the slots that touch that meeting.
    """

    def __init__(
        self, rows: Sequence[PlaceRow], slots: Sequence[SlotRow], elsewhere: Iterable[OtherMeeting]
    ) -> None:
        self._slots = slots
        self._open: dict[frozenset[int], tuple[str, ...] | None] = {frozenset(): None}
        self._ids: dict[tuple[int, int], str] = {}
        self._held: dict[str, str] = {}
        self._pavilions: dict[str, str] = {}
        self.places: list[Place] = []
        self.spots: dict[str, TableGroup] = {}
        used = defaultdict[tuple[int, int], list[tuple[int, int]]](list)
        for meeting in elsewhere:
            used[meeting.place_id, meeting.table].append((meeting.start, meeting.end))
        self._general: list[str] = []
        self._stands = defaultdict[int, list[str]](list)
        for row in (each for each in rows if not each.retired):
            names = self._add(row, used)
            if row.organisation_id is None:
                self._general += names
            else:
                self._stands[row.organisation_id] += names
        self._general_places = tuple(self._general)

    def _add(self, row: PlaceRow, used: dict[tuple[int, int], list[tuple[int, int]]]) -> list[str]:
        free = tuple(table for table in range(1, row.capacity + 1) if (row.id, table) not in used)
        opened = self._opened(row.blocks)
        names: list[str] = []
        if free:
            names.append(self._put(row, row.public_id, opened, free))
        for table in range(1, row.capacity + 1):
            if times := used.get((row.id, table)):
                closed = {
                    slot.public_id
                    for slot in self._slots
                    if any(slot.start < end and start < slot.end for start, end in times)
                }
                allowed = opened if opened is not None else tuple(slot.public_id for slot in self._slots)
                left = tuple(name for name in allowed if name not in closed)
                names.append(self._put(row, f"{row.public_id}:{table}", left, (table,)))
        return names

    def _put(self, row: PlaceRow, name: str, opened: tuple[str, ...] | None, tables: tuple[int, ...]) -> str:
        self.places.append(Place(name, row.pavilion, len(tables), opened))
        self._pavilions[name] = row.pavilion
        self.spots[name] = TableGroup(row.id, tables)
        for table in tables:
            self._ids[row.id, table] = name
        return name

    def _opened(self, blocks: frozenset[int]) -> tuple[str, ...] | None:
        if blocks not in self._open:
            self._open[blocks] = tuple(slot.public_id for slot in self._slots if slot.block_id in blocks)
        return self._open[blocks]

    def place_of(self, place_id: int, table: int) -> str | None:
        """The problem's place that a table belongs to; None when there is no such table any more."""
        return self._ids.get((place_id, table))

    def add_held(self, held: HeldMeetings, slots: Mapping[int, str]) -> None:
        """Give the meetings that have begun tables of their own, where no other meeting fits."""
        tables, places = held.places(slots)
        self.places += places
        self.spots |= {name: TableGroup(place_id, (table,)) for name, (place_id, table) in tables.items()}
        self._held = {wish: held.place_of(row) for wish, row in held.rows.items()}

    def place_where(self, row: HeldRow) -> str | None:
        """The problem's place of a plan's meeting; None when its table no longer exists."""
        return self._held.get(row.wish) or self.place_of(row.place_id, row.table)

    def allowed(
        self, organisations: Collection[int], held_at: HeldAt | None = None
    ) -> tuple[str, ...] | None:
        """Where these organisations meet: at their stands where they have any, else at the common tables.

        `held_at` may say otherwise; then nothing may be left. None: anywhere, which is what the common tables are when
        nobody has a stand.
        """
        stands = [name for each in organisations for name in self._stands.get(each, ())]
        match held_at:
            case HeldAt.STAND:
                return tuple(stands)
            case HeldAt.TABLE if stands:
                pavilions = {self._pavilions[name] for name in stands}
                return tuple(name for name in self._general if self._pavilions[name] in pavilions)
            case HeldAt.ANYWHERE if stands:
                return (*stands, *self._general)
            case None if stands:
                return tuple(stands)
        return self._general_places if self._stands else None
