"""When mails leave that come once a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

EVENING = time(18, 0)
"""The event's local time of the daily mails: digests, news of requests, the day to come."""


def next_evening(now: datetime, zone: tzinfo) -> datetime:
    """The first evening after an instant, in the zone."""
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), EVENING, tzinfo=zone)
    return due if due > local else due + timedelta(days=1)
