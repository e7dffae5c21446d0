"""The programme, and which sessions one plans to attend."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.availability import Held, free_slots
from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.intervals import Interval
from scheduler.extensions import db
from scheduler.queries.availability import availability_of
from scheduler.queries.my_sessions import programme_of
from scheduler.services import agendas
from scheduler.services import availability as service
from scheduler.web import access
from scheduler.web.participant.blueprint import blueprint


@blueprint.get("/sessions")
@access.participant
def me_sessions(event_slug: str) -> str:
    me = access.this_participant()
    known = availability_of(db.session, me)
    held = known.held
    rows = []
    for found, role in programme_of(db.session, me):
        time = Interval(found.starts_at, found.ends_at)
        others = tuple(one for one in held.sessions if one.key != found.public_id)
        without = Held(held.own, held.calendar, held.limit, others)
        attending = Held(
            held.own, held.calendar, held.limit, (*others, Engagement(EngagementKind.SESSION, time))
        )
        cost = len(free_slots(known.slots, without)) - len(free_slots(known.slots, attending))
        rows.append((found, role, cost))
    return render_template(
        "participant/sessions.html", me=me, rows=rows, free=len(free_slots(known.slots, held))
    )


@blueprint.post("/sessions/<session_id>")
@access.participant
def me_sessions_attend(event_slug: str, session_id: str) -> Response:
    """Plan to attend a session (`going`), or not any more."""
    me = access.this_participant()
    going = bool(request.form.get("going"))
    found = service.attend(db.session, me, session_id, going)
    agendas.refresh(db.session, access.this_event(), [me.id], chosen=[found.public_id])
    touched = service.touched_meetings(db.session, me) if going else ()
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
