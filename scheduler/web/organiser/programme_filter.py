"""The sessions that an address asks for: the page of the programme shows them, a spreadsheet holds them."""

from __future__ import annotations

from scheduler.extensions import db
from scheduler.queries.event.programme import SessionLine, event_days, session_lines
from scheduler.web.access import this_event
from scheduler.web.programme_view import ProgrammeView, viewed


def sessions_asked_for(*, whole: bool = False) -> ProgrammeView[SessionLine]:
    """Sessions with the filter that chose them; `whole`: with their descriptions."""
    event = this_event()
    days = [row.date for row in event_days(db.session, event.id)]
    lines = session_lines(db.session, event, None, whole=whole)
    return viewed(event, lines, lambda line: line.session, days=days)
