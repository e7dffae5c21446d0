"""The types of participants: added, renamed, put in order, merged and deleted."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.queries.rounds.types import type_lines
from scheduler.services.rounds import participant_types as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import number
from scheduler.web.form_fields import blame, said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.matrix_forms import MergeForm, TypeForm
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import organise


def _page(error: str = "", form: TypeForm | None = None) -> str:
    return render_template(
        "organiser/types.html",
        lines=type_lines(db.session, this_event().id),
        may_change=is_full(),
        error=error,
        form=form or TypeForm(),
    )


@blueprint.get("/rounds/types")
@access.organiser
def rounds_types(event_slug: str) -> str:
    return _page()


@blueprint.post("/rounds/types")
@access.organiser
def rounds_types_add(event_slug: str) -> Response | tuple[str, int]:
    user, form = require_full(), TypeForm(request.form)
    try:
        made = service.add_type(db.session, this_event(), said(form, "name"), user)
    except (Invalid, Conflict) as error:
        blame(form, error, 400, "name")
        return _page(form=form), error.status
    flash(_("“%(name)s” is a type now. Say in the matrix whom it may ask.", name=made.name), "good")
    return redirect(organise("rounds_types"))


@blueprint.post("/rounds/types/<type_code>")
@access.organiser
def rounds_types_rename(event_slug: str, type_code: str) -> Response | tuple[str, int]:
    user = require_full()
    try:
        found = service.rename_type(
            db.session, this_event(), type_code, said(TypeForm(request.form), "name"), user
        )
    except (Invalid, Conflict) as error:
        return _page(error.message), error.status
    flash(_("The type is called “%(name)s”.", name=found.name), "good")
    return redirect(organise("rounds_types"))


@blueprint.post("/rounds/types/<type_code>/move")
@access.organiser
def rounds_types_move(event_slug: str, type_code: str) -> Response:
    up = request.form.get("to") == "up"
    service.move_type(db.session, this_event(), type_code, up=up, actor=require_full())
    return redirect(organise("rounds_types"))


@blueprint.get("/rounds/types/<type_code>/remove")
@access.organiser
def rounds_types_remove_ask(event_slug: str, type_code: str) -> str:
    """What uses a type, and what can become of it: nothing, or another type."""
    require_full()
    event = this_event()
    found = service.type_by_code(db.session, event, type_code)
    lines = type_lines(db.session, event.id)
    form = MergeForm()
    form.offer((line.type.code, line.type.name) for line in lines if line.type.id != found.id)
    return render_template(
        "organiser/type_remove.html",
        found=next(line for line in lines if line.type.id == found.id),
        form=form,
    )


@blueprint.post("/rounds/types/<type_code>/remove")
@access.organiser
def rounds_types_remove(event_slug: str, type_code: str) -> Response | tuple[str, int]:
    user = require_full()
    try:
        name = service.delete_type(db.session, this_event(), type_code, user)
    except Conflict as error:
        return _page(error.message), error.status
    flash(_("The type “%(name)s” is deleted.", name=name), "good")
    return redirect(organise("rounds_types"))


@blueprint.post("/rounds/types/<type_code>/merge")
@access.organiser
def rounds_types_merge(event_slug: str, type_code: str) -> Response | tuple[str, int]:
    user, into = require_full(), said(MergeForm(request.form), "into")
    try:
        line = service.merge_type(db.session, this_event(), type_code, into, user)
    except Invalid as error:
        return _page(error.message), error.status
    target = service.type_by_code(db.session, this_event(), into)
    flash(
        ngettext(
            "%(n)s person is of the type “%(name)s” now.",
            "%(n)s people are of the type “%(name)s” now.",
            line.people,
            n=number(line.people),
            name=target.name,
        ),
        "good",
    )
    return redirect(organise("rounds_types"))
