"""Changing an event that exists: what hangs on its days and its zone is never orphaned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.models import Event, EventDay, User
from scheduler.queries.event.days_in_use import DayUse, days_in_use
from scheduler.services.audit import record
from scheduler.services.event.events import check_name, check_zone

MOST_NAMED = 3


@dataclass(frozen=True)
class EventChange:
    """What an event shall be; `days` are its dates, in any order."""

    name: str
    timezone: str
    days: Sequence[date]
    city: str = ""
    venue: str = ""
    description: str = ""


def change_event(session: Session, event: Event, change: EventChange, actor: User) -> list[str]:
    """Change an event; returns the names of the fields that changed. Raises Invalid, naming what is in the way."""
    check_name(change.name)
    check_zone(change.timezone)
    if not change.days:
        raise Invalid(_("An event needs a day."), field="first_day")
    used = days_in_use(session, event)
    _refuse_lost_days(used, change.days)
    if change.timezone != event.timezone and used:
        raise Invalid(
            _(
                "Blocks and sessions have their times in %(zone)s. Take them away before you change the time zone:"
                " otherwise all of them would shift.",
                zone=event.timezone,
            ),
            field="timezone",
        )
    wanted = {
        "name": change.name.strip(),
        "timezone": change.timezone,
        "city": change.city.strip(),
        "venue": change.venue.strip(),
        "description": change.description.strip(),
    }
    changed = [field for field, value in wanted.items() if getattr(event, field) != value]
    for field in changed:
        setattr(event, field, wanted[field])
    if _set_days(event, sorted(set(change.days))):
        changed.append("days")
    if changed:
        record(session, event, actor, "event.change", event.public_id, name=event.name, changed=changed)
    session.flush()
    return changed


def _refuse_lost_days(used: Sequence[DayUse], days: Sequence[date]) -> None:
    lost = [use for use in used if use.day not in days]
    if not lost:
        return
    locale = get_locale()
    use = lost[0]
    things = [f"“{name}”" for name in use.names[:MOST_NAMED]]
    more = len(use.names) - len(things)
    if more:
        things.append(ngettext("%(num)d more", "%(num)d more", more))
    raise Invalid(
        _(
            "%(day)s is in use: %(things)s. Take them away or move them to another day first.",
            day=format_date(use.day, "EEEE, d MMMM", locale=locale),
            things=format_list(things, locale=locale),
        ),
        field="first_day" if use.day < min(days) else "last_day",
    )


def _set_days(event: Event, days: Sequence[date]) -> bool:
    """Let an event have exactly these days; those that stay keep their row. Whether anything changed."""
    known = {day.date: day for day in event.days}
    if list(days) == sorted(known):
        return False
    event.days = [known.get(day) or EventDay(date=day, label="-") for day in days]
    for number, day in enumerate(event.days, 1):
        day.label = _("Day %(number)s", number=number)
    return True
