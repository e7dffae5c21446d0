"""All routes of the area."""

from __future__ import annotations

from scheduler.web.outbox import outbox, preferences, standing
from scheduler.web.outbox.blueprint import blueprint

__all__ = ["blueprint", "outbox", "preferences", "standing"]
