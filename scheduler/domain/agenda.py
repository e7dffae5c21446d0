"""An agenda: everything one owner does, as calendar programs and pages show it.

All times are UTC instants (aware datetimes); durations are minutes. Nothing here knows a database, a page
or a file format: rows become these values in the services, and the values become files in
`scheduler.calendars`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MORNING = 6
"""The hour from which no evening goes on any more."""


class EntryKind(enum.Enum):
    """What an entry is; decides its words and whether a reader may leave it out."""

    MEETING = "meeting"
    SESSION = "session"
    VISIT = "visit"
    WALK = "walk"


class EntryStatus(enum.Enum):
    """The state of an entry; the values are those of RFC 5545, section 3.8.1.11, in lower case."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody whom the owner meets; every part may be empty. `key` is the public id, for links."""

    name: str = ""
    organisation: str = ""
    key: str = ""

    @property
    def label(self) -> str:
        """The name and the organisation as one phrase, without stray punctuation when one is missing."""
        if self.name and self.organisation:
            return f"{self.name} ({self.organisation})"
        return self.name or self.organisation


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in an agenda.

    `uid` is made once and stored; `sequence` rises by one with every published change; `last_modified` is
    the instant of that change, never the instant of writing. `walk_minutes` is the way from the engagement
    before, on the same day, zero when there is none. `names` are the owner's own people at the entry, for
    the agenda of a group (a delegation, a stand): its description says them, its title stays what it is.
    """

    uid: str
    kind: EntryKind
    title: str
    start: datetime
    end: datetime
    last_modified: datetime
    sequence: int = 0
    status: EntryStatus = EntryStatus.CONFIRMED
    place: str = ""
    pavilion: str = ""
    partners: tuple[Partner, ...] = ()
    names: tuple[str, ...] = ()
    description: str = ""
    url: str = ""
    walk_minutes: int = 0

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None or self.last_modified.tzinfo is None:
            raise ValueError(f"Entry '{self.uid}': one of its times has no time zone.")
        if self.end <= self.start:
            raise ValueError(f"Entry '{self.uid}' ends before it starts.")
        if not self.uid:
            raise ValueError("An agenda entry needs a UID.")
        if self.sequence < 0 or self.walk_minutes < 0:
            raise ValueError(f"Entry '{self.uid}': sequence and walking minutes can't be negative.")

    @property
    def cancelled(self) -> bool:
        return self.status is EntryStatus.CANCELLED

    @property
    def minutes(self) -> int:
        """How long the entry takes, in whole minutes."""
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The entries of one owner, in the zone of the event; `owner` and `title` are shown to people."""

    owner: str
    title: str
    zone: ZoneInfo
    entries: tuple[Entry, ...] = field(default=())

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.entries, key=lambda entry: (entry.start, entry.end, entry.uid)))
        object.__setattr__(self, "entries", ordered)

    @property
    def changed_at(self) -> datetime | None:
        """The instant of the latest published change; none for an empty agenda."""
        return max((entry.last_modified for entry in self.entries), default=None)

    def days(self) -> tuple[date, ...]:
        """The local days on which something starts, in order."""
        return tuple(sorted({local_day(entry.start, self.zone) for entry in self.entries}))

    def on(self, day: date) -> Agenda:
        """The part of the agenda that starts on a local day."""
        return replace(
            self, entries=tuple(entry for entry in self.entries if local_day(entry.start, self.zone) == day)
        )

    def day_of(self, now: datetime) -> date:
        """The day that somebody is in at an instant: an evening that goes on past midnight is still the same day."""
        today, (current, _following) = local_day(now, self.zone), self.now_and_next(now)
        if current is None or now.astimezone(self.zone).hour >= MORNING:
            return today
        return max(local_day(current.start, self.zone), today - timedelta(days=1))

    def only(self, uid: str) -> Agenda:
        """The part of the agenda with one UID: one entry or none."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.uid == uid))

    def without(self, *kinds: EntryKind) -> Agenda:
        """The agenda less the entries of some kinds."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.kind not in kinds))

    def now_and_next(self, now: datetime) -> tuple[Entry | None, Entry | None]:
        """What is going on at an instant and what comes after it; cancelled entries are neither."""
        alive = [entry for entry in self.entries if not entry.cancelled]
        current = next((entry for entry in alive if entry.start <= now < entry.end), None)
        following = next((entry for entry in alive if entry.start > now), None)
        return current, following


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time, given as minutes after local midnight.

    A time that the clock skips in spring is taken an hour later, one that it shows twice in autumn the first
    time: what Python's `fold=0` does, and what an organiser who writes 02:30 into a plan most likely means.
    """
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    return local.replace(fold=0).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day of an instant on the wall calendar of a zone."""
    return moment.astimezone(zone).date()


def bury(before: Iterable[Entry], after: Iterable[Entry], now: datetime) -> tuple[Entry, ...]:
    """The entries of `after`, with sequences that continue those of `before` and tombstones for what is gone.

    An entry that says something else than before gets the next sequence and `now` as its last change; one
    that says the same keeps both, so that the same agenda gives the same bytes. An entry that is missing
    stays as cancelled until its end is past. A restored entry goes on counting from its tombstone.
    """
    known = {entry.uid: entry for entry in before}
    result: list[Entry] = []
    for entry in after:
        old = known.pop(entry.uid, None)
        if old is None:
            result.append(entry)
        elif _same(old, entry):
            result.append(old)
        else:
            result.append(replace(entry, sequence=old.sequence + 1, last_modified=now))
    for old in known.values():
        if old.end <= now:
            continue
        if old.cancelled:
            result.append(old)
        else:
            result.append(
                replace(old, status=EntryStatus.CANCELLED, sequence=old.sequence + 1, last_modified=now)
            )
    return tuple(result)


def _same(one: Entry, other: Entry) -> bool:
    return one == replace(other, sequence=one.sequence, last_modified=one.last_modified)
