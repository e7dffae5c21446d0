"""All routes of the area."""

from __future__ import annotations

from scheduler.web.outbox import delivery_status, outbox, preferences
from scheduler.web.outbox.blueprint import blueprint

__all__ = ["blueprint", "delivery_status", "outbox", "preferences"]
