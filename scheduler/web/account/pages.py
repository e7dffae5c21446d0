"""The routes of the account area: importing this module registers them all."""

from __future__ import annotations

from scheduler.web.account import event_logo, from_archive, invitation, new_event, routes
from scheduler.web.account.routes import blueprint

__all__ = ["blueprint", "event_logo", "from_archive", "invitation", "new_event", "routes"]
