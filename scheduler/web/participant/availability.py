"""When I can meet: a grid to paint, daily limits, the sessions I attend."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.availability import DailyLimits, build_grid
from scheduler.domain.enums import RoundState
from scheduler.errors import Invalid
from scheduler.extensions import db, limiter
from scheduler.models import Participant
from scheduler.queries.calendars.availability import availability_of, has_slots
from scheduler.queries.requests.common_times import partners_without_common_time
from scheduler.services.calendars import availability as service
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.form_fields import blame, said
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import LimitsForm
from scheduler.web.participant.limits import by_person
from scheduler.web.participant.round import this_round


@blueprint.get("/availability")
@access.participant
def me_availability(event_slug: str) -> str:
    return _page(None)


def _page(error: Invalid | None, limits: LimitsForm | None = None) -> str:
    event, me = access.this_event(), access.this_participant()
    known = availability_of(db.session, me, event.now())
    grid = build_grid(known.slots, known.held, event.zone)
    return render_template(
        "participant/availability.html",
        me=me,
        grid=grid,
        shown=" ".join(cell.key for cell in grid.cells() if cell.paintable),
        slots=len(known.offered),
        open_round=(found := this_round()) is not None and found.state is RoundState.OPEN,
        over=not known.slots and has_slots(db.session, event.id),
        free=known.open_to(),
        costs=[
            (one, known.open_to(known.held.without(one.key)) - known.open_to())
            for one in known.held.sessions
            if one.time.end > event.now()
        ],
        imported=bool(known.held.calendar),
        touched=service.touched_meetings(db.session, me, event.now()),
        apart=partners_without_common_time(db.session, me, event.now()) if known.slots else (),
        error=error,
        limits=limits or _limits(me),
    )


@blueprint.post("/availability")
@access.participant
@also_on_behalf("availability.change")
@limiter.limit("60 per minute", key_func=by_person)
def me_availability_save(event_slug: str) -> Response:
    """Store the painted grid; cells that the page did not show stay as they are."""
    event, me = access.this_event(), access.this_participant()
    service.paint(
        db.session,
        me,
        event,
        request.form.getlist("free"),
        event.now(),
        shown=request.form.get("shown", "").split(),
    )
    return _told(event_slug)


@blueprint.post("/availability/limits")
@access.participant
@also_on_behalf("availability.limits")
@limiter.limit("60 per minute", key_func=by_person)
def me_availability_limits(event_slug: str) -> str | tuple[str, int] | Response:
    event, me = access.this_event(), access.this_participant()
    form = LimitsForm(request.form)
    try:
        limits = DailyLimits(
            not_before=_minutes(form, "not_before"),
            not_after=_minutes(form, "not_after"),
            lunch_from=_minutes(form, "lunch_from"),
            lunch_minutes=_number(form, "lunch_minutes") or 60,
        )
        per_day = _number(form, "max_meetings_per_day")
        service.set_limits(db.session, me, event, limits, per_day, event.now())
    except Invalid as error:
        db.session.rollback()
        blame(form, error, 20)
        return _page(error, form), error.status
    return _told(event_slug)


def _told(event_slug: str) -> Response:
    """Back to the page, which says what the change touches."""
    touched = service.touched_meetings(db.session, access.this_participant(), access.this_event().now())
    if touched:
        flash(
            ngettext(
                "Saved. %(num)s meeting of yours lies in a time that you took out: see below.",
                "Saved. %(num)s meetings of yours lie in times that you took out: see below.",
                len(touched),
            ),
            "attention",
        )
    else:
        flash(_("Saved. You can change this at any time."), "good")
    return redirect(url_for("participant.me_availability", event_slug=event_slug))


def _limits(me: Participant) -> LimitsForm:
    """The limits as they are."""
    times = {name: getattr(me, name) for name in ("not_before", "not_after", "lunch_from")}
    shown = {name: "" if at is None else f"{at // 60:02}:{at % 60:02}" for name, at in times.items()}
    per_day = "" if me.max_meetings_per_day is None else str(me.max_meetings_per_day)
    return LimitsForm(data={**shown, "lunch_minutes": str(me.lunch_minutes), "max_meetings_per_day": per_day})


def _minutes(form: LimitsForm, field: str) -> int | None:
    """Minutes after midnight from `10:30`; None from nothing."""
    text = said(form, field)
    if not text.strip():
        return None
    hours, _colon, minutes = text.strip().partition(":")
    if not (hours.isdecimal() and (minutes or "0").isdecimal() and len(text) <= 8):
        raise Invalid(_("“%(text)s” is no time of day. It looks like 10:30.", text=text[:20]), field)
    value = int(hours) * 60 + int(minutes[:2] or 0)
    if not 0 <= value <= 1440:
        raise Invalid(_("“%(text)s” is no time of day. It looks like 10:30.", text=text[:20]), field)
    return value


def _number(form: LimitsForm, field: str) -> int | None:
    text = said(form, field)
    if not text.strip():
        return None
    if not text.strip().isdecimal() or len(text) > 6:
        raise Invalid(_("“%(text)s” is no whole number.", text=text[:20]), field)
    return int(text)
