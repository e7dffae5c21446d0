"""Opening a round: the organiser reads the mail and the number of its readers before anything happens."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.enums import RoundState
from scheduler.domain.messages import MessageKind
from scheduler.extensions import db
from scheduler.queries.people.invitations import audience
from scheduler.queries.people.people_admin import PeopleFilter
from scheduler.services.people.invitations import count_readers, tell_of_opening
from scheduler.services.rounds.rounds import check_can_open, open_round
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import number
from scheduler.web.form_fields import said
from scheduler.web.mail_preview import preview
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import OpeningForm
from scheduler.web.organiser.named import round_named
from scheduler.web.organiser.permissions import require_change
from scheduler.web.organiser.replies import organise


@blueprint.get("/rounds/<round_id>/open")
@access.co_organiser
def rounds_open(event_slug: str, round_id: str) -> str:
    """What opening writes, and to how many."""
    event, found = this_event(), round_named(round_id)
    require_change(found)
    check_can_open(event, found)
    payload = {"round": found.name, "closes": found.closes_at.isoformat()}
    readers = count_readers(db.session, event)
    form = OpeningForm(data={"write": "yes" if readers and found.state is not RoundState.CLOSED else "no"})
    everybody = ngettext(
        "Write to the one person who takes part", "Write to the %(num)d people who take part", readers
    )
    form.offer(everybody if readers else _("Write to those who take part: nobody yet"))
    return render_template(
        "organiser/round_open.html",
        round=found,
        form=form,
        groups=audience(db.session, event, PeopleFilter()),
        mail=preview(event, MessageKind.ROUND_OPEN, payload, _("(their name)")),
    )


@blueprint.post("/rounds/<round_id>/open")
@access.co_organiser
def rounds_open_post(event_slug: str, round_id: str) -> Response:
    event, found = this_event(), round_named(round_id)
    actor = require_change(found)
    waiting = open_round(db.session, event, found, actor)
    text = _("“%(name)s” is open. Participants can ask and answer now.", name=found.name)
    if waiting:
        text += " " + ngettext(
            "%(n)s request that had expired with its closing waits for an answer again.",
            "%(n)s requests that had expired with its closing wait for an answer again.",
            waiting,
            n=number(waiting),
        )
    if (said(OpeningForm(request.form), "write") or "yes") == "yes":
        count = tell_of_opening(db.session, event, found)
        text += " " + ngettext("One mail is on its way.", "%(num)d mails are on their way.", count)
    flash(text, "good")
    return redirect(organise("rounds_show", round_id=found.public_id))
