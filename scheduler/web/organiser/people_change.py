"""Changing many people at once: those of a filter, or those who are ticked. Said first, with the number."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields import SelectChoice

from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.queries.people.people_admin import people_choices
from scheduler.services.people import bulk_change as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import line, said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.people_filter import filter_values, people_filter
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.replies import blame, confirmed, organise


class BulkForm(FlaskForm):
    type = SelectField(_l("Type"), validate_choice=False)
    organisation = line(
        _l("Organisation"), 200, _l("Empty: each keeps their own. One that is not there yet is made.")
    )


@blueprint.route("/people/change", methods=["GET", "POST"])
@access.organiser
def people_change(event_slug: str) -> str | Response | tuple[str, int]:
    """Change everybody of the filter, or the ticked: first what would change, then the act."""
    actor, event, choice = require_full(), this_event(), choice_of_request()
    if choice.people is not None and not choice.people:
        flash(_("Tick the people first."), "attention")
        return redirect(organise("people", **filter_values()))
    form, preview = BulkForm(), None
    types = people_choices(db.session, event.id).types
    form.type.choices = [
        SelectChoice("", _("Each keeps their own")),
        *(SelectChoice(*each) for each in types),
    ]
    if form.validate_on_submit():
        entry = service.BulkEntry(said(form, "type"), said(form, "organisation"))
        try:
            preview = service.preview_bulk(db.session, event, choice, entry)
            # Who has joined the filter since the number was said was not meant.
            if confirmed() and request.form.get("meant") == str(preview.meant):
                count = service.change_bulk(db.session, event, choice, entry, actor)
                flash(ngettext("One person is changed.", "%(num)d people are changed.", count), "good")
                return redirect(organise("people", **filter_values()))
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
            preview = None
    meant = preview.meant if preview else service.meant(db.session, event, choice)
    page = render_template(
        "organiser/people_change.html", form=form, preview=preview, meant=meant, chosen=filter_values()
    )
    return (page, 422) if form.is_submitted() and preview is None else page


def choice_of_request() -> service.Choice:
    """Who is meant: everybody of the filter in the address, or the ticked."""
    ticked = request.args.getlist("person")
    return service.Choice(people_filter(), ticked if ticked or "ticked" in request.args else None)
