"""One entry of a calendar, read: when, how long, how often, and whether it makes somebody busy."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from .components import Component
from .content_lines import ContentLine, unescaped
from .faults import Fault, Omission
from .rules import RecurrenceRule, read_rule
from .values import Length, Written, duration, written
from .zones import Zone, Zones

_DAY = timedelta(days=1)
_ALL_DAY = ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY")


class Claim(StrEnum):
    """What an entry does to somebody's time."""

    BUSY = "busy"
    ASK = "ask"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of an entry: on the clock of a zone, or a whole day."""

    clock: datetime
    zone: Zone
    whole_day: bool = False

    @property
    def instant(self) -> datetime:
        """The instant; of a whole day, its beginning."""
        return self.zone.instant(self.clock)


@dataclass(slots=True)
class CalendarEntry:
    """An entry, or one occurrence of a series that differs from the others (`replaces`)."""

    title: str
    sequence: int
    stamp: str
    claim: Claim
    start: Moment
    length: Length
    whole_days: bool
    """Asked about in days though it has times: Outlook writes all-day entries from midnight to midnight."""
    rules: list[RecurrenceRule] = field(default_factory=list)
    without_rules: list[RecurrenceRule] = field(default_factory=list)
    more: list[tuple[Moment, Length]] = field(default_factory=list)
    without: list[Moment] = field(default_factory=list)
    replaces: Moment | None = None
    and_later: bool = False
    doubts: tuple[Zone, ...] = ()

    @property
    def repeats(self) -> bool:
        """Whether it stands for more than its own beginning."""
        return bool(self.rules or self.more)


def title_of(component: Component) -> str:
    """The first title that says something."""
    return next((text for line in component.all("SUMMARY") if (text := unescaped(line))), "")


def sequence_of(component: Component) -> int:
    """The highest number that is one; 0 without."""
    values = [line.value.strip() for line in component.all("SEQUENCE")]
    return max(
        (int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10), default=0
    )


def stamp_of(component: Component) -> str:
    """What orders two versions of the same sequence."""
    return component.text("LAST-MODIFIED") or component.text("DTSTAMP")


def claim_of(component: Component, owners: Collection[str]) -> Claim:
    """Whether the entry takes time of somebody with one of these mail addresses."""
    status = component.text("STATUS").upper()
    shown_as = component.text("X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if (
        status in ("CANCELLED", "CANCELED")
        or component.text("TRANSP").upper() == "TRANSPARENT"
        or shown_as == "FREE"
        or _declined(component, owners)
    ):
        return Claim.FREE
    return Claim.ASK if shown_as == "WORKINGELSEWHERE" else Claim.BUSY


def _declined(component: Component, owners: Collection[str]) -> bool:
    """Whether the person has said no. Who that is, is known by address, or because nobody else is invited."""
    answers: dict[str, str] = {}
    for line in component.all("ATTENDEE"):
        if line.parameters.get("CUTYPE", "").upper() in ("ROOM", "RESOURCE"):
            continue
        answers[_address(line)] = line.parameters.get("PARTSTAT", "").strip().upper()
    own = [answer for address, answer in answers.items() if address in owners]
    if not own and len(answers) == 1:
        organisers = {_address(line) for line in component.all("ORGANIZER")}
        own = [] if organisers & set(owners) else list(answers.values())
    return bool(own) and all(answer in ("DECLINED", "DELEGATED") for answer in own)


def _address(line: ContentLine) -> str:
    said = line.value.strip()
    if ":" in said and not said.lower().startswith("mailto:"):
        said = line.parameters.get("EMAIL", said)
    return said[7:].strip().casefold() if said.lower().startswith("mailto:") else said.casefold()


def read_entry(component: Component, zones: Zones, owners: Collection[str]) -> CalendarEntry:
    """The entry that a component says. Raises Fault."""
    claim = claim_of(component, owners)
    zones.doubtful.clear()
    start = start_of(component, zones)
    length = _length(component, zones, start, claim)
    if _is_all_day(component):
        start = _at_midnight(start, zones)
    entry = CalendarEntry(
        title_of(component),
        sequence_of(component),
        stamp_of(component),
        claim,
        start,
        length,
        start.whole_day or _is_all_day(component),
    )
    entry.rules = [read_rule(line.value) for line in component.all("RRULE") if line.value.strip()]
    entry.without_rules = [read_rule(line.value) for line in component.all("EXRULE") if line.value.strip()]
    entry.without = [when for line in component.all("EXDATE") for when in _moments(line, zones, start)]
    entry.more = [more for line in component.all("RDATE") for more in _more(line, zones, entry)]
    replaced = component.all("RECURRENCE-ID")
    if replaced:
        entry.replaces = replaced_by(component, zones, start)
        entry.and_later = any(
            line.parameters.get("RANGE", "").upper() == "THISANDFUTURE" for line in replaced
        )
    entry.doubts = tuple(zones.doubtful)
    return entry


def start_of(component: Component, zones: Zones) -> Moment:
    """When an entry begins. Raises Fault."""
    found = _agreed(
        component.all("DTSTART"),
        zones,
        zones.floating,
        Omission.UNREADABLE_START,
        Omission.TWO_STARTS,
    )
    if found is None:
        raise Fault(Omission.NO_START)
    return found


def replaced_by(component: Component, zones: Zones, start: Moment | None) -> Moment:
    """Which occurrence of its series an entry replaces. Raises Fault."""
    home = start.zone if start is not None else zones.floating
    found = _agreed(
        component.all("RECURRENCE-ID"),
        zones,
        home,
        Omission.UNREADABLE_DATE,
        Omission.UNREADABLE_DATE,
    )
    if found is None:
        raise Fault(Omission.UNREADABLE_DATE)
    return found


def moment(line: ContentLine, zones: Zones, home: Zone) -> Moment | None:
    """The time that a property says; `home` is the zone of a clock without one."""
    for reading in (line, *line.resplit()):
        found = written(reading.value)
        if found is not None:
            return placed(found, reading, zones, home)
    return None


def placed(found: Written, line: ContentLine, zones: Zones, home: Zone) -> Moment:
    """A written time in the zone that it is meant in: its own offset wins over a name beside it."""
    dated = line.parameters.get("VALUE", "").upper() == "DATE"
    if found.whole_day or (dated and found.clock.time() == datetime.min.time()):
        return Moment(found.clock, zones.home, whole_day=True)
    if found.offset is not None:
        return Moment(found.clock - found.offset, zones.universal)
    name = line.parameters.get("TZID", "").strip()
    zone = zones.named(name) if name else home
    if zone.doubt is not None and zone not in zones.doubtful:
        zones.doubtful.append(zone)
    return Moment(found.clock, zone)


def _agreed(
    lines: list[ContentLine], zones: Zones, home: Zone, unreadable: Omission, two: Omission
) -> Moment | None:
    """The one time that properties of a name say. Raises Fault when they say several, or none that is one."""
    said = [line for line in lines if line.value.strip()]
    found = [when for line in said if (when := moment(line, zones, home)) is not None]
    if not found and lines:
        raise Fault(unreadable, said[0].value if said else "")
    if len({(when.instant, when.whole_day) for when in found}) > 1:
        raise Fault(two, said[-1].value)
    return found[0] if found else None


def _length(component: Component, zones: Zones, start: Moment, claim: Claim) -> Length:
    """How long an entry takes. Raises Fault."""
    lengths = {found for line in component.all("DURATION") if (found := duration(line.value)) is not None}
    ends = component.all("DTEND")
    if not ends or (lengths and all(moment(line, zones, start.zone) is None for line in ends)):
        if component.all("DURATION") and not lengths:
            raise Fault(_why_no_length(component), component.text("DURATION"))
        if len(lengths) > 1:
            raise Fault(Omission.TWO_ENDS, component.all("DURATION")[-1].value)
        return _lasting(next(iter(lengths), None), start, component, claim)
    end = _agreed(ends, zones, start.zone, Omission.UNREADABLE_END, Omission.TWO_ENDS)
    assert end is not None
    length = _until(start, end)
    if lengths and all(_end_after(start, other) != _end_after(start, length) for other in lengths):
        raise Fault(Omission.TWO_ENDS, component.text("DURATION"))
    if length == Length() and not _is_all_day(component) and claim is not Claim.FREE:
        raise Fault(Omission.NO_END)
    return length


def _why_no_length(component: Component) -> Omission:
    negative = component.text("DURATION").startswith("-")
    return (
        Omission.ENDS_BEFORE_START
        if negative and duration(component.text("DURATION")[1:])
        else Omission.UNREADABLE_END
    )


def _lasting(length: Length | None, start: Moment, component: Component, claim: Claim) -> Length:
    if start.whole_day or _is_all_day(component):
        if length is None:
            return Length(1)
        return Length(max(1, length.days + -(-length.exact // _DAY)))
    if claim is not Claim.FREE and (length is None or length == Length()):
        raise Fault(Omission.NO_END)
    return length or Length()


def _until(start: Moment, end: Moment) -> Length:
    if start.whole_day:
        days = (end.clock.date() - start.clock.date()).days + (
            0 if end.whole_day or end.clock.time() == datetime.min.time() else 1
        )
        if days < 0:
            raise Fault(Omission.ENDS_BEFORE_START)
        return Length(max(1, days))
    if end.whole_day:
        end = Moment(end.clock, start.zone)
    exact = end.instant - start.instant
    if exact < timedelta():
        raise Fault(Omission.ENDS_BEFORE_START)
    return Length(0, exact)


def _end_after(start: Moment, length: Length) -> datetime:
    try:
        return start.zone.instant(start.clock + timedelta(days=length.days)) + length.exact
    except OverflowError:
        return start.instant


def _is_all_day(component: Component) -> bool:
    return any(component.text(name).upper() in ("TRUE", "1", "YES") for name in _ALL_DAY)


def _at_midnight(start: Moment, zones: Zones) -> Moment:
    """The beginning of an all-day entry where the day begins: programs write it in UTC, too."""
    here = zones.home.clock(start.instant)
    if start.zone == zones.universal and here.time() == datetime.min.time():
        return Moment(here, zones.home)
    return start


def _moments(line: ContentLine, zones: Zones, start: Moment) -> Iterator[Moment]:
    readings = (line, *line.resplit())
    for reading in readings:
        found = [written(value) for value in reading.value.split(",") if value.strip()]
        if all(found):
            yield from (placed(one, reading, zones, start.zone) for one in found if one is not None)
            return
    raise Fault(Omission.UNREADABLE_DATE, line.value)


def _more(line: ContentLine, zones: Zones, entry: CalendarEntry) -> Iterator[tuple[Moment, Length]]:
    """The beginnings that stand beside a rule, with their own lengths where periods say so."""
    if "/" not in line.value:
        for when in _moments(line, zones, entry.start):
            if when.whole_day and not entry.start.whole_day:
                at = datetime.combine(when.clock.date(), entry.start.clock.time())
                when = Moment(at, entry.start.zone)
            elif entry.start.whole_day and not when.whole_day:
                day = datetime.combine(when.clock.date(), datetime.min.time())
                when = Moment(day, zones.home, whole_day=True)
            yield when, entry.length
        return
    for value in line.value.split(","):
        if value.strip():
            yield period(value, line, zones, entry.start.zone)


def period(value: str, line: ContentLine, zones: Zones, home: Zone) -> tuple[Moment, Length]:
    """A period of time: a beginning, and an end or a length. Raises Fault."""
    first, _slash, last = value.partition("/")
    begin, length, end = written(first), duration(last), written(last)
    if begin is None or (length is None and end is None):
        raise Fault(Omission.UNREADABLE_PERIOD, value)
    start = placed(begin, line, zones, home)
    return start, length or _until(start, placed(end or begin, line, zones, home))
