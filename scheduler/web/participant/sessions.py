"""The programme, and which sessions one plans to attend."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.engagements import EngagementKind
from scheduler.domain.intervals import Interval
from scheduler.errors import Conflict
from scheduler.extensions import db
from scheduler.queries.calendars.availability import availability_of
from scheduler.queries.engagements import at_the_same_time
from scheduler.queries.event.my_sessions import my_session, programme_of
from scheduler.queries.event.sign_up import sign_ups_of
from scheduler.services.calendars import availability as service
from scheduler.services.calendars import calendar_sync
from scheduler.services.event.sign_up import wait_for_seat
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.programme_view import viewed


@blueprint.get("/sessions")
@access.participant
def me_sessions(event_slug: str) -> str:
    return _page()


@blueprint.post("/sessions/<session_id>/wait")
@access.participant
@also_on_behalf("attendance.wait", "waits")
def me_sessions_wait(event_slug: str, session_id: str) -> Response | tuple[str, int]:
    """Wait for a seat (`waits`), or not any more."""
    me, now, waits = access.this_participant(), access.this_event().now(), bool(request.form.get("waits"))
    try:
        found = wait_for_seat(db.session, me, session_id, waits, now)
    except Conflict as error:
        db.session.rollback()
        return _page(error.message), error.status
    if waits:
        flash(
            _(
                "You wait for a seat in “%(title)s”. Your agenda tells you when you have one.",
                title=found.title,
            )
        )
    else:
        flash(_("You no longer wait for “%(title)s”.", title=found.title), "good")
    return redirect(url_for("participant.me_sessions", event_slug=event_slug, day=_day()))


def _day() -> str | None:
    """The day whose sessions somebody was looking at."""
    return request.form.get("day") or None


def _page(error: str = "") -> str:
    me, now = access.this_participant(), access.this_event().now()
    known = availability_of(db.session, me, now)
    held = known.held
    rows = []
    programme = programme_of(db.session, me)
    view = viewed(access.this_event(), programme, lambda line: line[0])
    sign_ups = sign_ups_of(db.session, me, [found for found, _role in view.lines])
    for found, role in view.lines:
        without = held.without(found.public_id)
        attending = without.and_session(Interval(found.starts_at, found.ends_at))
        cost = known.open_to(without) - known.open_to(attending)
        rows.append((found, role, cost, sign_ups[found.id]))
    return render_template(
        "participant/sessions.html",
        me=me,
        rows=rows,
        view=view,
        now=now,
        free=known.open_to(),
        offered=bool(known.offered),
        error=error,
    )


@blueprint.post("/sessions/<session_id>")
@access.participant
@also_on_behalf("attendance.choose", "going")
def me_sessions_attend(event_slug: str, session_id: str) -> Response | str | tuple[str, int]:
    """Plan to attend a session (`going`), or not any more. Who is elsewhere then is asked which one they want."""
    event, me = access.this_event(), access.this_participant()
    going, choice = bool(request.form.get("going")), request.form.get("choice", "")
    wanted = my_session(db.session, me, session_id)
    clashes = at_the_same_time(db.session, me, wanted) if going and wanted is not None else ()
    if clashes and wanted is not None and wanted.starts_at > event.now() and not choice:
        leave = [one for one in clashes if one.kind is EngagementKind.SESSION and not one.speaks]
        return render_template(
            "participant/session_clash.html",
            wanted=wanted,
            clashes=clashes,
            said=service.said_of,
            may_choose=len(leave) == len(clashes),
            origin=request.form.get("from", ""),
        )
    instead = [one.key for one in clashes] if choice == "instead" else []
    try:
        found = service.attend(
            db.session,
            me,
            session_id,
            going,
            event.now(),
            instead_of=instead,
            anyway=choice == "both",
        )
    except Conflict as error:
        db.session.rollback()
        return _page(error.message), error.status
    calendar_sync.refresh(db.session, event, [me.id], chosen=[found.public_id, *instead])
    touched = service.touched_meetings(db.session, me, event.now()) if going else ()
    if touched:
        flash(
            _("“%(title)s” is in your agenda, but meets a meeting of yours: see below.", title=found.title),
            "attention",
        )
        return redirect(url_for("participant.me_availability", event_slug=event_slug))
    if going:
        flash(_("“%(title)s” is in your agenda.", title=found.title), "good")
    else:
        flash(_("“%(title)s” is no longer in your agenda.", title=found.title), "good")
    target = "participant.me_availability" if request.form.get("from") else "participant.me_sessions"
    return redirect(url_for(target, event_slug=event_slug, day=_day()))
