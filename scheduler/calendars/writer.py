"""Agendas as iCalendar files (RFC 5545, RFC 7986), written by icalendar.

Every time is a UTC instant (`...Z`, no VTIMEZONE): the form that no reader shows an hour off; local times
stand in the text. The same agenda, options and words give the same bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vDuration

from scheduler.calendars.lines import clean, one_line
from scheduler.calendars.options import DEFAULT, FeedOptions
from scheduler.calendars.properties import Text, address, duration, instant
from scheduler.calendars.words import ENGLISH, Words
from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus

PRODUCT = "-//Expo Scheduler//Agenda//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_TITLE_LIMIT = 250
_HINT = timedelta(hours=1)
_WRITER_VERSION = "3"


@dataclass(frozen=True, slots=True)
class Site:
    """What makes an entry's UID and address whole: the installation's fixed host and where its pages are.

    Empty, the entries' own UIDs and addresses are written as they are.
    """

    host: str = ""
    address: str = ""

    def uid(self, local: str) -> str:
        return f"{local}@{self.host}" if self.host else local

    def url(self, path: str) -> str:
        return path if "://" in path else f"{self.address}{path}"


NO_SITE = Site()


def etag(version: str, options: FeedOptions, language: str = "en") -> str:
    """The strong ETag of a calendar, from the agenda's version alone: nothing is built to answer 304."""
    seed = f"{_WRITER_VERSION}|{version}|{options.key}|{language}"
    return hashlib.blake2b(seed.encode(), digest_size=12).hexdigest()


def write(
    agenda: Agenda,
    options: FeedOptions = DEFAULT,
    words: Words = ENGLISH,
    site: Site = NO_SITE,
    *,
    method: str = "",
) -> bytes:
    """An agenda as a calendar file: the body of a feed or of a download; with `method`, of a mail's file.

    An empty agenda gives a calendar without entries: readers keep the subscription and show nothing.
    """
    calendar = new_calendar(method)
    calendar.add("REFRESH-INTERVAL", duration(_HINT))
    calendar.add("X-PUBLISHED-TTL", vDuration(_HINT))
    title = one_line(agenda.title, _TITLE_LIMIT)
    if title:
        calendar.add("NAME", Text(title))
        calendar.add("X-WR-CALNAME", Text(title))
    changed = agenda.changed_at
    if changed is not None:
        updated = words.updated.format(when=words.moment(changed, agenda.zone))
        calendar.add("X-WR-CALDESC", Text(updated))
        calendar.add("LAST-MODIFIED", instant(changed))
    for entry in agenda.entries:
        if entry.cancelled and (options.hide_cancelled or options.busy_only):
            continue
        if entry.kind is EntryKind.SESSION and not options.sessions:
            continue
        if options.busy_only:
            calendar.add_component(_busy(entry, words, site))
            continue
        if options.walking and entry.walk_minutes and not entry.cancelled:
            calendar.add_component(_walk(entry, words, site))
        calendar.add_component(event(entry, agenda.zone, words, site, reminder=options.reminder))
    return serialised(calendar)


def new_calendar(method: str = "") -> Calendar:
    """A calendar with its head. It has no UID and no time of its own making: those would differ each time, and with a
    UID some programs take the whole file for one entry.
    """
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", Text(PRODUCT))
    calendar.add("CALSCALE", "GREGORIAN")
    if method:
        calendar.add("METHOD", method)
    return calendar


def serialised(calendar: Calendar) -> bytes:
    """The bytes of a file, properties in the order in which they were added."""
    data: bytes = calendar.to_ical(sorted=False)
    return data


