"""`For you`: partners who fit, best first, each with the reasons."""

from __future__ import annotations

from functools import partial

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.domain.sizes import Size, sizes_in
from scheduler.extensions import db
from scheduler.jobs.queue import enqueue
from scheduler.services.requests import recommendations
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.acting import also_on_behalf
from scheduler.web.labels.recommendation_reasons import size_words, symbol, words
from scheduler.web.paging import page_number
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import WantedForm
from scheduler.web.participant.round import round_open, this_round
from scheduler.web.transaction import after_commit


@blueprint.get("/people/recommended")
@access.participant
def people_recommended(event_slug: str) -> str:
    me, round_ = access.this_participant(), this_round()
    found = recommendations.list_for(db.session, me, round_, page_number())
    types = recommendations.askable_types(db.session, me)
    names = {kind.code: kind.name for kind in types} | {me.type.code: me.type.name}

    def address_of(page: int) -> str:
        return url_for("participant.people_recommended", event_slug=event_slug, page=page)

    wanted, wanted_sizes = recommendations.partner_wishes(db.session, me), sizes_in(me.wanted_sizes)
    sizes = [(size, size_words(size)) for size in Size]
    form = WantedForm(data={"wanted": list(wanted), "size": [size.value for size in wanted_sizes]})
    form.wanted.choices = [SelectChoice(kind.code, kind.name) for kind in types]
    form.size.choices = [SelectChoice(size.value, said) for size, said in sizes]
    return render_template(
        "participant/recommended.html",
        form=form,
        me=me,
        round=round_,
        found=found,
        types=types,
        wanted=wanted,
        sizes=sizes,
        wanted_sizes=wanted_sizes,
        word_for=lambda reason: words(reason, found.labels, names),
        symbol_for=symbol,
        address_of=address_of,
        can_mark=round_open(),
    )


@blueprint.post("/people/wishes")
@access.participant
@also_on_behalf("profile.wishes")
def people_wishes(event_slug: str) -> Response:
    form = WantedForm(request.form)
    recommendations.set_partner_wishes(
        db.session,
        access.this_participant(),
        (form.wanted.data or [])[:50],
        (form.size.data or [])[:20],
        access.this_event().now(),
    )
    rank_again()
    flash(_("Saved. Your list follows in a moment."), "good")
    return redirect(url_for("participant.people_recommended", event_slug=event_slug))


def rank_again() -> None:
    """Ask for the reader's list once what they changed is stored."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    after_commit(partial(enqueue, app, "recommend-one", participant_id=access.this_participant().id))


@blueprint.after_request
def follow_profile(response: Response) -> Response:
    """Whoever changes their profile has a new list a moment later."""
    changes = request.method == "POST" and (request.endpoint or "").startswith("participant.me_profile")
    if changes and response.status_code < 400 and current.participant is not None:
        rank_again()
    return response
