"""What organisers did for the participant, in the participant's own area."""

from __future__ import annotations

from flask import render_template, url_for

from scheduler.extensions import db
from scheduler.queries.people.acts import acts_on_behalf
from scheduler.web import access
from scheduler.web.labels.log import facts_of
from scheduler.web.paging import page_number
from scheduler.web.participant.blueprint import blueprint


@blueprint.get("/done-for-me")
@access.participant
def me_done(event_slug: str) -> str:
    def address_of(page: int) -> str:
        return url_for("participant.me_done", event_slug=event_slug, page=page)

    found = acts_on_behalf(db.session, access.this_participant(), page_number())
    return render_template(
        "participant/done_for_me.html", page=found, facts_of=facts_of, address_of=address_of
    )
