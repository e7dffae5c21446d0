"""The routes of the organiser's area: importing this module registers them all."""

from __future__ import annotations

from scheduler.web.organiser import (
    blocks,
    delegations,
    event_look,
    event_settings,
    invite,
    lists_out,
    meetings,
    overview,
    people,
    people_import,
    places,
    plan_views,
    plans,
    programme,
    programme_import,
    round_opening,
    rounds,
    runs,
    topics,
    venue,
    venue_list,
)
from scheduler.web.organiser.blueprint import blueprint

__all__ = [
    "blocks",
    "blueprint",
    "delegations",
    "event_look",
    "event_settings",
    "invite",
    "lists_out",
    "meetings",
    "overview",
    "people",
    "people_import",
    "places",
    "plan_views",
    "plans",
    "programme",
    "programme_import",
    "round_opening",
    "rounds",
    "runs",
    "topics",
    "venue",
    "venue_list",
]
