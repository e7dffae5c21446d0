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
from .entries import Moment, period, read_entry, title_of
from .faults import Fault, Omission, Work
from .groups import Around, Group, Item, cancelled_in, count_own
from .tally import ReadingTally
from .values import written
from .zones import Zones


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """What a file says of the days between two instants, ready for JSON; or `problem`, when it says nothing."""
    file = read_components(data, order["entries"])
    problem = _problem(file, data, order["entries"])
    if problem is not None:
        return {"problem": problem}
    window = datetime.fromisoformat(order["start"]), datetime.fromisoformat(order["end"])
    tally, work = ReadingTally(window, cut=file.cut), Work()
    items: list[Item] = []
    for number, calendar in enumerate(file.calendars):
        meant = _calendar(number, calendar, order, window, work)
        items.extend(_item(component, meant) for component in entries_of(calendar, "VEVENT"))
        _free_busy(calendar, meant.zones, tally)
        tally.tasks += sum(1 for _ in entries_of(calendar, "VTODO"))
        for component in entries_of(calendar, "VAVAILABILITY"):
            tally.left_out(Omission.AVAILABILITY, title_of(component))
    own = _Own(str(order.get("host", "")), frozenset(order.get("elsewhere", ())))
    cancelled = cancelled_in(items)
    for group in _groups(items):
        if own.has(group[0].uid):
            count_own(group, tally, work)
        else:
            Group(group, cancelled.get(group[0].uid, [])).count(tally, work)
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
) -> Around:
    defined = defined_zones(calendar, window, work)
    zones = Zones(ZoneInfo(order["zone"]), defined, window, calendar.text("X-WR-TIMEZONE"))
    owners = {str(address).casefold() for address in order.get("owners", ())}
    # Google names a calendar by its owner's address.
    called = calendar.text("X-WR-CALNAME").casefold()
    if "@" in called and " " not in called:
        owners.add(called)
    return Around(number, calendar.text("METHOD").upper(), zones, frozenset(owners))


def _item(component: Component, around: Around) -> Item:
    uids = [unescaped(line, 1000) for line in component.all("UID")]
    item = Item(component, around, next((uid for uid in uids if uid), ""))
    try:
        if not component.closed:
            raise Fault(Omission.CUT_OFF)
        item.entry = read_entry(component, around.zones, around.owners)
    except Fault as fault:
        item.fault = fault
    except OverflowError:
        item.fault = Fault(Omission.UNREADABLE_DATE)
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


def _groups(items: list[Item]) -> Iterator[list[Item]]:
    """The entries of each series: of one UID in one calendar."""
    groups: dict[tuple[int, str], list[Item]] = {}
    for place, item in enumerate(items):
        groups.setdefault((item.around.number, item.uid or f"\n{place}"), []).append(item)
    yield from groups.values()


def _free_busy(calendar: Component, zones: Zones, tally: ReadingTally) -> None:
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
