"""Time zones as calendars name and define them.

Nothing is cached beyond one calendar: two calendars in a file may mean different rules by the same name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_OFFSET_NAME = re.compile(r"(?:(?:UTC|GMT|Z)\s*)?([+-])\s*([0-9]{1,2})(?:[:.]?([0-5][0-9]))?", re.IGNORECASE)
_SHOWN_NAME = re.compile(r"\(\s*(?:UTC|GMT)\s*([+-]\s*[0-9]{1,2}[:.]?[0-9]{2})?\s*\)\s*(.*)", re.IGNORECASE)
_UNIVERSAL = frozenset({"z", "utc", "gmt", "uct", "zulu", "etc/utc", "tzone://microsoft/utc"})
_NO_ZONES = frozenset({"localtime", "posixrules", "factory"})


class Doubt(StrEnum):
    """What somebody should know about a zone."""

    UNKNOWN = "zone_unknown"
    GUESSED = "zone_guessed"
    DIFFERS = "zone_differs"


@dataclass(frozen=True, slots=True)
class Zone:
    """Clocks somewhere. In a gap the offset before it holds, in a fold the first of the two times does
    (RFC 5545, 3.3.5).
    """

    rules: tzinfo | FileRules
    name: str
    doubt: Doubt | None = None
    written: str = ""

    def instant(self, clock: datetime) -> datetime:
        """The instant at which clocks there show a time."""
        try:
            if isinstance(self.rules, FileRules):
                return (clock - self.rules.offset_of_clock(clock)).replace(tzinfo=UTC)
            return clock.replace(tzinfo=self.rules, fold=0).astimezone(UTC)
        except OverflowError:  # The first or the last day of all calendars.
            return clock.replace(tzinfo=UTC)

    def clock(self, instant: datetime) -> datetime:
        """What clocks there show at an instant."""
        try:
            if isinstance(self.rules, FileRules):
                universal = instant.astimezone(UTC).replace(tzinfo=None)
                return universal + self.rules.offset_at(universal)
            return instant.astimezone(self.rules).replace(tzinfo=None, fold=0)
        except OverflowError:
            return instant.replace(tzinfo=None)


class FileRules:
    """The rules that a file gives for a zone: from when which offset holds."""

    def __init__(self, first: timedelta, changes: Sequence[tuple[datetime, timedelta]]) -> None:
        """`changes` are instants in UTC without a zone, with the offset from then on."""
        self._offsets = [first]
        self._instants: list[datetime] = []
        self._clocks: list[datetime] = []
        for instant, offset in sorted(changes):
            before = self._offsets[-1]
            self._instants.append(instant)
            self._clocks.append(instant + max(before, offset))
            self._offsets.append(offset)

    def offset_at(self, instant: datetime) -> timedelta:
        """The offset at an instant."""
        return self._offsets[bisect_right(self._instants, instant)]

    def offset_of_clock(self, clock: datetime) -> timedelta:
        """The offset when clocks show a time."""
        return self._offsets[bisect_right(self._clocks, clock)]


class Zones:
    """The zones of one calendar: those it defines, those it names, and the event's for all others."""

    def __init__(
        self,
        home: ZoneInfo,
        defined: Mapping[str, FileRules | None],
        days: tuple[datetime, datetime],
        header: str = "",
    ) -> None:
        """`header` names the zone of clocks without one, when the calendar says which it is."""
        self.home = Zone(home, home.key)
        self.universal = Zone(UTC, "UTC")
        self.doubtful: list[Zone] = []
        """The zones in doubt that were used since somebody emptied the list."""
        self._defined = {_bare(name): rules for name, rules in defined.items()}
        self._days = days
        self._found: dict[str, Zone] = {}
        self.floating = self.named(header) if header.strip() else self.home

    def named(self, name: str) -> Zone:
        """The zone of a TZID; the event's, with a doubt, when there is none."""
        name = name.strip().strip('"').strip()
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> Zone:
        rules, known = self._defined.get(_bare(name)), by_name(name)
        if rules is not None:
            own = Zone(rules, name)
            if known is None or known.doubt is not None or not self._differ(own, known):
                return own
            return Zone(rules, name, Doubt.DIFFERS, name)
        if known is not None:
            return known
        return Zone(self.home.rules, self.home.name, Doubt.UNKNOWN, name)

    def _differ(self, one: Zone, other: Zone) -> bool:
        """Whether two zones' clocks differ somewhere around the days of the event."""
        begin, end = self._days
        steps = [begin + (end - begin) * part / 8 for part in range(9)]
        return any(one.clock(step) != other.clock(step) for step in steps)


def _bare(name: str) -> str:
    return name.strip().strip('"').strip().casefold()


def by_name(name: str) -> Zone | None:
    """The zone that a name means by itself: the tz database's, Windows', an offset, a path that ends in one."""
    if _bare(name) in _UNIVERSAL:
        return Zone(UTC, "UTC")
    found = _key(name)
    if found is not None:
        return Zone(ZoneInfo(found), found)
    plain = _OFFSET_NAME.fullmatch(name)
    if plain is not None:
        return _fixed(*plain.groups())
    shown = _SHOWN_NAME.fullmatch(name)
    cities = _by_cities(shown[2] if shown else name, shown[1] if shown else None, name)
    if cities is not None:
        return cities
    if shown is not None:
        offset = _OFFSET_NAME.fullmatch(shown[1] or "+0")
        zone = _fixed(*offset.groups()) if offset else None
        return zone and Zone(zone.rules, zone.name, Doubt.GUESSED, name)
    return None


def _fixed(sign: str, hours: str, minutes: str | None) -> Zone | None:
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if size > timedelta(hours=14):
        return None
    offset = FileRules(-size if sign == "-" else size, ())
    return Zone(offset, f"UTC{sign}{int(hours):02}:{int(minutes or 0):02}")


def _key(name: str) -> str | None:
    """The tz database's key of a name, whatever its case, prefix or program."""
    bare, keys = _bare(name).replace(" ", "_"), _keys()
    if bare in keys:
        return keys[bare]
    windows = _windows().get(_bare(name))
    if windows is not None:
        return windows
    parts = [part for part in bare.split("/") if part]
    endings = ["/".join(parts[-length:]) for length in (3, 2) if len(parts) >= length]
    if len(parts) > 1 and parts[-1] in _UNIVERSAL:
        return "UTC"
    return next((keys[ending] for ending in endings if ending in keys), None)


def _by_cities(text: str, offset: str | None, name: str) -> Zone | None:
    """The zone of the first known city in a list such as 'Brussels, Copenhagen, Madrid, Paris'."""
    if offset is None and "," not in text:
        return None
    wanted = _OFFSET_NAME.fullmatch(offset) if offset else None
    exact = _fixed(*wanted.groups()) if wanted else None
    for city in re.split(r"[,/]", text):
        key = _cities().get("_".join(city.split()).casefold())
        if key is None:
            continue
        winter = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
        zone = Zone(ZoneInfo(key), key, Doubt.GUESSED, name)
        if exact is None or any(zone.clock(day) == exact.clock(day) for day in winter):
            return zone
    return None


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    return {key.casefold(): key for key in available_timezones() if key.casefold() not in _NO_ZONES}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    found: dict[str, str] = {}
    for key in sorted(available_timezones()):
        area, _slash, city = key.partition("/")
        if city and area in ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"):
            found.setdefault(city.rpartition("/")[2].casefold(), key)
    return found


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    # The table of Unicode's CLDR; loaded only when a name is no key of the tz database.
    from babel.core import get_global

    return {name.casefold(): key for name, key in get_global("windows_zone_mapping").items()}
