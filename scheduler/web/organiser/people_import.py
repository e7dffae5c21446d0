"""Importing a list of people: look at it first, then store what is ready."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.imports.headings import COLUMN_OF
from scheduler.imports.people import PeopleTable, holds_people, people_of
from scheduler.imports.sheets import MOST_BYTES, Sheet, SheetRow, read_sheet, read_text, write_text
from scheduler.queries.rounds.rounds import type_names
from scheduler.sandbox.run import Busy
from scheduler.services.people.import_check import Checked, check_people, column_label, judge_people, kinds_of
from scheduler.services.people.import_people import store_people
from scheduler.web import access, country_names
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import PeopleTableForm
from scheduler.web.organiser.permissions import bringing_for, signed_in_user
from scheduler.web.organiser.replies import organise
from scheduler.web.uploads import apart, uploaded

PROBLEMS_SHOWN = 200


@blueprint.route("/people/import", methods=["GET", "POST"])
@access.co_organiser
def people_import(event_slug: str) -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return _page()
    # The form is taken apart before the database is let go.
    form = PeopleTableForm(request.form)
    data, text, separator = uploaded("file", MOST_BYTES), said(form, "text"), said(form, "separator", 1)
    try:
        sheet = apart(lambda: _read(data, text, separator))
        people = people_of(sheet)
        kinds = kinds_of(db.session, this_event())
        judged = apart(lambda: judge_people(kinds, people.rows))
    except (Invalid, Busy) as error:
        return _page(error=error.message, text=text, separator=separator), error.status
    checked = check_people(db.session, this_event(), judged)
    if request.form.get("act") != "store" or not checked.ready:
        return _page(sheet=sheet, people=people, checked=checked, text=write_text(sheet.rows), separator=";")
    count = store_people(
        db.session,
        this_event(),
        checked,
        signed_in_user(),
        brought_by_id=bringing_for(),
        shown=bool(form.shown.data),
    )
    sentence = ngettext("One person is registered.", "%(num)d people are registered.", count)
    left = _left(sheet, people, checked)
    again = judge_people(kinds, people_of(left).rows) if len(left.rows) > 1 else ()
    rest = check_people(db.session, this_event(), again) if again else None
    if rest is not None and rest.problems:
        return _page(
            sheet=left,
            people=people,
            checked=rest,
            text=write_text(left.rows),
            separator=";",
            stored=sentence,
        )
    flash(sentence, "good")
    if checked.faulty:
        flash(
            ngettext(
                "One row was left out: it repeats somebody.",
                "%(num)d rows were left out: they repeat somebody.",
                checked.faulty,
            )
        )
    return redirect(organise("people", sort="latest"))


def _read(data: bytes | None, text: str, separator: str) -> Sheet:
    if data is not None:
        return read_sheet(data, COLUMN_OF.keys(), holds_people)
    return read_text(text, COLUMN_OF.keys(), separator)


def _left(sheet: Sheet, people: PeopleTable, checked: Checked) -> Sheet:
    """The rows that were not stored, below their headings: a small table of its own, to be corrected."""
    faulty = {problem.number for problem in checked.problems}
    rows = (people.headings, *(row for row in sheet.rows if row.number in faulty))
    return Sheet(tuple(SheetRow(number, row.cells) for number, row in enumerate(rows, start=1)))


def _page(
    *,
    sheet: Sheet | None = None,
    people: PeopleTable | None = None,
    checked: Checked | None = None,
    text: str = "",
    separator: str = "",
    error: str = "",
    stored: str = "",
) -> str:
    read: dict[str, list[str]] = {}
    for kind, heading in people.read if people is not None else ():
        read.setdefault(column_label(kind), []).append(heading)
    form = PeopleTableForm(
        data={"text": text, "separator": separator, "shown": bool(request.form.get("shown"))}
    )
    return render_template(
        "organiser/people_import.html",
        form=form,
        sheet=sheet,
        people=people,
        checked=checked,
        read=read,
        error=error,
        stored=stored,
        shown=PROBLEMS_SHOWN,
        types=type_names(db.session, this_event().id),
        country=country_names.country,
    )
