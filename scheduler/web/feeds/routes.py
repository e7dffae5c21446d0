"""All routes of the area: the feeds themselves, the downloads, the pages that hand addresses out."""

from __future__ import annotations

from scheduler.web.feeds import desks, downloads, feed, pages
from scheduler.web.feeds.blueprint import blueprint

__all__ = ["blueprint", "desks", "downloads", "feed", "pages"]
