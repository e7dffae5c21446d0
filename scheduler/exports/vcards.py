"""Contacts as vCards (RFC 2426, version 3.0: the one that every phone and mail program reads)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from scheduler.domain.contacts import Contact

OCTETS = 75
"""Longest line before it is folded (RFC 2426, 2.6)."""


def vcards(contacts: Iterable[Contact], event: str, zone: tzinfo) -> str:
    """One vCard after the other, lines ending in CRLF. `zone` is the event's, for the day in the note."""
    return "".join(_card(contact, event, zone) for contact in contacts)


def _card(contact: Contact, event: str, zone: tzinfo) -> str:
    first, _, last = contact.name.rpartition(" ")
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{contact.public_id}",
        f"FN:{_text(contact.name)}",
        f"N:{_text(last)};{_text(first)};;;",
        f"ORG:{_text(contact.organisation)}",
    ]
    if contact.job_title:
        lines.append(f"TITLE:{_text(contact.job_title)}")
    if contact.email:
        lines.append(f"EMAIL;TYPE=INTERNET,WORK:{_text(contact.email)}")
    if contact.city or contact.country:
        lines.append(f"ADR;TYPE=WORK:;;;{_text(contact.city)};;;{_text(contact.country)}")
    lines.extend(
        f"URL:{_line(address)}" for address in dict.fromkeys((contact.website, *contact.links)) if address
    )
    lines.append(f"CATEGORIES:{_text(event)}")
    day = contact.met_at.astimezone(zone).date().isoformat()
    note = "\n".join(part for part in (f"{event}, {day}", contact.follow_up, contact.note) if part)
    lines.append(f"NOTE:{_text(note)}")
    lines.append("END:VCARD")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    """A text value: backslash, comma, semicolon and line end escaped, other control characters dropped."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(c for c in value if c == "\n" or c.isprintable())
    for mark in ("\\", ",", ";"):
        value = value.replace(mark, f"\\{mark}")
    return value.replace("\n", "\\n")


def _line(value: str) -> str:
    return "".join(c for c in value if c.isprintable())


def _folded(line: str) -> str:
    """Lines of at most 75 octets, cut between characters; the rest begins with a blank."""
    parts: list[str] = []
    part, octets = "", 0
    for char in line:
        size = len(char.encode())
        if octets + size > OCTETS:
            parts.append(part)
            part, octets = " ", 1
        part += char
        octets += size
    return "\r\n".join([*parts, part])
