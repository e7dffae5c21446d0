"""The agenda by day."""

from __future__ import annotations

from datetime import date

from flask import render_template, request

from scheduler.extensions import db
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.web import access
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.outcomes import outcomes


@blueprint.get("/agenda")
@access.participant
def agenda(event_slug: str) -> str:
    event, me = access.this_event(), access.this_participant()
    instant = event.now()
    whole = agenda_of(db.session, me, event)
    days = sorted({*whole.days(), *(day.date for day in event.days)})
    shown = _day(request.args.get("day", ""), days, whole.day_of(instant))
    return render_template(
        "participant/agenda.html",
        me=me,
        instant=instant,
        days=days,
        day=shown,
        agenda=whole.on(shown) if shown else whole,
        count=len(whole.entries),
        unplaced=outcomes().unplaced,
    )


def _day(wanted: str, days: list[date], today: date) -> date | None:
    """The day in the address, else today, else the next day of the event, else its first."""
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        pass
    later = [day for day in days if day >= today]
    return later[0] if later else (days[0] if days else None)
