"""Agendas as iCalendar files (RFC 5545, RFC 7986).

Every time is a UTC instant (`...Z`, no VTIMEZONE): the form that no reader shows an hour off; local times
stand in the text. The same agenda, options and words give the same bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from scheduler.calendars.lines import clean, encoded, escaped, one_line, stamp
from scheduler.calendars.options import DEFAULT, FeedOptions
from scheduler.calendars.words import ENGLISH, Words
from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus

PRODUCT = "-//Expo Scheduler//Agenda//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_TITLE_LIMIT = 250
_HINT = "PT1H"
_WRITER_VERSION = "2"


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
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        *([f"METHOD:{method}"] if method else []),
        f"REFRESH-INTERVAL;VALUE=DURATION:{_HINT}",
        f"X-PUBLISHED-TTL:{_HINT}",
    ]
    title = escaped(one_line(agenda.title, _TITLE_LIMIT))
    if title:
        lines += [f"NAME:{title}", f"X-WR-CALNAME:{title}"]
    changed = agenda.changed_at
    if changed is not None:
        updated = words.updated.format(when=words.moment(changed, agenda.zone))
        lines += [f"X-WR-CALDESC:{escaped(updated)}", f"LAST-MODIFIED:{stamp(changed)}"]
    for entry in agenda.entries:
        if entry.cancelled and (options.hide_cancelled or options.busy_only):
            continue
        if entry.kind is EntryKind.SESSION and not options.sessions:
            continue
        if options.busy_only:
            lines += _busy(entry, words, site)
            continue
        if options.walking and entry.walk_minutes and not entry.cancelled:
            lines += _walk(entry, words, site)
        lines += event(entry, agenda.zone, words, site, reminder=options.reminder)
    lines.append("END:VCALENDAR")
    return encoded(lines)


def event(
    entry: Entry,
    zone: ZoneInfo,
    words: Words,
    site: Site = NO_SITE,
    *,
    reminder: int = 0,
    people: tuple[str, ...] = (),
) -> list[str]:
    """The content lines of one entry, not yet folded; `people` are ORGANIZER and ATTENDEE lines of an
    invitation.
    """
    place = one_line(entry.place)
    lines = [
        *_head(entry, site.uid(entry.uid)),
        f"DTSTART:{stamp(entry.start)}",
        f"DTEND:{stamp(entry.end)}",
        f"SUMMARY:{escaped(title_of(entry, words))}",
        f"DESCRIPTION:{escaped(describe(entry, zone, words))}",
    ]
    if place:
        lines.append(f"LOCATION:{escaped(place)}")
    if entry.url:
        lines.append(f"URL:{_address(site.url(entry.url))}")
    lines += people
    lines.append(f"STATUS:{entry.status.name}")
    if entry.cancelled:
        # Outlook shows a cancelled entry of a feed as if it took place: at least it must not look busy.
        lines += ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
    else:
        lines += ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"]
        if reminder:
            lines += _alarm(entry, reminder, words)
    lines.append("END:VEVENT")
    return lines


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


def _head(entry: Entry, uid: str) -> list[str]:
    changed = stamp(entry.last_modified)
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(one_line(uid))}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
    ]


def _walk(entry: Entry, words: Words, site: Site) -> list[str]:
    start = entry.start - timedelta(minutes=entry.walk_minutes)
    target = one_line(entry.pavilion) or one_line(entry.place) or title_of(entry, words)
    title = words.walk.format(pavilion=target, minutes=entry.walk_minutes)
    return [
        *_head(entry, site.uid(f"walk-{entry.uid}")),
        f"DTSTART:{stamp(start)}",
        f"DTEND:{stamp(entry.start)}",
        f"SUMMARY:{escaped(one_line(title, _TITLE_LIMIT))}",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
    ]


def _busy(entry: Entry, words: Words, site: Site) -> list[str]:
    return [
        *_head(entry, site.uid(entry.uid)),
        f"DTSTART:{stamp(entry.start)}",
        f"DTEND:{stamp(entry.end)}",
        f"SUMMARY:{escaped(words.busy)}",
        "CLASS:PRIVATE",
        f"STATUS:{EntryStatus.CONFIRMED.name}",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "END:VEVENT",
    ]


def _alarm(entry: Entry, minutes: int, words: Words) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(title_of(entry, words))}",
        f"TRIGGER:-PT{minutes}M",
        "END:VALARM",
    ]


def _address(url: str) -> str:
    return "".join(one_line(url).split())
