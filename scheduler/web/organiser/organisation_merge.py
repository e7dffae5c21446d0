"""Merging two organisations: choose the other, look at what it does, then do just that."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.extensions import db
from scheduler.models import Organisation
from scheduler.queries.people.organisation_admin import alike_of, others_named
from scheduler.services.people.organisation_merge import (
    OrganisationMerge,
    merge_organisations,
    preview_organisation_merge,
)
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.labels.references import references_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.filters import NameSearch
from scheduler.web.organiser.organisation_forms import GONE, field_labels, merge_form, shown
from scheduler.web.organiser.organisations import this_organisation
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.replies import organise
from scheduler.web.seen import digest_of, was_seen


@blueprint.route("/organisations/<organisation_id>/merge", methods=["GET", "POST"])
@access.organiser
def organisations_merge(event_slug: str, organisation_id: str) -> str | Response | tuple[str, int]:
    """The organisation in the address stays; `with` in the address is the one that goes."""
    actor, kept = require_full(), this_organisation(organisation_id)
    if not request.args.get("with"):
        return _choose(kept)
    gone = this_organisation(request.args["with"])
    found = preview_organisation_merge(db.session, kept, gone)
    digest = _digest(found)
    form = merge_form(found)(request.form if request.method == "POST" else None)
    if request.method == "POST" and was_seen(digest):
        name = gone.name
        chosen = [each.name for each in form if each.data == GONE]
        merge_organisations(db.session, this_event(), kept, gone, chosen, actor)
        flash(_("“%(gone)s” is “%(kept)s” now.", gone=name, kept=kept.name), "good")
        return redirect(organise("organisations_show", organisation_id=kept.public_id))
    page = render_template(
        "organiser/organisation_merge.html",
        found=found,
        form=form,
        seen=digest,
        changed=request.method == "POST",
        moves=references_said(found.moves),
        taken_over={field_labels()[name]: shown(name, value) for name, value in found.taken_over.items()},
    )
    return (page, 409) if request.method == "POST" else page


def _choose(kept: Organisation) -> str:
    form = NameSearch(request.args)
    return render_template(
        "organiser/organisation_merge_choose.html",
        kept=kept,
        form=form,
        alike=alike_of(db.session, kept),
        results=others_named(db.session, kept, said(form, "q", 100)),
    )


def _digest(found: OrganisationMerge) -> str:
    return digest_of(
        found.kept.public_id,
        found.gone.public_id,
        found.moves,
        found.differing,
        found.taken_over,
        found.two_logos,
    )
