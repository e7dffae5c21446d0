"""A calendar file read for the days of an event: busy stretches, questions, what was left out and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .components import Component, File, entries_of, read_components
from .content_lines import unescaped
from .definitions import defined_zones
from .entries import (
    Claim,
    Entry,
    Moment,
    claim_of,
    period,
    read_entry,
    replaced_by,
    sequence_of,
    start_of,
    title_of,
)
from .faults import Fault, TooMuchWork, Why, Work
from .series import Occurrence, Replaced, occurrences, replaced_in
from .tally import Outcome, Tally
from .values import written
from .zones import Zones

_PROPOSALS = frozenset({"COUNTER", "DECLINECOUNTER", "REFRESH"})


@dataclass(slots=True)
class _Item:
    """An entry of a file on its way: what stands there, and what could be read of it."""

    component: Component
    calendar: _Calendar
    uid: str
    entry: Entry | None = None
    fault: Fault | None = None

    @property
    def is_part(self) -> bool:
        """Whether it stands for one occurrence of a series."""
        return bool(self.component.all("RECURRENCE-ID"))


@dataclass(slots=True)
class _Calendar:
    number: int
    method: str
    zones: Zones
    owners: frozenset[str]


@dataclass(slots=True)
class _Cancelled:
    """That an entry, or one occurrence of it, is called off by a message in the file."""

    sequence: int
    occurrence: Moment | None


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """What a file says of the days between two instants, ready for JSON; or `problem`, when it says nothing."""
    file = read_components(data, order["entries"])
    problem = _problem(file, data, order["entries"])
    if problem is not None:
        return {"problem": problem}
    window = datetime.fromisoformat(order["start"]), datetime.fromisoformat(order["end"])
    tally, work = Tally(window, cut=file.cut), Work()
    items: list[_Item] = []
    for number, calendar in enumerate(file.calendars):
        meant = _calendar(number, calendar, order, window, work)
        items.extend(_item(component, meant) for component in entries_of(calendar, "VEVENT"))
        _free_busy(calendar, meant.zones, tally)
        tally.tasks += sum(1 for _ in entries_of(calendar, "VTODO"))
        for component in entries_of(calendar, "VAVAILABILITY"):
            tally.left_out(Why.AVAILABILITY, title_of(component))
    own = _Own(str(order.get("host", "")), frozenset(order.get("elsewhere", ())))
    cancelled = _cancelled(items)
    for group in _groups(items):
        if own.has(group[0].uid):
            _count_own(group, tally, work)
        else:
            _read_group(group, cancelled.get(group[0].uid, []), tally, work)
    return tally.answer()


def _problem(file: File, data: bytes, most: int) -> str | None:
    """Why a file can't be read at all."""
    if file.begun > most:
        return "too_many_entries"
    if not file.calendars:
        start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if not start:
            return "empty"
        if start.startswith(b"pk\x03\x04"):
            return "archive"
        return "web_page" if start.startswith((b"<!doctype html", b"<html")) else "no_calendar"
    return "cut_short" if file.cut and not file.ended else None


def _calendar(
    number: int, calendar: Component, order: dict[str, Any], window: tuple[datetime, datetime], work: Work
) -> _Calendar:
    defined = defined_zones(calendar, window, work)
    zones = Zones(ZoneInfo(order["zone"]), defined, window, calendar.text("X-WR-TIMEZONE"))
    owners = {str(address).casefold() for address in order.get("owners", ())}
    # Google names a calendar by its owner's address.
    called = calendar.text("X-WR-CALNAME").casefold()
    if "@" in called and " " not in called:
        owners.add(called)
    return _Calendar(number, calendar.text("METHOD").upper(), zones, frozenset(owners))


