"""Requests one by one, for those whom many ask: a face, the reasons, yes, no, later."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.extensions import db, limiter
from scheduler.queries.people.participation import figures
from scheduler.queries.people.relationship import standing
from scheduler.queries.requests.requests import PAGE_SIZE, count_to_me_alone, received
from scheduler.services.requests import requests as service
from scheduler.services.requests.recommendations import askable_types, reasons_between
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.form_fields import said
from scheduler.web.labels.recommendation_reasons import symbol, words
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import DeclineRestForm
from scheduler.web.participant.limits import by_person
from scheduler.web.participant.round import round_id, this_round


@blueprint.get("/requests/queue")
@access.participant
def requests_queue(event_slug: str) -> str | Response:
    """The request at place `later` of those that wait: so many were put off until later."""
    me = access.this_participant()
    later = max(0, min(request.args.get("later", 0, type=int), 100_000))
    found = received(db.session, me, waiting=True, page=later // PAGE_SIZE + 1)
    if later >= found.count:
        flash(
            _("That was everybody.")
            if not later
            else ngettext(
                "%(num)s request is left for later.", "%(num)s requests are left for later.", later
            ),
            "good",
        )
        return redirect(url_for("participant.requests", event_slug=event_slug))
    row = found.rows[later % PAGE_SIZE]
    other = standing(db.session, me, row.person_id, round_id())
    reasons, labels = reasons_between(db.session, me, other.person) if other else ((), {})
    names = {kind.code: kind.name for kind in askable_types(db.session, me)} | {me.type.code: me.type.name}
    return render_template(
        "participant/queue.html",
        decline=DeclineRestForm(),
        me=me,
        row=row,
        person=other.person if other else None,
        reasons=reasons,
        word_for=lambda reason: words(reason, labels, names),
        symbol_for=symbol,
        later=later,
        left=found.count - later,
        alone=count_to_me_alone(db.session, me, round_id()),
        agreed=figures(db.session, me, round_id(), access.this_event().now()).agreed,
        round=this_round(),
    )


@blueprint.post("/requests/decline-rest")
@access.participant
@also_on_behalf("request.decline-rest", "reason")
@limiter.limit("6 per minute", key_func=by_person)
def requests_decline_rest(event_slug: str) -> Response:
    """Say a friendly no to everybody who still waits, so that they can use their time otherwise."""
    count = service.decline_rest(
        db.session,
        access.this_participant(),
        this_round(),
        said(DeclineRestForm(request.form), "reason"),
        access.this_event().now(),
    )
    flash(
        ngettext("%(num)s person is told that you can't.", "%(num)s people are told that you can't.", count),
        "good",
    )
    return redirect(url_for("participant.requests", event_slug=event_slug))
