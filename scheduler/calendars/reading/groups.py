"""Entries that belong together, because they have one UID in one calendar: which of them hold, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .components import Component
from .entries import CalendarEntry, Claim, Moment, claim_of, replaced_by, sequence_of, start_of, title_of
from .faults import Fault, Omission, TooMuchWork, Work
from .series import Occurrence, Replaced, occurrences, replaced_in
from .tally import EntryOutcome, ReadingTally
from .values import Length
from .zones import Zones

_PROPOSALS = frozenset({"COUNTER", "DECLINECOUNTER", "REFRESH"})
_NOTHING_REPLACED = Replaced(set(), set(), [])


@dataclass(frozen=True, slots=True)
class Around:
    """What an entry's calendar says of all its entries."""

    number: int
    method: str
    zones: Zones
    owners: frozenset[str]


@dataclass(slots=True)
class Item:
    """An entry of a file on its way: what stands there, and what could be read of it."""

    component: Component
    around: Around
    uid: str
    entry: CalendarEntry | None = None
    fault: Fault | None = None

    @property
    def is_part(self) -> bool:
        """Whether it stands for one occurrence of a series."""
        return bool(self.component.all("RECURRENCE-ID"))

    @property
    def sequence(self) -> int:
        """The number of its version."""
        return sequence_of(self.component)

    @property
    def replaced(self) -> Moment | None:
        """Which occurrence it stands for, as far as that can be read."""
        if not self.is_part:
            return None
        try:
            return replaced_by(self.component, self.around.zones, self.entry.start if self.entry else None)
        except Fault:
            return None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """That an entry, or one occurrence of it, is called off by a message in the file."""

    sequence: int
    occurrence: Moment | None


def cancelled_in(items: Iterable[Item]) -> dict[str, list[Cancelled]]:
    """What messages of the method CANCEL call off, by UID."""
    found: dict[str, list[Cancelled]] = {}
    for item in items:
        if item.around.method != "CANCEL" or not item.uid:
            continue
        occurrence = item.replaced
        if not item.is_part or occurrence is not None:
            found.setdefault(item.uid, []).append(Cancelled(item.sequence, occurrence))
    return found


def count_own(group: list[Item], tally: ReadingTally, work: Work) -> None:
    """Name the entries of this site: it knows better whether they hold."""
    for item in group:
        work.begin()
        try:
            found = list(occurrences(item.entry, _NOTHING_REPLACED, tally.window, work)) if item.entry else []
        except (Fault, TooMuchWork):
            found = []
        if found:
            tally.own(title_of(item.component), found[0])
        tally.count(EntryOutcome.OWN if found else EntryOutcome.OUTSIDE)


class Group:
    """The entries of one UID in one calendar."""

    def __init__(self, items: list[Item], cancelled: list[Cancelled]) -> None:
        self._items = items
        self._off = max((one.sequence for one in cancelled if one.occurrence is None), default=-1)
        parts = _newest([item for item in items if item.is_part and item.entry is not None])
        self._parts = {id(item) for item in parts}
        gone = [one.occurrence for one in cancelled if one.occurrence is not None]
        # An occurrence that is called off needs no time of its own.
        gone += [
            when
            for item in items
            if item.entry is None and self._is_free(item) and (when := item.replaced) is not None
        ]
        self._replaced = replaced_in([item.entry for item in parts if item.entry is not None], gone)
        wholes = [item for item in items if not item.is_part]
        self._newest = max((item.sequence for item in wholes), default=0)
        self._current: set[tuple[datetime, Length]] = set()
        self._called_off: dict[datetime, str] = {}
        for item in wholes:
            if item.entry is not None:
                self._note(item, item.entry)

    def _note(self, item: Item, entry: CalendarEntry) -> None:
        begin = entry.start.instant
        if item.sequence == self._newest:
            self._current.add((begin, entry.length))
        if item.component.text("STATUS").upper().startswith("CANCEL"):
            self._called_off[begin] = max(entry.stamp, self._called_off.get(begin, ""))

    def count(self, tally: ReadingTally, work: Work) -> None:
        """Count each entry as what it comes to."""
        for item in self._items:
            work.begin()
            try:
                outcome = self._outcome(item, tally, work)
            except TooMuchWork:
                outcome = _leave_out(item, Fault(Omission.TOO_OFTEN), tally)
            except Fault as fault:
                outcome = _leave_out(item, fault, tally)
            tally.count(outcome)

    def _outcome(self, item: Item, tally: ReadingTally, work: Work) -> EntryOutcome:
        entry, free = item.entry, self._is_free(item)
        if entry is None:
            assert item.fault is not None
            if free and item.fault.why is not Omission.CUT_OFF:
                return EntryOutcome.FREE
            raise item.fault
        if free:
            entry.claim = Claim.FREE
            if item.is_part or not self._replaced.later:
                return EntryOutcome.FREE
        found = list(occurrences(entry, self._replaced, tally.window, work))
        if not found:
            return EntryOutcome.OUTSIDE
        if item.is_part:
            if id(item) not in self._parts:
                return EntryOutcome.FREE
        elif item.sequence < self._newest or self._called_off.get(entry.start.instant, "") > entry.stamp:
            return self._superseded(entry, found)
        if item.around.method in _PROPOSALS:
            raise Fault(Omission.PROPOSAL)
        return tally.take(found)

    def _is_free(self, item: Item) -> bool:
        return (
            item.around.method == "CANCEL"
            or item.sequence <= self._off
            or claim_of(item.component, item.around.owners) is Claim.FREE
        )

    def _superseded(self, entry: CalendarEntry, found: list[Occurrence]) -> EntryOutcome:
        """An earlier version: named when it says another time than the one that holds."""
        if (entry.start.instant, entry.length) in self._current or entry.start.instant in self._called_off:
            return EntryOutcome.FREE
        if all(one.entry.claim is Claim.FREE for one in found):
            return EntryOutcome.FREE
        raise Fault(Omission.SUPERSEDED)


def _newest(parts: list[Item]) -> list[Item]:
    """Of several versions of one occurrence, the newest; all of them when none is newer."""
    best: dict[datetime, tuple[int, str]] = {}

    def version(item: Item) -> tuple[datetime, tuple[int, str]]:
        assert item.entry is not None
        when = item.entry.replaces or item.entry.start
        return when.instant, (item.entry.sequence, item.entry.stamp)

    versions = [(item, *version(item)) for item in parts]
    for _item, instant, number in versions:
        best[instant] = max(best.get(instant, number), number)
    return [item for item, instant, number in versions if number == best[instant]]


def _leave_out(item: Item, fault: Fault, tally: ReadingTally) -> EntryOutcome:
    """Name an entry that can't be used, unless it surely says nothing of the days that matter."""
    try:
        start: Moment | None = start_of(item.component, item.around.zones)
    except Fault:
        start = item.replaced
    if start is not None and _is_elsewhere(item, start, fault, tally.window):
        return EntryOutcome.OUTSIDE
    tally.left_out(fault.why, title_of(item.component), start, fault.value)
    return EntryOutcome.LEFT_OUT


def _is_elsewhere(item: Item, start: Moment, fault: Fault, window: tuple[datetime, datetime]) -> bool:
    if item.is_part or item.component.all("RDATE"):
        return False
    if start.instant >= window[1]:
        return True
    ends_at_once = fault.why in (Omission.NO_END, Omission.ENDS_BEFORE_START)
    return ends_at_once and not item.component.all("RRULE") and start.instant < window[0]
