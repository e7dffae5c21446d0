"""Times as forms give them, a day and two readings of the clock, as instants. Nothing here ends at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _

from scheduler.domain.agenda import instant
from scheduler.errors import Invalid
from scheduler.models import Event

LONGEST_NIGHT = timedelta(hours=12)
"""What goes on past midnight for longer than this is a slip of the pen: 14:00 to 09:00."""


def span_of(
    event: Event, day: date, start: time, end: time, field: str = "ends"
) -> tuple[datetime, datetime]:
    """Two UTC instants; an end at or before the start by the clock lies on the next day.

    Raises Invalid, naming `field`, when both are the same or the night would be longer than `LONGEST_NIGHT`.
    """
    begins, ends = _at(event, day, start), _at(event, day, end)
    if start == end:
        raise Invalid(_("It ends when it starts. Enter a later end."), field)
    if end < start:
        ends = _at(event, day + timedelta(days=1), end)
        if ends - begins > LONGEST_NIGHT:
            raise Invalid(
                _(
                    "From %(start)s to %(end)s is %(hours)d hours, past midnight. Is the end the one you meant?",
                    start=f"{start:%H:%M}",
                    end=f"{end:%H:%M}",
                    hours=round((ends - begins).total_seconds() / 3600),
                ),
                field,
            )
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _at(event: Event, day: date, clock: time) -> datetime:
    return instant(day, clock.hour * 60 + clock.minute, event.zone)
