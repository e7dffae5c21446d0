"""One meeting of a plan: look at it, move it, call it off, lock it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.models import Meeting, Place, Slot
from scheduler.queries.alternatives import Alternatives
from scheduler.services.meetings import meetings as service
from scheduler.services.meetings.refused_choices import NeedsConsent
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.labels.alternatives import fact_said
from scheduler.web.labels.refusals import refusal_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.filters import PlaceFilter, SlotForm
from scheduler.web.organiser.permissions import may_change, may_place, require_change, require_place
from scheduler.web.organiser.plans import WORDS, this_plan
from scheduler.web.organiser.replies import organise


@dataclass(frozen=True, slots=True)
class Consent:
    """What an organiser is asked to overrule: by which act, and what speaks against it."""

    act: str
    said: str
    keys: tuple[str, ...]
    slot: Slot | None
    place: Place | None


def _meeting(plan_id: str, meeting_id: str) -> Meeting:
    found = service.meeting_by_public_id(db.session, this_event(), meeting_id)
    if found.plan.public_id != plan_id:
        return service.meeting_by_public_id(db.session, this_event(), "")
    return found


@blueprint.get("/plans/<plan_id>/meetings/<meeting_id>")
@access.organiser
def plans_meeting(event_slug: str, plan_id: str, meeting_id: str) -> str:
    return _page(plan_id, meeting_id)


def _page(plan_id: str, meeting_id: str, complaint: str = "", consent: Consent | None = None) -> str:
    event, plan, meeting = this_event(), this_plan(plan_id), _meeting(plan_id, meeting_id)
    known = Alternatives(db.session, event, meeting, event.now())
    wanted = said(PlaceFilter(request.values), "place") or meeting.place.public_id
    place = next((each for each in known.places if each.public_id == wanted), None)
    place = place or next((each for each in known.places if each.id == meeting.place_id), None)
    place = place or next(iter(known.places), meeting.place)
    places_it = may_place(meeting) and plan.state.value in ("draft", "published")
    begun = meeting.slot.starts_at <= event.now()
    found = known.everywhere(place) if places_it else ()
    form = PlaceFilter(data={"place": place.public_id})
    form.offer((each.public_id, f"{each.pavilion.name}, {each.name}") for each in known.places)
    return render_template(
        "organiser/plan_meeting.html",
        filter=form,
        plan=plan,
        meeting=meeting,
        place=place,
        begun=begun,
        choices=[
            one for one in found if not one.impossible and (may_change(meeting) or may_change(one.place))
        ],
        impossible=[one for one in found if one.impossible],
        sentences=lambda one: [
            fact_said(fact, f"{one.place.pavilion.name}, {one.place.name}", event.zone) for fact in one.facts
        ],
        complaint=complaint,
        consent=consent,
        chosen=said(SlotForm(request.form), "slot"),
        may_change=places_it and may_change(meeting),
        may_place=places_it,
        **WORDS,
    )


@blueprint.post("/plans/<plan_id>/meetings/<meeting_id>/move")
@access.co_organiser
def plans_meeting_move(event_slug: str, plan_id: str, meeting_id: str) -> Response | tuple[str, int]:
    meeting, event = _meeting(plan_id, meeting_id), this_event()
    user = require_place(meeting)
    form = SlotForm(request.form)
    slot = db.session.scalar(
        select(Slot).where(Slot.public_id == said(form, "slot"), Slot.event_id == event.id)
    )
    place = db.session.scalar(
        select(Place).where(Place.public_id == said(form, "place"), Place.event_id == event.id)
    )
    accepted = request.form.getlist("accepted")
    try:
        if slot is None or place is None:
            raise Invalid(_("Choose a time and a place."))
        if not may_change(meeting):
            require_change(place)
        service.move_meeting(db.session, meeting, slot, place, actor=user, accepted=accepted)
    except NeedsConsent as error:
        consent = Consent("move", refusal_said(error), error.keys, slot, place)
        return _page(plan_id, meeting_id, consent=consent), error.status
    except (Conflict, Invalid) as error:
        return _page(plan_id, meeting_id, refusal_said(error)), error.status
    flash(_("The meeting is moved."))
    return redirect(organise("plans_meeting", plan_id=plan_id, meeting_id=meeting_id))


@blueprint.post("/plans/<plan_id>/meetings/<meeting_id>/cancel")
@access.co_organiser
def plans_meeting_cancel(event_slug: str, plan_id: str, meeting_id: str) -> Response:
    meeting = _meeting(plan_id, meeting_id)
    user = require_change(meeting)
    service.cancel_meeting(db.session, meeting, actor=user)
    flash(_("The meeting is called off. Bring it back to undo this."))
    return redirect(organise("plans_meeting", plan_id=plan_id, meeting_id=meeting_id))


@blueprint.post("/plans/<plan_id>/meetings/<meeting_id>/bring-back")
@access.co_organiser
def plans_meeting_bring_back(event_slug: str, plan_id: str, meeting_id: str) -> Response | tuple[str, int]:
    meeting = _meeting(plan_id, meeting_id)
    user = require_change(meeting)
    try:
        service.bring_back_meeting(db.session, meeting, actor=user, accepted=request.form.getlist("accepted"))
    except NeedsConsent as error:
        consent = Consent("bring-back", refusal_said(error), error.keys, meeting.slot, meeting.place)
        return _page(plan_id, meeting_id, consent=consent), error.status
    except Conflict as error:
        return _page(plan_id, meeting_id, refusal_said(error)), error.status
    flash(_("The meeting takes place again."))
    return redirect(organise("plans_meeting", plan_id=plan_id, meeting_id=meeting_id))


@blueprint.post("/plans/<plan_id>/meetings/<meeting_id>/lock")
@access.co_organiser
def plans_meeting_lock(event_slug: str, plan_id: str, meeting_id: str) -> Response:
    meeting = _meeting(plan_id, meeting_id)
    user = require_place(meeting)
    locked = request.form.get("locked") == "1"
    service.lock_meeting(db.session, meeting, locked, actor=user)
    flash(_("Runs leave the meeting where it is.") if locked else _("Runs may move the meeting again."))
    return redirect(organise("plans_meeting", plan_id=plan_id, meeting_id=meeting_id))
