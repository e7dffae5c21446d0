"""What would it take, and what now? Asked of a plan, answered by a worker, carried out with one button."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import InquiryKind, InquiryState
from scheduler.domain.inquiry import Happening, read_answer, read_happening
from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.jobs.queue import enqueue
from scheduler.models import Inquiry, Participant, Place, Plan
from scheduler.queries.machine import a_worker_lives
from scheduler.queries.meetings.inquiries import inquiry_of, left_out, step_lines
from scheduler.queries.meetings.plan_pages import person_of
from scheduler.queries.requests.causes import known_of
from scheduler.queries.rounds.run_outcome import names_of_outcome
from scheduler.services.meetings import inquiries as service
from scheduler.services.meetings.rearranging import carry_out
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.labels.inquiries import end_said, gain_said, offer_title, people_said, proof_said
from scheduler.web.labels.run_outcomes import findings_said
from scheduler.web.machine import waiting_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.happenings import (
    AbsenceForm,
    CarryOutForm,
    LostTablesForm,
    TakeForm,
    places_to_choose,
)
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.plans import WORDS, this_plan
from scheduler.web.organiser.replies import blame, organise
from scheduler.web.transaction import after_commit


@blueprint.post("/plans/<plan_id>/take")
@access.organiser
def plans_take(event_slug: str, plan_id: str) -> Response:
    """Ask what it takes to hold a wish that the plan leaves out."""
    user, plan = require_full(), this_plan(plan_id)
    wish = said(TakeForm(), "wish", 80)
    return _asked(plan, service.ask_to_hold(db.session, plan, wish, user, datetime.now(UTC)))


@blueprint.route("/plans/<plan_id>/people/<person_id>/away", methods=["GET", "POST"])
@access.organiser
def plans_away(event_slug: str, plan_id: str, person_id: str) -> str | Response | tuple[str, int]:
    """Somebody can't come for a time: how is the plan mended?"""
    user, plan = require_full(), this_plan(plan_id)
    person = person_of(db.session, plan, person_id)
    form = AbsenceForm().offer(this_event())
    if form.validate_on_submit():
        try:
            start, end = form.time(this_event())
            what = Happening(start, end, person_id=person.id)
            return _asked(plan, service.ask_to_mend(db.session, plan, what, user, datetime.now(UTC)))
        except Invalid as error:
            blame(form, error)
    page = render_template("organiser/plan_away.html", plan=plan, person=person, form=form, **WORDS)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/plans/<plan_id>/tables-lost", methods=["GET", "POST"])
@access.organiser
def plans_tables_lost(event_slug: str, plan_id: str) -> str | Response | tuple[str, int]:
    """A place loses tables for a time: how is the plan mended?"""
    user, plan, event = require_full(), this_plan(plan_id), this_event()
    form = LostTablesForm().offer(event)
    places = {place.public_id: place for place in places_to_choose(db.session, event)}
    form.place.choices = [(key, f"{place.pavilion.name}, {place.name}") for key, place in places.items()]
    if form.validate_on_submit():
        try:
            start, end = form.time(event)
            place = places[said(form, "place")]
            tables = min(form.tables.data or 1, place.capacity)
            what = Happening(start, end, place_id=place.id, tables=tables)
            return _asked(plan, service.ask_to_mend(db.session, plan, what, user, datetime.now(UTC)))
        except Invalid as error:
            blame(form, error)
    page = render_template("organiser/plan_tables_lost.html", plan=plan, form=form, **WORDS)
    return (page, 422) if form.is_submitted() else page


def _asked(plan: Plan, inquiry: Inquiry) -> Response:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    inquiry_id = inquiry.id
    after_commit(lambda: enqueue(app, "answer-inquiry", inquiry_id=inquiry_id))
    return redirect(organise("plans_inquiry", plan_id=plan.public_id, inquiry_id=inquiry.public_id))


@blueprint.get("/plans/<plan_id>/answers/<inquiry_id>")
@access.organiser
def plans_inquiry(event_slug: str, plan_id: str, inquiry_id: str) -> str:
    plan = this_plan(plan_id)
    return _page(plan, inquiry_of(db.session, plan, inquiry_id))


@blueprint.get("/plans/<plan_id>/answers/<inquiry_id>/progress")
@access.organiser
def plans_inquiry_progress(event_slug: str, plan_id: str, inquiry_id: str) -> str:
    """The answer so far; asks for itself again until it is whole."""
    plan = this_plan(plan_id)
    inquiry = inquiry_of(db.session, plan, inquiry_id)
    return render_template("organiser/_inquiry_answer.html", **_answer(plan, inquiry))


@blueprint.post("/plans/<plan_id>/answers/<inquiry_id>/carry-out")
@access.organiser
def plans_carry_out(event_slug: str, plan_id: str, inquiry_id: str) -> str | Response | tuple[str, int]:
    """Make the changes of one offer."""
    user, plan = require_full(), this_plan(plan_id)
    inquiry = inquiry_of(db.session, plan, inquiry_id)
    form = CarryOutForm()
    number = form.offer.data if form.offer.data is not None else -1
    try:
        carry_out(db.session, this_event(), inquiry, number, user, reason=said(form, "reason", 300).strip())
    except Conflict as error:
        return _page(plan, inquiry, error.message), error.status
    flash(_("It is done. The plan is changed as it stood there."), "good")
    return redirect(organise("plans_inquiry", plan_id=plan_id, inquiry_id=inquiry_id))


def _page(plan: Plan, inquiry: Inquiry, complaint: str = "") -> str:
    row = left_out(db.session, plan, inquiry.wish) if inquiry.kind is InquiryKind.HOLD else None
    person, place, what = None, None, None
    if inquiry.kind is InquiryKind.MEND:
        what = read_happening(inquiry.happening)
        person = db.session.get(Participant, what.person_id) if what.person_id is not None else None
        place = db.session.get(Place, what.place_id) if what.place_id is not None else None
    return render_template(
        "organiser/plan_inquiry.html",
        row=row,
        known=known_of(db.session, plan, [row]) if row is not None else None,
        person=person,
        place=place,
        what=what,
        complaint=complaint,
        **_answer(plan, inquiry),
        **WORDS,
    )


def _answer(plan: Plan, inquiry: Inquiry) -> dict[str, object]:
    event = this_event()
    answer = read_answer(inquiry.answer)
    outcome = answer.outcome
    return {
        "plan": plan,
        "inquiry": inquiry,
        "answer": answer,
        "form": CarryOutForm(formdata=None),
        "may_change": is_full(),
        "open": inquiry.state in service.OPEN,
        "applied": inquiry.state is InquiryState.APPLIED,
        "lines": step_lines(db.session, event.id, answer.offers),
        "ended": end_said(answer),
        "findings": findings_said(outcome, names_of_outcome(db.session, event.id, outcome))
        if outcome
        else [],
        "published": plan.state.value == "published",
        "waiting_words": waiting_said(a_worker_lives(db.session, datetime.now(UTC))),
        "offer_title": offer_title,
        "proof_said": proof_said,
        "gain_said": gain_said,
        "people_said": people_said,
    }
