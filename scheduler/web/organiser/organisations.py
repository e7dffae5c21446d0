"""Organisations: the list, a page each, what is said about them, deleting those that nothing hangs on."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db
from scheduler.models import Organisation
from scheduler.queries.people.organisation_admin import organisation_by_public_id, organisation_detail
from scheduler.queries.people.organisations import organisation_choices, organisations_page
from scheduler.services.people import organisations as service
from scheduler.services.people.organisation_merge import FIELDS
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.country_names import country
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.filters import OrganisationFilterForm
from scheduler.web.organiser.organisation_filter import filter_values, organisation_filter
from scheduler.web.organiser.organisation_forms import OrganisationForm
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import blame, organise, page_address, page_number


@blueprint.get("/organisations/")
@access.organiser
def organisations(event_slug: str) -> str:
    event, wanted = this_event(), organisation_filter()
    form, offered = OrganisationFilterForm(request.args), organisation_choices(db.session, event.id)
    names = sorted(((code, country(code)) for code in offered.countries), key=lambda pair: pair[1])
    form.offer(names, offered.kinds)
    return render_template(
        "organiser/organisations.html",
        wanted=wanted,
        filter=form,
        page=organisations_page(db.session, event.id, wanted, page_number()),
        address_of=page_address(),
        chosen=filter_values(),
        may_change=is_full(),
    )


@blueprint.get("/organisations/<organisation_id>/")
@access.organiser
def organisations_show(event_slug: str, organisation_id: str) -> str:
    found = this_organisation(organisation_id)
    return render_template(
        "organiser/organisation.html",
        found=found,
        detail=organisation_detail(db.session, found),
        may_change=is_full(),
        deletable=is_full() and not service.hangs_on(db.session, found),
    )


@blueprint.route("/organisations/<organisation_id>/edit", methods=["GET", "POST"])
@access.organiser
def organisations_edit(event_slug: str, organisation_id: str) -> str | Response | tuple[str, int]:
    actor, found, twin = require_full(), this_organisation(organisation_id), None
    form = OrganisationForm(obj=found).offer()
    if form.validate_on_submit():
        entry = service.OrganisationEntry(**{name: said(form, name) for name in FIELDS})
        try:
            service.change_organisation(db.session, this_event(), found, entry, actor)
        except Invalid as error:
            twin = error.other.public_id if isinstance(error, service.NameTaken) else None
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("Saved."), "good")
            return redirect(organise("organisations_show", organisation_id=organisation_id))
    page = render_template("organiser/organisation_form.html", form=form, found=found, twin=twin)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/organisations/<organisation_id>/delete")
@access.organiser
def organisations_delete(event_slug: str, organisation_id: str) -> Response:
    actor, found = require_full(), this_organisation(organisation_id)
    name = found.name
    service.delete_organisation(db.session, this_event(), found, actor)
    flash(_("“%(name)s” is deleted.", name=name), "good")
    return redirect(organise("organisations"))


def this_organisation(public_id: str) -> Organisation:
    """The organisation in the address. Raises NotFound."""
    found = organisation_by_public_id(db.session, this_event().id, public_id)
    if found is None:
        raise NotFound(
            _("There is no such organisation at this event. It may have been merged with another.")
        )
    return found
