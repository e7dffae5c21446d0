"""Invitations and cancellations by mail (iMIP, RFC 6047; iTIP, RFC 5546): one entry, one reader, one
method.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from scheduler.calendars.lines import one_line
from scheduler.calendars.options import DEFAULT
from scheduler.calendars.properties import person
from scheduler.calendars.words import ENGLISH, Words
from scheduler.calendars.writer import NO_SITE, Site, event, new_calendar, serialised, write
from scheduler.domain.agenda import Agenda, Entry, EntryStatus


class Method(enum.Enum):
    """What an invitation asks of the calendar; the MIME type and the file must say the same."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address of mail."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar file for a mail, and the method that belongs into its MIME type."""

    method: Method
    body: bytes


def agenda_file(agenda: Agenda, words: Words = ENGLISH, site: Site = NO_SITE) -> Invitation:
    """A whole agenda as one file to take over: of several meetings iTIP knows no REQUEST, only PUBLISH.

    UIDs and SEQUENCEs are those of the feed, so that later invitations and cancellations change these entries.
    """
    return Invitation(Method.PUBLISH, write(agenda, DEFAULT, words, site, method=Method.PUBLISH.value))


def invite(
    entry: Entry,
    *,
    organizer: Mailbox,
    reader: Mailbox,
    zone: ZoneInfo,
    words: Words = ENGLISH,
    site: Site = NO_SITE,
    reminder: int = 0,
) -> Invitation:
    """An entry as an invitation for one reader: REQUEST, or CANCEL when the entry is cancelled.

    The reader is the only attendee: Outlook greys its buttons for anybody else, and the partners' addresses
    are not ours to give away. UID and SEQUENCE are those of the feed. Raises ValueError for an unusable
    address.
    """
    method = Method.CANCEL if entry.cancelled else Method.REQUEST
    status = EntryStatus.CANCELLED if entry.cancelled else EntryStatus.CONFIRMED
    calendar = new_calendar(method.value)
    calendar.add_component(
        event(
            replace(entry, status=status),
            zone,
            words,
            site,
            reminder=reminder,
            organizer=person(organizer.name, _address(organizer.address)),
            attendee=person(
                reader.name,
                _address(reader.address),
                ROLE="REQ-PARTICIPANT",
                PARTSTAT="ACCEPTED",
                RSVP="FALSE",
            ),
        )
    )
    return Invitation(method, serialised(calendar))


def _address(address: str) -> str:
    line = one_line(address)
    if "@" not in line or " " in line or line != address.strip():
        raise ValueError(f"'{line}' is no mail address.")
    return line
