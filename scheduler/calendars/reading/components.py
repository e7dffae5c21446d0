"""Components out of content lines: what is opened and closed, though a program forgot to, or a text says BEGIN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .content_lines import ContentLine, content_lines, name_of, parsed

ENTRIES = frozenset({"VEVENT", "VFREEBUSY", "VTODO", "VJOURNAL", "VTIMEZONE", "VAVAILABILITY", "VPOLL"})
_INNER = frozenset({"STANDARD", "DAYLIGHT", "VALARM", "AVAILABLE"})
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_DEPTH = 12
# What reading needs; a file's descriptions and pictures are passed over.
_WANTED = frozenset(
    {
        "UID",
        "SUMMARY",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "EXRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "STATUS",
        "TRANSP",
        "SEQUENCE",
        "DTSTAMP",
        "LAST-MODIFIED",
        "ATTENDEE",
        "ORGANIZER",
        "FREEBUSY",
        "METHOD",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "X-LIC-LOCATION",
        "X-WR-TIMEZONE",
        "X-WR-CALNAME",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "X-MICROSOFT-CDO-ALLDAYEVENT",
        "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT",
        "X-FUNAMBOL-ALLDAY",
    }
)


@dataclass(slots=True)
class Component:
    """A component with the properties that reading needs and what stands inside. `closed` is False when the file
    ended in the middle of it.
    """

    kind: str
    lines: list[ContentLine] = field(default_factory=list)
    inner: list[Component] = field(default_factory=list)
    closed: bool = True

    def all(self, name: str) -> list[ContentLine]:
        """The properties of a name, in order."""
        return [line for line in self.lines if line.name == name]

    def text(self, name: str) -> str:
        """The first value of a name that isn't empty, without blanks around it."""
        return next(
            (line.value.strip() for line in self.lines if line.name == name and line.value.strip()), ""
        )


@dataclass(slots=True)
class File:
    """The calendars of a file. `cut` when its end is missing; `begun` and `ended` count entries."""

    calendars: list[Component]
    cut: bool
    begun: int
    ended: int


def read_components(data: bytes, most: int, more: frozenset[str] = frozenset()) -> File:
    """The calendars of a file; stops after `most` entries have begun. `more` are properties to keep as well."""
    wanted = _WANTED | more
    texts = list(content_lines(data))
    last_end = {
        text[4:].strip().upper(): number for number, text in enumerate(texts) if text[:4].upper() == "END:"
    }
    builder = _Builder()
    for number, text in enumerate(texts):
        name = name_of(text)
        if name in ("BEGIN", "END"):
            kind = text.partition(":")[2].strip().upper()
            if _TOKEN.fullmatch(kind):
                known = kind in ENTRIES or kind in _INNER or kind == "VCALENDAR"
                if name == "END":
                    builder.close(kind)
                elif known or last_end.get(kind, -1) > number:
                    builder.open(kind)
            if builder.begun > most:
                break
        elif name in wanted and builder.open_ones:
            line = parsed(text)
            if line is not None:
                builder.open_ones[-1].lines.append(line)
    return builder.finished()


class _Builder:
    def __init__(self) -> None:
        self.calendars: list[Component] = []
        self.open_ones: list[Component] = []
        self.begun = 0
        self.ended = 0

    def open(self, kind: str) -> None:
        if kind == "VCALENDAR":
            self.open_ones = [Component(kind)]
            self.calendars.append(self.open_ones[0])
            return
        if kind in ENTRIES:
            self.begun += 1
            if not self.open_ones:  # Entries without a calendar around them: a calendar all the same.
                self.open("VCALENDAR")
            del self.open_ones[1:]
        if not self.open_ones or len(self.open_ones) >= _DEPTH:
            return
        component = Component(kind)
        self.open_ones[-1].inner.append(component)
        self.open_ones.append(component)

    def close(self, kind: str) -> None:
        for place in range(len(self.open_ones) - 1, -1, -1):
            if self.open_ones[place].kind == kind:
                self.ended += kind in ENTRIES
                del self.open_ones[place:]
                return

    def finished(self) -> File:
        for component in self.open_ones[1:]:
            component.closed = False
        return File(self.calendars, bool(self.open_ones), self.begun, self.ended)


def entries_of(calendar: Component, kind: str) -> Iterator[Component]:
    """The entries of a kind in a calendar."""
    return (component for component in calendar.inner if component.kind == kind)
