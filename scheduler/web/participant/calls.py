"""Open calls: what somebody looks for, who answers, and the group that comes of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import AnswerState
from scheduler.domain.wish_keys import call_key
from scheduler.errors import Invalid, NotFound, TooMany
from scheduler.extensions import db, limiter
from scheduler.models import CallAnswer, OpenCall
from scheduler.queries.people.choices import choices
from scheduler.queries.requests.group_times import group_times, needed_of
from scheduler.queries.requests.open_calls import call_for, calls_for
from scheduler.services.requests import open_calls as service
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.form_fields import blame, said
from scheduler.web.paging import page_number
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import CallAnswerForm, CallForm
from scheduler.web.participant.limits import by_person
from scheduler.web.participant.outcomes import outcomes
from scheduler.web.participant.round import round_id, round_open, this_round


@blueprint.get("/calls")
@access.participant
def people_calls(event_slug: str) -> str:
    found = calls_for(db.session, access.this_participant(), round_id(), page_number())

    def address_of(page: int) -> str:
        return url_for("participant.people_calls", event_slug=event_slug, page=page)

    return render_template(
        "participant/calls.html",
        found=found,
        address_of=address_of,
        round=this_round(),
        can_post=round_open(),
    )


@blueprint.get("/calls/new")
@access.participant
def people_calls_new(event_slug: str) -> str:
    return _form(CallForm(data={"seats": "4"}))


@blueprint.post("/calls/new")
@access.participant
@also_on_behalf("call.post", "title")
@limiter.limit("10 per hour", key_func=by_person)
def people_calls_post(event_slug: str) -> str | tuple[str, int] | Response:
    form = CallForm(request.form)
    try:
        call = service.post_call(
            db.session,
            access.this_participant(),
            this_round(),
            title=said(form, "title"),
            text=said(form, "text"),
            topic_id=_whole(said(form, "topic")),
            seats=_whole(said(form, "seats")) or 0,
            now=access.this_event().now(),
        )
    except (Invalid, TooMany) as error:
        db.session.rollback()
        beside = blame(form, error)
        return _form(form, None if beside else error), error.status
    flash(_("Your call is open. You read the answers here."), "good")
    return redirect(_address(call))


@blueprint.get("/calls/<call_id>")
@access.participant
def people_calls_show(event_slug: str, call_id: str) -> str:
    return _page(_call(call_id))


@blueprint.post("/calls/<call_id>/answer")
@access.participant
@also_on_behalf("call.answer", "withdraw")
@limiter.limit("20 per minute", key_func=by_person)
def people_calls_answer(event_slug: str, call_id: str) -> str | tuple[str, int] | Response:
    call, me, now = _call(call_id), access.this_participant(), access.this_event().now()
    if request.form.get("withdraw"):
        service.withdraw_answer(db.session, me, call, now)
        flash(_("Your answer is taken back."), "good")
        return redirect(_address(call))
    form = CallAnswerForm(request.form)
    try:
        service.answer_call(db.session, me, call, this_round(), said(form, "message"), now)
    except Invalid as error:
        db.session.rollback()
        blame(form, error, 2000, field="message")
        return _page(_call(call_id), form), error.status
    flash(_("Your answer is on its way."), "good")
    return redirect(_address(call))


@blueprint.post("/calls/<call_id>/decide")
@access.participant
@also_on_behalf("call.decide", "take")
@limiter.limit("120 per minute", key_func=by_person)
def people_calls_decide(event_slug: str, call_id: str) -> Response:
    call = _call(call_id)
    person = _answerer(call, request.form.get("person", ""))
    take = request.form.get("take") == "1"
    before = next(answer.state for answer in call.answers if answer.participant_id == person)
    answer = service.decide_answer(
        db.session,
        access.this_participant(),
        call,
        person,
        take=take,
        now=access.this_event().now(),
    )
    name = answer.participant.name
    if take:
        flash(_("%(name)s is in the group, and is told.", name=name), "good")
        db.session.expire(call, ["answers"])
        times = group_times(db.session, access.this_event().id, call, access.this_event().now())
        if not times.common(needed_of(call)):
            flash(_("But you have no time in common: see below who can't."), "attention")
    elif before is AnswerState.TAKEN:
        flash(_("%(name)s is no longer in the group, and is told.", name=name), "good")
    else:
        flash(_("You have declined the answer of %(name)s, who is told.", name=name), "good")
    return redirect(_address(call))


@blueprint.post("/calls/<call_id>/optional")
@access.participant
@also_on_behalf("call.optional", "optional")
@limiter.limit("120 per minute", key_func=by_person)
def people_calls_optional(event_slug: str, call_id: str) -> Response:
    """Let the group meet without a member (`optional`), or wait for them again."""
    call, optional = _call(call_id), request.form.get("optional") == "1"
    person = _answerer(call, request.form.get("person", ""))
    now = access.this_event().now()
    answer = service.let_miss(db.session, access.this_participant(), call, person, optional=optional, now=now)
    name = answer.participant.name
    if optional:
        flash(_("The next run may let the group meet without %(name)s, who is told.", name=name), "good")
    else:
        flash(_("The group waits for %(name)s again, who is told.", name=name), "good")
    return redirect(_address(call))


@blueprint.post("/calls/<call_id>/close")
@access.participant
@also_on_behalf("call.close", "withdraw")
def people_calls_close(event_slug: str, call_id: str) -> Response:
    call, withdraw = _call(call_id), bool(request.form.get("withdraw"))
    service.close_call(
        db.session, access.this_participant(), call, access.this_event().now(), withdraw=withdraw
    )
    flash(_("The group is given up.") if withdraw else _("The call takes no more answers."), "good")
    return redirect(_address(call))


def _whole(text: str) -> int | None:
    """A number as the form has it; None for anything else, also for thousands of digits."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _call(public_id: str) -> OpenCall:
    """The call in the address, when one may see it; else as if there were none."""
    found = call_for(db.session, access.this_participant(), public_id)
    if found is None:
        raise NotFound(_("There is no open call at this address."))
    return found


