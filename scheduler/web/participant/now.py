"""`Now`: what is asked of me, until when, what happens next, what I will get."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import ParticipantState
from scheduler.extensions import db
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.queries.calendars.availability import availability_of
from scheduler.queries.people.acts import recent_acts
from scheduler.queries.people.announcements import announcements_for
from scheduler.queries.people.approval import waits
from scheduler.queries.people.participation import figures, profile_progress
from scheduler.services.people.taking_part import take_part
from scheduler.services.people.withdrawal import leaving, withdraw_person
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.acting import also_on_behalf
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.outcomes import outcomes
from scheduler.web.participant.round import owed, round_id, silence, this_round
from scheduler.web.participant.steps import steps, what_next, what_you_get
from scheduler.web.withdrawal import LeavingForm


@blueprint.get("/")
@access.participant
def now(event_slug: str) -> str:
    event, me = access.this_event(), access.this_participant()
    instant = event.now()
    facts = figures(db.session, me, round_id(), instant)
    progress = profile_progress(db.session, me)
    available = availability_of(db.session, me, instant)
    current_entry, next_entry = agenda_of(db.session, me, event).now_and_next(instant)
    announced = announcements_for(db.session, me, most=1)
    todo = steps(event, this_round(), facts, progress)
    return render_template(
        "participant/now.html",
        me=me,
        instant=instant,
        round=this_round(),
        steps=todo,
        first=next((step for step in todo if not step.done), None),
        next_sentences=what_next(this_round(), facts, silence(), instant),
        gets=what_you_get(this_round(), facts, owed(me), available.open_to()),
        done_for_me=recent_acts(db.session, me, instant),
        unplaced=len(outcomes().unplaced),
        announced=announced[0] if announced else None,
        current_entry=current_entry,
        next_entry=next_entry,
    )


@blueprint.post("/take-part")
@access.participant
@also_on_behalf("person.take-part")
def now_take_part(event_slug: str) -> Response:
    """Say yes to the invitation."""
    take_part(db.session, access.this_event(), access.this_participant(), current.user)
    told = (
        _("Good that you come. The organiser looks at your registration first.")
        if waits(access.this_participant())
        else _("Good that you come. Others can find you now.")
    )
    flash(told, "good")
    return redirect(url_for("participant.now", event_slug=event_slug))


@blueprint.get("/leave")
@access.participant
def me_leave(event_slug: str) -> str:
    """What it touches when one can't come, before one says so."""
    me = access.this_participant()
    event = access.this_event()
    return render_template(
        "participant/leave.html",
        me=me,
        touched=leaving(db.session, event, me),
        form=LeavingForm().offer(event),
    )


@blueprint.post("/leave")
@access.participant
@also_on_behalf("person.withdraw")
def me_leave_post(event_slug: str) -> Response:
    me = access.this_participant()
    if current.user is None or request.form.get("sure") != "1":
        return redirect(url_for("participant.me_leave", event_slug=event_slug))
    event = access.this_event()
    withdraw_person(db.session, event, me, current.user, LeavingForm().start(event))
    if me.state is not ParticipantState.WITHDRAWN:
        flash(_("Noted. Whoever was to meet you after that is told."), "good")
        return redirect(url_for("participant.me", event_slug=event_slug))
    if current.on_behalf:
        flash(_("%(name)s has left. Whoever wanted to meet them is told.", name=me.name), "good")
        return redirect(url_for("organiser.people_show", event_slug=event_slug, person_id=me.public_id))
    flash(_("You are no longer taking part. Whoever wanted to meet you is told."), "good")
    return redirect(url_for("account.me"))
