"""Requests: those that wait for my answer, those I sent, those that are answered."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.domain.enums import RequestState
from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db, limiter
from scheduler.models import Participant, Request
from scheduler.queries.people.relationship import colleagues
from scheduler.queries.requests.requests import received, request_of, sent
from scheduler.services.requests import colleague_proposals
from scheduler.services.requests import requests as service
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.form_fields import said
from scheduler.web.paging import page_number
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import AnswerForm, ProposalForm
from scheduler.web.participant.limits import by_person
from scheduler.web.participant.round import round_open, silence

VIEWS = ("waiting", "sent", "answered")


@blueprint.get("/requests")
@access.participant
def requests(event_slug: str) -> str:
    me = access.this_participant()
    view = request.args.get("view", "waiting")
    view = view if view in VIEWS else "waiting"
    page = page_number()
    if view == "sent":
        found = sent(db.session, me, page)
    else:
        found = received(db.session, me, waiting=view == "waiting", page=page)

    def address_of(number: int) -> str:
        return url_for("participant.requests", event_slug=event_slug, view=view, page=number)

    proposal = ProposalForm()
    proposal.offer(
        (one.public_id, one.name) for one in (colleagues(db.session, me) if view == "waiting" else ())
    )
    return render_template(
        "participant/requests.html",
        me=me,
        view=view,
        found=found,
        silence=silence(),
        is_open=round_open(),
        answer=AnswerForm(),
        proposal=proposal,
        address_of=address_of,
    )


def _mine(request_id: str) -> Request:
    found = request_of(db.session, access.this_participant(), request_id)
    if found is None:
        raise NotFound(_("There is no such request to you or from you."))
    return found


@blueprint.post("/requests/<request_id>/answer")
@access.participant
@also_on_behalf("request.answer", "state", "reason")
@limiter.limit("120 per minute", key_func=by_person)
def requests_answer(event_slug: str, request_id: str) -> Response:
    """Yes or no. `seen` is the state that the page showed."""
    me, found = access.this_participant(), _mine(request_id)
    try:
        state = RequestState(request.form.get("state", ""))
        seen = RequestState(request.form.get("seen", RequestState.OPEN.value))
    except ValueError:
        raise Invalid(_("Answer with yes or no.")) from None
    if found.proposed_id == me.id:
        return _answer_instead(event_slug, found, state)
    service.answer(
        db.session,
        me,
        found,
        state,
        access.this_event().now(),
        reason=said(AnswerForm(request.form), "reason"),
        seen=seen,
    )
    name = found.sender.name
    if state is RequestState.ACCEPTED:
        flash(_("You and %(name)s both want to meet.", name=name), "good")
    else:
        flash(_("%(name)s is told that you can't.", name=name), "good")
    return _back(event_slug)


def _answer_instead(event_slug: str, found: Request, state: RequestState) -> Response:
    """A colleague proposed me: my yes or no to that."""
    agree, sender = state is RequestState.ACCEPTED, found.sender.name
    asked = found.receiver.name
    answered = colleague_proposals.answer_as_colleague(
        db.session,
        access.this_participant(),
        found,
        agree,
        access.this_event().now(),
        said(AnswerForm(request.form), "reason"),
    )
    if not agree:
        flash(_("%(name)s is told that you can't, and answers the request.", name=asked), "good")
    elif answered.state is RequestState.ACCEPTED:
        flash(_("You and %(name)s both want to meet.", name=sender), "good")
    else:
        flash(_("Now %(name)s says whether they would meet you instead.", name=sender), "good")
    return _back(event_slug)


@blueprint.post("/requests/<request_id>/propose")
@access.participant
@also_on_behalf("request.propose")
def requests_propose(event_slug: str, request_id: str) -> Response:
    """Propose a colleague instead of oneself."""
    me, found, form = access.this_participant(), _mine(request_id), ProposalForm(request.form)
    colleague = db.session.scalar(
        select(Participant).where(
            Participant.public_id == said(form, "colleague"),
            Participant.organisation_id == me.organisation_id,
        )
    )
    if colleague is None:
        raise Invalid(_("Choose a colleague from the list."))
    colleague_proposals.propose(
        db.session, me, found, colleague, access.this_event().now(), said(form, "reason")
    )
    flash(
        _(
            "%(name)s and %(other)s are asked whether they would meet.",
            name=found.sender.name,
            other=colleague.name,
        ),
        "good",
    )
    return _back(event_slug)


@blueprint.post("/requests/<request_id>/proposal")
@access.participant
@also_on_behalf("request.answer-proposal", "agree")
def requests_proposal(event_slug: str, request_id: str) -> Response:
    """Say yes or no to the colleague who was proposed."""
    agree, found = request.form.get("agree") == "1", _mine(request_id)
    colleague_proposals.answer_as_sender(
        db.session, access.this_participant(), found, agree, access.this_event().now()
    )
    if found.state is RequestState.ACCEPTED:
        flash(_("The meeting is agreed."), "good")
    elif agree and found.proposed is not None:
        flash(_("%(name)s is asked, too. It counts once they say yes.", name=found.proposed.name), "good")
    else:
        flash(_("The request is withdrawn."), "good")
    return _back(event_slug)


@blueprint.post("/requests/<request_id>/withdraw")
@access.participant
@also_on_behalf("request.withdraw")
def requests_withdraw(event_slug: str, request_id: str) -> Response:
    service.withdraw(db.session, access.this_participant(), _mine(request_id), access.this_event().now())
    flash(_("The request is withdrawn. You may ask again while the round is open."), "good")
    return _back(event_slug)


def _back(event_slug: str) -> Response:
    view = request.form.get("view", "waiting")
    if view == "queue":
        later = request.form.get("later", 0, type=int)
        return redirect(url_for("participant.requests_queue", event_slug=event_slug, later=later))
    if view == "person":
        return redirect(
            url_for(
                "participant.people_show", event_slug=event_slug, person_id=request.form.get("person", "-")
            )
        )
    return redirect(
        url_for("participant.requests", event_slug=event_slug, view=view if view in VIEWS else "waiting")
    )