def _answerer(call: OpenCall, public_id: str) -> int:
    for answer in call.answers:
        if answer.participant.public_id == public_id:
            return answer.participant_id
    raise NotFound(_("This person has not answered the call."))


def _address(call: OpenCall) -> str:
    slug = access.this_event().slug
    return url_for("participant.people_calls_show", event_slug=slug, call_id=call.public_id)


def _form(form: CallForm, error: Invalid | TooMany | None = None) -> str:
    form.offer(choices(db.session, access.this_participant()).topics, service.SEATS)
    return render_template(
        "participant/call_new.html",
        form=form,
        error=error,
        round=this_round(),
        can_post=round_open(),
    )


def _page(call: OpenCall, form: CallAnswerForm | None = None) -> str:
    me = access.this_participant()
    mine = call.author_id == me.id
    own: CallAnswer | None = next((a for a in call.answers if a.participant_id == me.id), None)
    if own is not None and own.state is AnswerState.WITHDRAWN:
        own = None
    shown = [
        answer
        for answer in sorted(call.answers, key=lambda answer: answer.sent_at)
        if answer.state is AnswerState.TAKEN or (mine and answer.state is not AnswerState.WITHDRAWN)
    ]
    inside = mine or (own is not None and own.state is AnswerState.TAKEN)
    event = access.this_event()
    times = group_times(db.session, event.id, call, event.now()) if inside else None
    return render_template(
        "participant/call.html",
        me=me,
        call=call,
        mine=mine,
        own=own,
        answers=shown if inside else [],
        taken=sum(answer.state is AnswerState.TAKEN for answer in call.answers),
        times=times,
        needed=needed_of(call),
        outcome=outcomes().of_wish(call_key(call.public_id), call.round_id) if inside else None,
        open_now=round_open() and call.round_id == round_id(),
        form=form or CallAnswerForm(data={"message": own.message if own else ""}),
    )
