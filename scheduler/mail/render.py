"""The texts of messages: templates in `templates/mail`, one pair of files for each kind, text and HTML.

The first line of a text template is the subject. Templates see the reader's language; times are said in the
event's zone, never in that of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask_babel import force_locale, gettext, ngettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scheduler.calendars.lines import clean, one_line
from scheduler.calendars.words import Words
from scheduler.domain.agenda import Entry, EntryKind, local_day
from scheduler.domain.messages import SUBJECT_LIMIT, MessageKind
from scheduler.domain.shortening import shortened
from scheduler.mail.payload import entry_from_json

_GAP = "\x00"
"""Where in a subject the name goes that gives way when the line is too long."""
_NAME_LIMIT = 70
_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.)\S*|\b(?:[\w-]+\.)+[a-z]{2,}/\S*")
"""Addresses of the web in a name: with a scheme, with www, or with a path. `Booking.com` alone is a name."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A message as people read it."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that the templates of one event and language have in common. Addresses are absolute."""

    event_name: str
    venue: str
    days: tuple[date, ...]
    zone: ZoneInfo
    locale: str
    words: Words
    agenda_address: str
    requests_address: str
    calls_address: str
    calendar_address: str
    preferences_address: str
    people_address: str = ""
    times_address: str = ""
    acts_address: str = ""
    invitation_address: str = ""
    colour: str = ""
    logo_address: str = ""
    imprint: tuple[str, ...] = ()
    """What stands in the foot, line by line."""
    contact: str = ""


@cache
def _environment(folder: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters["filled"] = _filled
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment


def render(folder: str, kind: MessageKind, payload: dict[str, Any], setting: Setting, *, name: str) -> Texts:
    """The texts of a message of a kind. Needs an application context, for its language."""
    environment = _environment(folder)
    with force_locale(setting.locale or "en"):
        values = _values(payload, setting, name)
        plain = environment.get_template(f"mail/{kind.value}.txt").render(values)
        html = environment.get_template(f"mail/{kind.value}.html").render(values)
    subject, _, body = plain.partition("\n")
    # Names of others are in it: no control characters, no turning of the writing direction.
    return Texts(one_line(subject, SUBJECT_LIMIT), clean(body) + "\n", clean(html))


def _values(payload: dict[str, Any], setting: Setting, name: str) -> dict[str, Any]:
    words, zone = setting.words, setting.zone

    def when(start: datetime | str, end: datetime | str) -> str:
        return words.span(_instant(start), _instant(end), zone)

    def moment(instant: datetime | str) -> str:
        return words.moment(_instant(instant), zone)

    changes = [
        {
            "kind": change["kind"],
            "before": entry_from_json(change["before"]) if change["before"] else None,
            "after": entry_from_json(change["after"]),
            "said": change.get("said", "") or _absent(change.get("absent", "")),
        }
        for change in payload.get("changes", ())
    ]
    entries = [entry_from_json(entry) for entry in payload.get("entries", ())]
    return {
        **payload,
        "invite": bool(payload.get("invite")),
        "left": payload.get("left"),
        "said_once": _said_of_all(changes),
        "changes": sorted(changes, key=lambda change: change["after"].start),
        "entries": [_line(entry, words, zone) for entry in entries],
        "holds": _holds(entries, setting.locale or "en"),
        "gap": _GAP,
        "days": words.days(setting.days),
        "venue": one_line(setting.venue),
        "setting": setting,
        "name": one_line(name),
        "when": when,
        "moment": moment,
        "partners": _partners,
        "called": _called,
        "spoken": _spoken,
        "differs": _differs,
    }


def _absent(name: str) -> str:
    return gettext("%(name)s can't come.", name=one_line(name)) if name else ""


def _filled(subject: str, name: str) -> str:
    """A subject with a name in its gap, no longer than a line: the name is what is shortened.

    People choose their names. What they write there neither leads the subject nor fills it, and names no address.
    """
    room = min(SUBJECT_LIMIT - len(subject.replace(_GAP, "")), _NAME_LIMIT)
    return subject.replace(_GAP, shortened(" ".join(_ADDRESS.sub("…", one_line(name)).split()), max(room, 8)))


def _partners(entry: Entry) -> str:
    return ", ".join(one_line(partner.label) for partner in entry.partners if partner.label)


def _called(entry: Entry) -> str:
    """What people call an entry: a session or visit by its title, a meeting by those who come to it."""
    title, partners = one_line(entry.title), _partners(entry)
    if entry.kind is not EntryKind.MEETING:
        return title or partners
    return f"{title} ({partners})" if title and partners else title or partners or gettext("Meeting")


def _spoken(entry: Entry) -> str:
    """An entry in a sentence: `your meeting with Ada Lee (Acme)`, `Tour of the port`."""
    title, partners = one_line(entry.title), _partners(entry)
    if entry.kind is not EntryKind.MEETING:
        return title or partners
    if title and partners:
        return str(gettext("your meeting “%(title)s” with %(who)s", title=title, who=partners))
    if title:
        return str(gettext("your meeting “%(title)s”", title=title))
    return str(gettext("your meeting with %(who)s", who=partners) if partners else gettext("your meeting"))


def _differs(change: dict[str, Any]) -> frozenset[str]:
    """All that differs from what the reader knew: one act may change a time, a place and a title."""
    before, after = change["before"], change["after"]
    if before is None or change["kind"] in ("cancelled", "removed"):
        return frozenset()
    found = {
        "time": (before.start, before.end) != (after.start, after.end),
        "place": before.place != after.place,
        "title": bool(before.title) and before.title != after.title,
        "partners": before.partners != after.partners,
    }
    return frozenset(name for name, other in found.items() if other)


def _said_of_all(changes: Sequence[dict[str, Any]]) -> str:
    """What was said about all of several changes alike: one sentence is enough."""
    said = {str(change["said"]) for change in changes}
    return said.pop() if len(changes) > 1 and len(said) == 1 else ""


def _holds(entries: Sequence[Entry], locale: str) -> str:
    """How much of what an agenda holds: `2 meetings, 1 session and 1 visit`."""
    meetings, sessions, visits = (
        sum(entry.kind is kind for entry in entries)
        for kind in (EntryKind.MEETING, EntryKind.SESSION, EntryKind.VISIT)
    )
    parts = []
    if meetings or not entries:
        parts.append(ngettext("%(num)s meeting", "%(num)s meetings", meetings))
    if sessions:
        parts.append(ngettext("%(num)s session", "%(num)s sessions", sessions))
    if visits:
        parts.append(ngettext("%(num)s joint visit", "%(num)s joint visits", visits))
    return format_list(parts, locale=locale)


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _line(entry: Entry, words: Words, zone: ZoneInfo) -> dict[str, Any]:
    """An entry with its day and its times of day in words."""
    start, end = entry.start.astimezone(zone), entry.end.astimezone(zone)
    return {
        "entry": entry,
        "day_key": local_day(entry.start, zone).isoformat(),
        "day": words.days((start.date(),)),
        "begins": f"{start:%H:%M}",
        "ends": f"{end:%H:%M}",
    }