def event(
    entry: Entry,
    zone: ZoneInfo,
    words: Words,
    site: Site = NO_SITE,
    *,
    reminder: int = 0,
    organizer: vCalAddress | None = None,
    attendee: vCalAddress | None = None,
) -> Event:
    """One entry of an agenda; of an invitation, with its organizer and its reader."""
    place = one_line(entry.place)
    found = _new_event(entry, site.uid(entry.uid), entry.start, entry.end)
    found.add("SUMMARY", Text(title_of(entry, words)))
    found.add("DESCRIPTION", Text(describe(entry, zone, words)))
    if place:
        found.add("LOCATION", Text(place))
    if entry.url:
        found.add("URL", address(site.url(entry.url)))
    if organizer is not None:
        found.add("ORGANIZER", organizer)
    if attendee is not None:
        found.add("ATTENDEE", attendee)
    found.add("STATUS", entry.status.name)
    if entry.cancelled:
        # Outlook shows a cancelled entry of a feed as if it took place: at least it must not look busy.
        _show_as(found, "TRANSPARENT", "FREE")
    else:
        _show_as(found, "OPAQUE", "BUSY")
        if reminder:
            found.add_component(_alarm(entry, reminder, words))
    return found


def title_of(entry: Entry, words: Words = ENGLISH) -> str:
    """The title that people read in a calendar, complete also for a meeting that is only half filled."""
    title = one_line(entry.title) or " / ".join(one_line(p.label) for p in entry.partners if p.label)
    title = title or words.untitled
    if entry.cancelled:
        title = words.cancelled.format(title=title)
    return one_line(title, _TITLE_LIMIT)


def describe(entry: Entry, zone: ZoneInfo, words: Words = ENGLISH) -> str:
    """The text of an entry: local time, place and partners in words, for readers that show little else."""
    parts = [words.when.format(when=words.span(entry.start, entry.end, zone), zone=zone.key)]
    parts.append(words.place.format(place=one_line(entry.place)) if entry.place else words.place_open)
    names = ", ".join(one_line(name) for name in entry.names if name)
    if names:
        parts.insert(0, words.names.format(names=names))
    partners = "; ".join(one_line(partner.label) for partner in entry.partners if partner.label)
    if partners:
        parts.append(words.partners.format(partners=partners))
    if entry.walk_minutes and not entry.cancelled:
        parts.append(words.walk_before.format(minutes=entry.walk_minutes))
    if entry.cancelled:
        parts.append(words.cancelled_note)
    text = clean(entry.description)
    if text:
        parts += ["", text]
    parts += ["", words.updated.format(when=words.moment(entry.last_modified, zone))]
    return "\n".join(parts)


def _new_event(entry: Entry, uid: str, start: datetime, end: datetime) -> Event:
    """What every entry begins with; its stamps are the instant of the change, never that of writing."""
    changed = instant(entry.last_modified)
    found = Event()
    found.add("UID", Text(one_line(uid)))
    found.add("SEQUENCE", entry.sequence)
    found.add("DTSTAMP", changed)
    found.add("LAST-MODIFIED", changed)
    found.add("DTSTART", instant(start))
    found.add("DTEND", instant(end))
    return found


def _walk(entry: Entry, words: Words, site: Site) -> Event:
    start = entry.start - timedelta(minutes=entry.walk_minutes)
    target = one_line(entry.pavilion) or one_line(entry.place) or title_of(entry, words)
    title = words.walk.format(pavilion=target, minutes=entry.walk_minutes)
    found = _new_event(entry, site.uid(f"walk-{entry.uid}"), start, entry.start)
    found.add("SUMMARY", Text(one_line(title, _TITLE_LIMIT)))
    found.add("STATUS", EntryStatus.CONFIRMED.name)
    found.add("TRANSP", "OPAQUE")
    return found


def _busy(entry: Entry, words: Words, site: Site) -> Event:
    found = _new_event(entry, site.uid(entry.uid), entry.start, entry.end)
    found.add("SUMMARY", Text(words.busy))
    found.add("CLASS", "PRIVATE")
    found.add("STATUS", EntryStatus.CONFIRMED.name)
    _show_as(found, "OPAQUE", "BUSY")
    return found


def _show_as(found: Event, transparency: str, outlook: str) -> None:
    found.add("TRANSP", transparency)
    found.add("X-MICROSOFT-CDO-BUSYSTATUS", Text(outlook))


def _alarm(entry: Entry, minutes: int, words: Words) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", Text(title_of(entry, words)))
    alarm.add("TRIGGER", vDuration(timedelta(minutes=-minutes)))
    return alarm
