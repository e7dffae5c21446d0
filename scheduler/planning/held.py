"""Meetings that have begun: in the problem they stay where they are, whatever has changed since.

Each is a locked meeting of its own people at a table of its own, so that no reduced table, no new session, no lower
limit and no longer walk makes a problem infeasible by what has already been.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.planning.base import HeldRow
from scheduler.planning.wishes import Wish
from solver import Commitment, Pavilion, Place

NO_WAY = "held"
"""A pavilion without walks, for meetings between which the way has become longer than the time that was there."""


@dataclass(frozen=True, slots=True)
class Span:
    """A held meeting's time (UTC minutes), and where it counts as held."""

    row: HeldRow
    start: int
    end: int
    pavilion: str


class HeldMeetings:
    """The meetings of a round that have begun, by what the problem has to know of them."""

    def __init__(
        self,
        rows: Sequence[HeldRow],
        times: Mapping[int, tuple[int, int]],
        walks: Iterable[tuple[str, str, int]],
        zone: ZoneInfo,
    ) -> None:
        self._zone = zone
        self._walks: dict[tuple[str, str], int] = {}
        for origin, target, minutes in walks:
            self._walks[origin, target] = minutes
            self._walks.setdefault((target, origin), minutes)
        self.rows = {row.wish: row for row in rows}
        self._of: dict[int, list[Span]] = defaultdict(list)
        # From the last to the first: what was held latest is what people have to walk from now.
        for row in sorted(rows, key=lambda row: times[row.slot_id], reverse=True):
            start, end = times[row.slot_id]
            span = Span(row, start, end, row.pavilion)
            if any(self._too_far(span, later) for person in row.attendees for later in self._of[person]):
                span = Span(row, start, end, NO_WAY)
            for person in row.attendees:
                self._of[person].append(span)
        self.spans = {span.row.wish: span for spans in self._of.values() for span in spans}

    def wishes(self) -> tuple[Wish, ...]:
        """A wish for each, of those who attend and nobody else."""
        return tuple(
            Wish(
                row.wish,
                row.kind,
                row.value,
                row.attendees[0],
                row.attendees[-1],
                tuple((person,) for person in row.attendees),
            )
            for row in self.rows.values()
        )

    @property
    def people(self) -> set[int]:
        """Everybody who attends one, also those who have left the event since."""
        return set(self._of)

    def slots_of(self, person: int) -> set[int]:
        """The slots in which somebody was at a meeting of the round."""
        return {span.row.slot_id for span in self._of.get(person, ())}

    def count(self, person: int) -> int:
        """How many of the round's meetings somebody has had."""
        return len(self._of.get(person, ()))

    def busiest_day(self, person: int) -> int:
        """The most of them on one day."""
        days = Counter(
            datetime.fromtimestamp(span.start * 60, self._zone).date() for span in self._of.get(person, ())
        )
        return max(days.values(), default=0)

    def places(self, slots: Mapping[int, str]) -> tuple[dict[str, tuple[int, int]], list[Place]]:
        """The tables where they are held, as places of their own: (row, table) by place, and the places."""
        opened: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for span in self.spans.values():
            opened[span.row.place_id, span.row.table, span.pavilion].append(slots[span.row.slot_id])
        tables = {_name(*key): key[:2] for key in opened}
        return tables, [Place(_name(*key), key[2], 1, tuple(names)) for key, names in opened.items()]

    def place_of(self, row: HeldRow) -> str:
        """The place of its own where a held meeting stands."""
        return _name(row.place_id, row.table, self.spans[row.wish].pavilion)

    def pavilions(self) -> tuple[Pavilion, ...]:
        """The pavilion without walks, where one is needed."""
        needed = any(span.pavilion == NO_WAY for span in self.spans.values())
        return (Pavilion(NO_WAY),) if needed else ()

    def fitted(self, person: int, commitments: Iterable[Commitment]) -> tuple[Commitment, ...]:
        """Somebody's commitments without what contradicts a meeting that they were at."""
        spans = self._of.get(person, ())
        kept: list[Commitment] = []
        for one in commitments:
            for span in spans:
                if one.start < span.end and span.start < one.end:
                    one = Commitment(min(max(one.start, span.end), one.end - 1), one.end, None)
                elif self._too_far(Span(span.row, one.start, one.end, one.pavilion or ""), span):
                    one = Commitment(one.start, one.end, None)
            if not any(one.start < span.end and span.start < one.end for span in spans):
                kept.append(one)
        return tuple(kept)

    def _too_far(self, one: Span, other: Span) -> bool:
        first, second = (one, other) if one.start <= other.start else (other, one)
        return 0 <= second.start - first.end < self._walks.get((first.pavilion, second.pavilion), 0)


def _name(place_id: int, table: int, pavilion: str) -> str:
    return f"held:{place_id}:{table}" + (":x" if pavilion == NO_WAY else "")
