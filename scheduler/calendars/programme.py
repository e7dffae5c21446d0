"""A programme as an iCalendar file: one entry for each session, the same for every reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icalendar import Event

from scheduler.calendars.lines import clean, one_line
from scheduler.calendars.properties import Text, address, instant
from scheduler.calendars.writer import new_calendar, serialised


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """A session as a calendar shows it; `uid` never changes."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    place: str = ""
    track: str = ""
    link: str = ""
    description: str = ""


def write_programme(title: str, entries: Iterable[ProgrammeEntry]) -> bytes:
    """The sessions as a calendar file."""
    calendar = new_calendar()
    calendar.add("NAME", Text(one_line(title)))
    calendar.add("X-WR-CALNAME", Text(one_line(title)))
    for one in entries:
        calendar.add_component(_entry(one))
    return serialised(calendar)


def _entry(one: ProgrammeEntry) -> Event:
    found = Event()
    found.add("UID", Text(one_line(one.uid)))
    found.add("SEQUENCE", one.sequence)
    found.add("DTSTAMP", instant(one.changed_at))
    found.add("LAST-MODIFIED", instant(one.changed_at))
    found.add("DTSTART", instant(one.starts_at))
    found.add("DTEND", instant(one.ends_at))
    for name, text in (
        ("SUMMARY", one_line(one.title)),
        ("LOCATION", one_line(one.place)),
        ("DESCRIPTION", clean(one.description)),
        ("CATEGORIES", one_line(one.track)),
    ):
        if text:
            found.add(name, Text(text))
    if one.link:
        found.add("URL", address(one.link))
    return found
