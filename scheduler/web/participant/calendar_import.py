"""Busy times from one's own calendar: read, shown, and only then kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.calendars.busy import BusyLimits, CalendarReader, read_busy
from scheduler.calendars.fetch import FetchPolicy, fetch_calendar
from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from scheduler.domain.agenda import instant
from scheduler.domain.availability import TakenTimes
from scheduler.domain.intervals import Interval, merge
from scheduler.errors import Invalid
from scheduler.extensions import db, limiter
from scheduler.models import EventDay, Participant, Slot
from scheduler.queries.calendars.availability import availability_of
from scheduler.queries.calendars.calendar_reading import addresses_of, uids_of_other_events
from scheduler.sandbox.run import Busy
from scheduler.services.calendars import availability as service
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.form_fields import said
from scheduler.web.labels import calendars as labels
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import AwayForm, CalendarForm
from scheduler.web.participant.limits import by_person
from scheduler.web.uploads import apart, uploaded

_STRETCHES = 2000
_QUESTIONS = 100


@blueprint.get("/availability/calendar")
@access.participant
def me_availability_calendar(event_slug: str) -> str:
    return render_template(
        "participant/calendar_import.html", me=access.this_participant(), form=CalendarForm()
    )


@blueprint.post("/availability/calendar")
@access.participant
@also_on_behalf("availability.read-calendar")
@limiter.limit("6 per minute; 60 per hour", key_func=by_person)
def me_availability_calendar_preview(event_slug: str) -> str | tuple[str, int]:
    """Read a file or an address and show what it says. Nothing is stored."""
    event, me = access.this_event(), access.this_participant()
    start, end = _window(event.id, event.zone)
    zone, reader = event.zone, _reader(me)
    form = CalendarForm(request.form)
    address = said(form, "address").strip()
    try:
        # Nobody waits for the database while somebody else's server answers and the file is read.
        found = apart(lambda: read_busy(_brought(address), zone=zone, start=start, end=end, reader=reader))
        if len(found.busy) > _STRETCHES:
            raise UnusableCalendar(CalendarProblem.TOO_MANY_TIMES, number=_STRETCHES)
    except UnusableCalendar as error:
        return _again(labels.problem(error), form, 422)
    except (Invalid, Busy) as error:
        return _again(error.message, form, error.status)
    busy = merge(Interval(one.start, one.end) for one in found.busy)
    known = availability_of(db.session, me, event.now())
    before = TakenTimes(known.held.own, (), known.held.limit, known.held.sessions)
    after = TakenTimes(known.held.own, busy, known.held.limit, known.held.sessions)
    away = AwayForm()
    away.day.choices = [
        SelectChoice(labels.question_key(one), labels.question_when(one)) for one in found.questions
    ]
    return render_template(
        "participant/calendar_preview.html",
        me=me,
        away=away,
        found=found,
        busy=busy,
        labels=labels,
        packed=_packed(busy),
        before=known.open_to(before),
        after=known.open_to(after),
        had=bool(known.held.calendar),
    )


def _again(message: str, form: CalendarForm, status: int) -> tuple[str, int]:
    """The form with what went wrong."""
    page = render_template(
        "participant/calendar_import.html", me=access.this_participant(), form=form, error=message
    )
    return page, status


def _brought(address: str) -> bytes:
    """The calendar that was sent, or that lies at an address. Raises UnusableCalendar."""
    data = uploaded("file", BusyLimits().size)
    if data is not None:
        return data
    if not address:
        raise UnusableCalendar(CalendarProblem.NOTHING)
    return fetch_calendar(address, current_app.config.get("CALENDAR_POLICY", FetchPolicy()))


def _reader(me: Participant) -> CalendarReader:
    return CalendarReader(
        addresses=addresses_of(db.session, me),
        host=str(current_app.config["UID_HOST"]),
        elsewhere=uids_of_other_events(db.session, me),
    )


@blueprint.post("/availability/calendar/store")
@access.participant
@also_on_behalf("availability.read-calendar")
def me_availability_calendar_store(event_slug: str) -> Response:
    """Keep what the preview showed, with the all-day entries that the person ticked."""
    event, me = access.this_event(), access.this_participant()
    start, end = _window(event.id, event.zone)
    busy = _unpacked(request.form.get("busy", ""), start, end)
    for value in (AwayForm(request.form).day.data or [])[:_QUESTIONS]:
        away = _away(value, event.zone)
        if away[0] < end and away[1] > start:
            busy.append(Interval(max(start, away[0]), min(end, away[1])))
    service.store_calendar(db.session, me, busy, event.now())
    touched = service.touched_meetings(db.session, me, event.now())
    if touched:
        flash(
            ngettext(
                "Kept. %(num)s meeting of yours lies in a time that you took out: see below.",
                "Kept. %(num)s meetings of yours lie in times that you took out: see below.",
                len(touched),
            ),
            "attention",
        )
    else:
        flash(_("Your calendar's busy times are kept. You can paint over them."), "good")
    return redirect(url_for("participant.me_availability", event_slug=event_slug))


def _away(value: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The time of a question that was answered with yes: whole days, or a stretch. Raises Invalid."""
    first, _separator, last = value[:100].partition("/")
    try:
        if "T" in value:
            away = datetime.fromisoformat(first).astimezone(UTC), datetime.fromisoformat(last).astimezone(UTC)
        else:
            days = date.fromisoformat(first), date.fromisoformat(last)
            away = instant(days[0], 0, zone), instant(days[1] + timedelta(days=1), 0, zone)
    except (ValueError, OverflowError):
        raise Invalid(_("This page is too old. Read the calendar again.")) from None
    if away[0] >= away[1]:
        raise Invalid(_("This page is too old. Read the calendar again."))
    return away


def _window(event_id: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first day of the event to the last, whole days; with the last evening to its end."""
    days = [
        *db.session.scalars(select(EventDay.date).where(EventDay.event_id == event_id)),
        *db.session.scalars(select(Slot.day).where(Slot.event_id == event_id).distinct()),
    ]
    if not days:
        raise Invalid(_("The organiser has not set the days of the event yet. Come back later."))
    last = db.session.scalar(select(func.max(Slot.ends_at)).where(Slot.event_id == event_id))
    end = instant(max(days) + timedelta(days=1), 0, zone)
    return instant(min(days), 0, zone), max(end, last or end)


def _packed(busy: tuple[Interval, ...]) -> str:
    """Stretches as text for a hidden field: the preview needs no place on the server."""
    return " ".join(f"{int(one.start.timestamp())}-{int(one.end.timestamp())}" for one in busy)


def _unpacked(text: str, start: datetime, end: datetime) -> list[Interval]:
    """The stretches of a hidden field, within the event. Raises Invalid for anything else."""
    result: list[Interval] = []
    for part in text[: 24 * _STRETCHES].split():
        first, _dash, last = part.partition("-")
        if not (first.isdecimal() and last.isdecimal() and len(part) < 24):
            raise Invalid(_("This page is too old. Read the calendar again."))
        try:
            begins = max(start, datetime.fromtimestamp(int(first), UTC))
            ends = min(end, datetime.fromtimestamp(int(last), UTC))
        except (ValueError, OverflowError, OSError):  # A year that no calendar has.
            raise Invalid(_("This page is too old. Read the calendar again.")) from None
        if begins < ends:
            result.append(Interval(begins, ends))
    return result
