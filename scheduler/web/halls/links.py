"""From what says where to the plan: pages name pavilions, and each that is on a plan leads there."""

from __future__ import annotations

from typing import cast

from flask import url_for

from scheduler.extensions import db
from scheduler.queries.venue.halls import pavilions_on_plans
from scheduler.web.access import current


def plan_address(pavilion: str) -> str:
    """Where the plan shows a pavilion, by its name; empty when it is on none. One query a page."""
    event = current.event
    if event is None or not pavilion:
        return ""
    if "on_plans" not in current.extra:
        current.extra["on_plans"] = pavilions_on_plans(db.session, event.id)
    key = cast("dict[str, str]", current.extra["on_plans"]).get(pavilion)
    return url_for("halls.show", event_slug=event.slug, at=f"p-{key}") if key else ""
