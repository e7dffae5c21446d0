"""Importing a list of people: look at it first, then store what is ready."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.imports.people import people_of
from scheduler.imports.sheets import Sheet, read_sheet, read_text, write_text
from scheduler.queries.rounds import type_names
from scheduler.services.people_import import Checked, check_people, store_people
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.organiser.authority import own_organisation, signed_in_user
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.replies import organise

PROBLEMS_SHOWN = 200


@blueprint.route("/people/import", methods=["GET", "POST"])
@access.organiser
def people_import(event_slug: str) -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return _page()
    event = this_event()
    try:
        sheet = _sheet()
        checked = check_people(db.session, event, people_of(sheet.rows))
    except Invalid as error:
        return _page(error=error.message, text=request.form.get("text", "")), 422
    if request.form.get("act") == "store" and checked.ready:
        count = store_people(db.session, event, checked, signed_in_user(), brought_by_id=own_organisation())
        left = len(checked.problems)
        text = ngettext("One person is registered.", "%(num)d people are registered.", count)
        if left:
            text += " " + ngettext(
                "One row was left out: it had a problem.",
                "%(num)d rows were left out: they had problems.",
                left,
            )
        flash(text, "good")
        return redirect(organise("people", sort="latest"))
    return _page(sheet=sheet, checked=checked, text=write_text(sheet.rows))


def _sheet() -> Sheet:
    file = request.files.get("file")
    if file is not None and file.filename:
        return read_sheet(file.stream.read())
    text = request.form.get("text", "")
    if not text.strip():
        raise Invalid(_("Choose a file, or paste a table."), "file")
    return Sheet(read_text(text))


def _page(
    *, sheet: Sheet | None = None, checked: Checked | None = None, text: str = "", error: str = ""
) -> str:
    return render_template(
        "organiser/people_import.html",
        sheet=sheet,
        checked=checked,
        text=text,
        error=error,
        shown=PROBLEMS_SHOWN,
        types=list(type_names(db.session, this_event().id).values()),
    )
