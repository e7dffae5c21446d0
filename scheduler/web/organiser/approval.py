"""Approval before others see somebody: whether the event asks for it, and the queue of those who wait."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.queries.people.approval import count_waiting
from scheduler.services.people import approval as service
from scheduler.services.people.bulk_change import meant
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said, text
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.people_change import choice_of_request
from scheduler.web.organiser.people_filter import filter_values
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import blame, confirmed, organise


class RefusalForm(FlaskForm):
    reason = text(_l("Why, if you refuse them"), 1000, _l("They get it by mail, word by word."), rows=3)


@blueprint.route("/event/approval", methods=["GET", "POST"])
@access.organiser
def event_approval(event_slug: str) -> str | Response:
    """Whether people wait for approval; ending it says first how many are seen by that."""
    event = this_event()
    count = count_waiting(db.session, event.id)
    if request.method == "POST":
        actor, wanted = require_full(), request.form.get("wanted") == "1"
        # Who has come in since the number was said was not meant.
        if wanted or not event.approval or request.form.get("waiting") == str(count):
            shown = service.set_approval(db.session, event, wanted, actor)
            told = (
                _("From now on you approve people.") if wanted else _("Nobody waits for approval any more.")
            )
            if shown:
                told += " " + ngettext(
                    "Others see one more person now.", "Others see %(num)d more people now.", shown
                )
            flash(told, "good")
            return redirect(organise("event_approval"))
        flash(_("The number has changed meanwhile: look again."), "attention")
    return render_template("organiser/event_approval.html", event=event, waiting=count, may_change=is_full())


@blueprint.route("/people/approve", methods=["GET", "POST"])
@access.organiser
def people_approve(event_slug: str) -> str | Response | tuple[str, int]:
    """Approve or refuse everybody of the filter, or the ticked, after the number was said."""
    actor, event, choice = require_full(), this_event(), choice_of_request()
    form, status = RefusalForm(), 200
    counts = service.approvable(db.session, event, choice)
    # Who has joined the filter since the number was said was not meant.
    if (
        form.is_submitted()
        and confirmed()
        and request.form.get("meant") == str(counts.waiting + counts.ahead)
    ):
        try:
            if request.form.get("act") == "refuse":
                refused = service.refuse(db.session, event, choice, said(form, "reason"), actor)
                flash(ngettext("One person is refused.", "%(num)d people are refused.", refused), "good")
            else:
                service.approve(db.session, event, choice, actor)
                flash(_told(counts), "good")
            return redirect(organise("people", **filter_values()))
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
            status = 422
    page = render_template(
        "organiser/people_approve.html",
        form=form,
        counts=counts,
        meant=meant(db.session, event, choice),
        chosen=filter_values(),
    )
    return page, status


def _told(counts: service.Approvable) -> str:
    parts = []
    if counts.waiting or not counts.ahead:
        parts.append(
            ngettext(
                "One person is approved and told by mail.",
                "%(num)d people are approved and told by mail.",
                counts.waiting,
            )
        )
    if counts.ahead:
        parts.append(
            ngettext(
                "One will be seen once they come in.",
                "%(num)d will be seen once they come in.",
                counts.ahead,
            )
        )
    return " ".join(parts)
