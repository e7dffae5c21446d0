"""Where one can go from a page: the sections of the area, and the roles one has at the event."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import LazyString, lazy_gettext

from scheduler.domain.enums import Role
from scheduler.web.access import current

_l = lazy_gettext

Section = tuple[str, LazyString, str]

SECTIONS: dict[str, list[Section]] = {
    "organiser": [
        ("organiser.overview", _l("Overview"), "home"),
        ("organiser.people", _l("People"), "people"),
        ("organiser.organisations", _l("Organisations"), "building"),
        ("organiser.venue", _l("Venue"), "pin"),
        ("organiser.programme", _l("Programme"), "calendar"),
        ("organiser.rounds", _l("Round"), "inbox"),
        ("organiser.runs", _l("Runs"), "play"),
        ("organiser.plans", _l("Plan"), "grid"),
        ("organiser.delegations", _l("Delegations"), "flag"),
        ("outbox.standing", _l("Mails"), "mail"),
        ("feeds.desks", _l("Calendars"), "link"),
        ("organiser.event_settings", _l("Event"), "settings"),
        ("organiser.log", _l("Log"), "list"),
    ],
    "participant": [
        ("participant.now", _l("Now"), "now"),
        ("participant.agenda", _l("Agenda"), "calendar"),
        ("participant.people", _l("People"), "people"),
        ("participant.requests", _l("Requests"), "inbox"),
        ("participant.me", _l("Me"), "user"),
    ],
    "delegation": [
        ("delegation.day", _l("Day"), "calendar"),
        ("delegation.members", _l("Members"), "people"),
        ("delegation.visits", _l("Visits"), "flag"),
        ("delegation.dossier", _l("Dossier"), "list"),
    ],
}


@dataclass(frozen=True)
class Link:
    label: str
    address: str
    current: bool
    icon: str = ""


PLACES = {
    "organise": "organiser",
    "me": "participant",
    "delegation": "delegation",
    "desk": "desk",
    "figures": "figures",
}
"""The area by the part of the address after the event: feeds and mails have pages in several."""


def area_here() -> str:
    """The area that the address belongs to; empty outside of an event."""
    parts = request.path.split("/")
    return PLACES.get(parts[3], "") if len(parts) > 3 and parts[1] == "e" else ""


def navigation() -> list[Link]:
    """The sections of the area that the page belongs to."""
    area = str(current.extra.get("area") or (request.blueprint or "").split(".")[0])
    if current.event is None or area not in SECTIONS:
        return []
    belongs = {
        "organiser": current.is_organiser,
        "participant": current.participant is not None,
        "delegation": current.delegation is not None,
    }
    if not belongs[area]:
        return []
    values: dict[str, Any] = {"event_slug": current.event.slug}
    if area == "delegation" and current.delegation is not None:
        values["delegation_id"] = current.delegation.public_id
    here = request.endpoint or ""
    links = []
    for endpoint, label, icon in SECTIONS[area]:
        if endpoint in current_app.view_functions:
            is_here = here == endpoint or here.startswith(endpoint + "_")
            links.append(Link(str(label), url_for(endpoint, **values), is_here, icon))
    return links


def roles_here() -> list[Link]:
    """The areas that the signed-in user has at this event."""
    if current.event is None or current.user is None:
        return []
    slug = current.event.slug
    area = area_here()
    links = []
    known = current_app.view_functions
    if current.is_organiser and "organiser.overview" in known:
        links.append(
            Link(str(_l("Organiser")), url_for("organiser.overview", event_slug=slug), area == "organiser")
        )
    if Role.DESK in current.roles:
        links.append(Link(str(_l("Desk")), url_for("helpers.desk", event_slug=slug), area == "desk"))
    if Role.SPONSOR in current.roles:
        links.append(Link(str(_l("Figures")), url_for("helpers.figures", event_slug=slug), area == "figures"))
    if current.acts_for is not None or Role.PARTICIPANT in current.roles:
        label = current.acts_for.name if current.acts_for is not None else str(_l("My event"))
        links.append(Link(label, url_for("participant.now", event_slug=slug), area == "participant"))
    own = current.extra.get("own_delegation")
    if own is not None and "delegation.day" in known:
        address = url_for("delegation.day", event_slug=slug, delegation_id=own.public_id)  # type: ignore[attr-defined]
        links.append(Link(str(_l("Delegation")), address, area == "delegation"))
    return links


@cache
def asset_version(folder: str) -> str:
    """Changes whenever a style sheet or script changes: browsers may keep them for long."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).glob("*.[cj]s*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def register(app: Flask) -> None:
    @app.context_processor
    def where() -> dict[str, object]:
        return {
            "navigation": navigation,
            "roles_here": roles_here,
            "asset_version": asset_version(str(app.static_folder)),
            "has_outbox": lambda: "outbox.show" in app.view_functions,
            "outbox_address": lambda: url_for("outbox.show"),
        }