def _item(component: Component, calendar: _Calendar) -> _Item:
    uids = [unescaped(line, 1000) for line in component.all("UID")]
    item = _Item(component, calendar, next((uid for uid in uids if uid), ""))
    try:
        if not component.closed:
            raise Fault(Why.CUT_OFF)
        item.entry = read_entry(component, calendar.zones, calendar.owners)
    except Fault as fault:
        item.fault = fault
    except OverflowError:
        item.fault = Fault(Why.UNREADABLE_DATE)
    return item


@dataclass(frozen=True, slots=True)
class _Own:
    """How entries of this site are known: by the host of their UIDs, unless they belong to another event."""

    host: str
    elsewhere: Collection[str]

    def has(self, uid: str) -> bool:
        local, _at, host = uid.rpartition("@")
        return (
            bool(self.host)
            and host.casefold() == self.host.casefold()
            and (local.removeprefix("walk-") not in self.elsewhere)
        )


def _groups(items: list[_Item]) -> Iterator[list[_Item]]:
    """The entries of each series: of one UID in one calendar."""
    groups: dict[tuple[int, str], list[_Item]] = {}
    for place, item in enumerate(items):
        groups.setdefault((item.calendar.number, item.uid or f"\n{place}"), []).append(item)
    yield from groups.values()


def _cancelled(items: list[_Item]) -> dict[str, list[_Cancelled]]:
    found: dict[str, list[_Cancelled]] = {}
    for item in items:
        if item.calendar.method == "CANCEL" and item.uid:
            occurrence = _replaced(item) if item.is_part else None
            if not item.is_part or occurrence is not None:
                one = _Cancelled(sequence_of(item.component), occurrence)
                found.setdefault(item.uid, []).append(one)
    return found


def _replaced(item: _Item) -> Moment | None:
    try:
        return replaced_by(item.component, item.calendar.zones, item.entry.start if item.entry else None)
    except Fault:
        return None


def _is_free(item: _Item, cancelled: list[_Cancelled]) -> bool:
    sequence = sequence_of(item.component)
    return (
        item.calendar.method == "CANCEL"
        or claim_of(item.component, item.calendar.owners) is Claim.FREE
        or any(one.occurrence is None and one.sequence >= sequence for one in cancelled)
    )


def _count_own(group: list[_Item], tally: Tally, work: Work) -> None:
    """Name the entries of this event: the site knows better whether they hold."""
    for item in group:
        found = _found(item, Replaced(set(), set(), []), tally.window, work) if item.entry else []
        if found:
            tally.own(title_of(item.component), found[0])
        tally.count(Outcome.OWN if found else Outcome.OUTSIDE)


def _read_group(group: list[_Item], cancelled: list[_Cancelled], tally: Tally, work: Work) -> None:
    free = {id(item): _is_free(item, cancelled) for item in group}
    gone = [one.occurrence for one in cancelled if one.occurrence is not None]
    parts = _newest_parts([item for item in group if item.is_part and item.entry is not None])
    for item in group:
        # An occurrence that is called off needs no time of its own.
        if item.is_part and item.entry is None and free[id(item)] and (when := _replaced(item)) is not None:
            gone.append(when)
    replaced = replaced_in([item.entry for item in parts if item.entry is not None], gone)
    newest = max((sequence_of(item.component) for item in group if not item.is_part), default=0)
    for item in group:
        work.begin()
        try:
            outcome = _outcome(item, free[id(item)], replaced, parts, newest, group, tally, work)
        except TooMuchWork:
            outcome = _leave_out(item, Fault(Why.TOO_OFTEN), tally)
        except Fault as fault:
            outcome = _leave_out(item, fault, tally)
        tally.count(outcome)


def _outcome(
    item: _Item,
    free: bool,
    replaced: Replaced,
    parts: list[_Item],
    newest: int,
    group: list[_Item],
    tally: Tally,
    work: Work,
) -> Outcome:
    if item.entry is None:
        assert item.fault is not None
        if free and item.fault.why is not Why.CUT_OFF:
            return Outcome.FREE
        raise item.fault
    if free:
        item.entry.claim = Claim.FREE
    if free and not (replaced.later and not item.is_part):
        return Outcome.FREE
    found = _found(item, replaced, tally.window, work)
    if not found:
        return Outcome.OUTSIDE
    if item.is_part:
        if not any(item is one for one in parts):
            return Outcome.FREE
    elif item.entry.sequence < newest or _is_called_off(item, group):
        return _superseded(item, group)
    if item.calendar.method in _PROPOSALS:
        raise Fault(Why.PROPOSAL)
    return tally.take(found)


