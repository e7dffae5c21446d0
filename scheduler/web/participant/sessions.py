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
from scheduler.services.calendars import availability as service
from scheduler.services.calendars import calendar_sync
from scheduler.web import access
from scheduler.web.participant.blueprint import blueprint


@blueprint.get("/sessions")
@access.participant
def me_sessions(event_slug: str) -> str:
    return _page()


def _page(error: str = "") -> str:
    me, now = access.this_participant(), access.this_event().now()
    known = availability_of(db.session, me, now)
    held = known.held
    rows = []
    for found, role in programme_of(db.session, me):
        without = held.without(found.public_id)
        attending = without.and_session(Interval(found.starts_at, found.ends_at))
        rows.append((found, role, known.open_to(without) - known.open_to(attending)))
    return render_template(
        "participant/sessions.html",
        me=me,
        rows=rows,
        now=now,
        free=known.open_to(),
        offered=bool(known.offered),
        error=error,
    )


@blueprint.post("/sessions/<session_id>")
@access.participant
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
    return redirect(url_for(target, event_slug=event_slug))
