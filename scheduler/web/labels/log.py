"""An entry of the log as facts that people read: who, when, where, how many."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask_babel import LazyString, get_locale, lazy_gettext
from flask_babel import gettext as _

from scheduler.domain.enums import Role, SessionRole
from scheduler.web.filters import moment, number

_l = lazy_gettext

NAMES: dict[str, LazyString | str] = {
    "name": "",
    "title": "",
    "label": "",
    "people": "",
    "now": "",
    "merged": _l("with"),
    "reason": _l("reason"),
    "absent": _l("can't come"),
    "level": "",
    "state": "",
    "agree": "",
    "going": "",
    "waits": "",
    "take": "",
    "optional": "",
    "withdraw": "",
    "before": _l("before"),
    "after": _l("now"),
    "to": _l("to"),
    "email": "",
    "role": _l("as"),
    "since": _l("from"),
    "round": _l("round"),
    "delegation": _l("delegation"),
    "pavilion": _l("pavilion"),
    "capacity": _l("tables"),
    "meetings": _l("meetings"),
    "requests": _l("requests"),
    "attendees": _l("attendees"),
    "added": _l("added"),
    "removed": _l("removed"),
    "changed": _l("changed"),
    "moved": _l("moved"),
    "dropped": _l("dropped"),
    "expired": _l("expired"),
    "organisation": _l("for"),
    "organisations": _l("new organisations"),
    "count": _l("people"),
    "slots": _l("times"),
    "minutes": _l("minutes"),
    "width": _l("metres across"),
    "depth": _l("metres deep"),
}
"""What stands before a value; nothing where the value says it all."""

ROLES: dict[str, LazyString] = {
    Role.ORGANISER.value: _l("organiser"),
    Role.CO_ORGANISER.value: _l("co-organiser"),
    Role.LEADER.value: _l("leader"),
    Role.PARTICIPANT.value: _l("participant"),
    Role.DESK.value: _l("desk staff"),
    Role.SPONSOR.value: _l("sponsor"),
    SessionRole.ATTENDEE.value: _l("attendee"),
    SessionRole.SPEAKER.value: _l("speaker"),
    SessionRole.HOST.value: _l("host"),
}

_SAID: dict[str, dict[str, LazyString]] = {
    "level": {"must": _l("must"), "like": _l("would like"), "": _l("mark taken back")},
    "state": {"accepted": _l("yes"), "declined": _l("no")},
    "agree": {"1": _l("yes"), "0": _l("no"), "": _l("taken back")},
    "going": {"1": _l("yes"), "": _l("no")},
    "waits": {"1": _l("yes"), "": _l("no")},
    "take": {"1": _l("into the group"), "0": _l("not into the group")},
    "optional": {"1": _l("yes"), "0": _l("no")},
    "withdraw": {"1": _l("taken back")},
}
"""What forms say with a key, in words."""

_KEY = re.compile(r"[a-z0-9]{20}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class LogFact:
    label: str
    text: str


def facts_of(detail: Mapping[str, object]) -> list[LogFact]:
    """The facts of an entry's detail, in the order in which they were written; keys of rows are no facts."""
    found = []
    for key, value in detail.items():
        text = _said(key, value)
        if text:
            if key == "people" and isinstance(value, int):
                # Elsewhere a list of names, which says itself what it is.
                key = "count"
            found.append(LogFact(str(NAMES.get(key, key.replace("_", " "))), text))
    return found


def _said(key: str, value: object) -> str:
    if key in _SAID and isinstance(value, str):
        return str(_SAID[key].get(value, value))
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Mapping):
        return _held(value)
    if isinstance(value, list | tuple):
        return format_list([str(one) for one in value], locale=get_locale() or "en")
    text = str(value)
    if _KEY.fullmatch(text):
        return ""
    if _INSTANT.match(text):
        return moment(datetime.fromisoformat(text))
    return str(ROLES.get(text, text)) if key == "role" else text


def _held(where: Mapping[str, object]) -> str:
    """`Tue 7 Nov, 10:30 · Bavaria, Tables 4`"""
    start, pavilion, place = (_said(key, where.get(key)) for key in ("start", "pavilion", "place"))
    table = f" {where['table']}" if place and where.get("table") else ""
    spot = ", ".join(part for part in (pavilion, place + table) if part)
    return " · ".join(part for part in (start, spot) if part)