def _found(
    item: _Item, replaced: Replaced, window: tuple[datetime, datetime], work: Work
) -> list[Occurrence]:
    assert item.entry is not None
    if item.is_part and item.entry.replaces is None:
        raise Fault(Why.UNREADABLE_DATE)
    return list(occurrences(item.entry, replaced, window, work))


def _newest_parts(parts: list[_Item]) -> list[_Item]:
    """Of several versions of one occurrence, the newest; all of them when none is newer."""
    best: dict[datetime, tuple[int, str]] = {}

    def version(item: _Item) -> tuple[datetime, tuple[int, str]]:
        assert item.entry is not None
        when = item.entry.replaces or item.entry.start
        return when.instant, (item.entry.sequence, item.entry.stamp)

    for item in parts:
        instant, number = version(item)
        best[instant] = max(best.get(instant, number), number)
    return [item for item in parts if version(item)[1] == best[version(item)[0]]]


def _is_called_off(item: _Item, group: list[_Item]) -> bool:
    """Whether the same entry stands in the file once more, later and cancelled."""
    entry = item.entry
    assert entry is not None
    return any(
        other is not item
        and other.entry is not None
        and not other.is_part
        and other.component.text("STATUS").upper().startswith("CANCEL")
        and other.entry.start.instant == entry.start.instant
        and other.entry.stamp > entry.stamp
        for other in group
    )


def _superseded(item: _Item, group: list[_Item]) -> Outcome:
    """An earlier version: named when it says another time than the one that holds."""
    entry = item.entry
    assert entry is not None
    for other in group:
        newer = other.entry
        if newer is None or newer is entry or newer.sequence < entry.sequence:
            continue
        if newer.start.instant == entry.start.instant and newer.length == entry.length:
            return Outcome.FREE
    raise Fault(Why.SUPERSEDED)


def _leave_out(item: _Item, fault: Fault, tally: Tally) -> Outcome:
    """Name an entry that can't be used, unless it surely says nothing of the days that matter."""
    try:
        start: Moment | None = start_of(item.component, item.calendar.zones)
    except Fault:
        start = _replaced(item) if item.is_part else None
    if start is not None and _is_elsewhere(item.component, start, fault, tally.window):
        return Outcome.OUTSIDE
    tally.left_out(fault.why, title_of(item.component), start, fault.value)
    return Outcome.LEFT_OUT


def _is_elsewhere(
    component: Component, start: Moment, fault: Fault, window: tuple[datetime, datetime]
) -> bool:
    if component.all("RECURRENCE-ID") or component.all("RDATE"):
        return False
    if start.instant >= window[1]:
        return True
    ends_at_once = fault.why in (Why.NO_END, Why.ENDS_BEFORE_START)
    return ends_at_once and not component.all("RRULE") and start.instant < window[0]


def _free_busy(calendar: Component, zones: Zones, tally: Tally) -> None:
    for component in entries_of(calendar, "VFREEBUSY"):
        for line in component.all("FREEBUSY"):
            if line.parameters.get("FBTYPE", "").upper() == "FREE":
                continue
            for value in line.value.split(","):
                if not value.strip():
                    continue
                zones.doubtful.clear()
                try:
                    start, length = period(value, line, zones, zones.floating)
                except Fault as fault:
                    begin = written(value.partition("/")[0])
                    when = Moment(begin.clock, zones.floating) if begin else None
                    tally.left_out(fault.why, "", when, fault.value)
                    continue
                tally.add(start, length, tuple(zones.doubtful))
