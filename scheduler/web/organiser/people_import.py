"""Importing a list of people: look at it, say how it is read, correct it, store what is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.enums import ImportState, ImportTask
from scheduler.errors import Invalid
from scheduler.exports.tables import as_xlsx
from scheduler.extensions import db
from scheduler.imports.columns import examples_of, find_columns, width_of
from scheduler.imports.headings import COLUMN_OF
from scheduler.imports.sheets import MOST_BYTES, Sheet, read_sheet, read_text
from scheduler.models import PeopleImport
from scheduler.queries.people.imports import recent_lists
from scheduler.queries.rounds.rounds import type_names
from scheduler.sandbox.run import Busy
from scheduler.services.people_import import lists
from scheduler.services.people_import.answers import worded
from scheduler.services.people_import.check import CheckedList, check_people
from scheduler.services.people_import.errands import is_large
from scheduler.services.people_import.reading import (
    ListChoices,
    ListReading,
    choices_of,
    holds_list,
    read_list,
)
from scheduler.services.people_import.remarks import field_label
from scheduler.services.people_import.vocabulary import NEW, Vocabulary, say, vocabulary_of
from scheduler.web import access, country_names
from scheduler.web.access import this_event
from scheduler.web.downloads import XLSX, download
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.correction_grid import correction_grid, position_of
from scheduler.web.organiser.people_import_forms import (
    NOTHING,
    PeopleTableForm,
    ReadingForm,
    StoringForm,
    columns_form,
    twins_form,
    words_form,
)
from scheduler.web.organiser.people_import_storing import (
    address_of,
    instead_of_list,
    instead_of_press,
    leave_to_worker,
    own_list,
    refused,
    store,
)
from scheduler.web.organiser.permissions import bringing_for, is_full, may_show, signed_in_user
from scheduler.web.organiser.replies import organise
from scheduler.web.uploads import apart, uploaded

PROBLEMS_SHOWN = 200
WORDS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Looked:
    """A list as it is now: how it was read, and what storing it would do."""

    known: Vocabulary
    reading: ListReading
    checked: CheckedList


@blueprint.route("/people/import", methods=["GET", "POST"])
@access.co_organiser
def people_import(event_slug: str) -> str | Response | tuple[str, int]:
    bringing_for()
    if request.method == "GET":
        return _upload_page(PeopleTableForm())
    # The form is taken apart before the database is let go.
    form = PeopleTableForm(request.form)
    data, text, separator = uploaded("file", MOST_BYTES), said(form, "text"), said(form, "separator", 1)
    file = request.files.get("file")
    name = (file.filename or "") if file is not None else ""
    try:
        if data is not None:
            sheet = apart(lambda: read_sheet(data, COLUMN_OF.keys(), holds_list))
        else:
            sheet = apart(lambda: read_text(text, COLUMN_OF.keys(), separator))
    except (Invalid, Busy) as error:
        return _upload_page(PeopleTableForm(data={"text": text}), error.message), error.status
    options = StoringForm(request.form)
    choices = ListChoices(
        update=said(options, "update") == "yes",
        shown=bool(options.shown.data) and may_show(),
        approved=bool(options.approved.data) and may_show(),
    )
    looked = _look(sheet, choices) if request.form.get("act") == "store" else None
    found = lists.open_list(db.session, this_event(), sheet, name, signed_in_user(), choices)
    if looked is not None and looked.checked.ready:
        return store(found, looked.reading, looked.checked)
    return redirect(address_of(found))


@blueprint.route("/people/import/<list_id>/", methods=["GET", "POST"])
@access.co_organiser
def people_import_list(event_slug: str, list_id: str) -> str | Response | tuple[str, int]:
    found = own_list(list_id)
    if request.method == "GET" and (found.task is not None or found.state is not ImportState.OPEN):
        return instead_of_list(found)
    if request.method == "GET":
        return _list_page(found, _look_at(list_id))
    if found.task is not None:
        return instead_of_press(found)
    acts: dict[str, Callable[[str], Response]] = {
        "columns": _choose_columns,
        "words": _explain_words,
        "cells": _correct_cells,
        "who": _say_who,
        "store": _choose_and_store,
        "discard": _discard,
    }
    act = acts.get(request.form.get("act", ""))
    if act is None:
        raise Invalid(_("This button is not known. Reload the page."))
    return act(list_id)


@blueprint.get("/people/import/<list_id>/left-out.xlsx")
@access.co_organiser
def people_import_problems(event_slug: str, list_id: str) -> FlaskResponse:
    looked = _look_at(list_id)
    reasons: dict[int, list[str]] = {}
    for problem in looked.checked.problems:
        reasons.setdefault(problem.number, []).append(f"{problem.column}: {problem.text}")
    for twin in looked.checked.twins:
        known = _("Somebody of this name and organisation is registered with %(mail)s.", mail=twin.registered)
        reasons.setdefault(twin.number, []).append(known)
    columns = looked.reading.columns
    positions = range(max(len(row.cells) for row in (columns.headings, *columns.rows)))
    # Below its own headings: corrected, it can be imported as it is.
    content = as_xlsx(
        (*map(columns.headings.at, positions), _("Row in the file"), _("What to do")),
        (
            (*map(row.at, positions), row.number, "\n".join(reasons[row.number]))
            for row in columns.rows
            if row.number in reasons
        ),
    )
    return download(content, XLSX, "left-out.xlsx")


def _look_at(list_id: str) -> _Looked:
    found = own_list(list_id)
    return _look(lists.sheet_of(found), choices_of(found.choices))


def _look(sheet: Sheet, choices: ListChoices) -> _Looked:
    """Read and judge a list apart from the database, before anything is written; then ask what it would do."""
    known = vocabulary_of(db.session, this_event())
    reading = apart(lambda: read_list(sheet, choices, known))
    checked = check_people(
        db.session,
        this_event(),
        reading.judged,
        said_of_twins=choices.twins,
        brought_by_id=None if is_full() else bringing_for(),
    )
    return _Looked(known, reading, checked)


def _choose_columns(list_id: str) -> Response:
    form = ReadingForm(request.form)
    columns = {
        int(name.removeprefix("column-")): value
        for name, value in request.form.items()
        if name.startswith("column-") and name.removeprefix("column-").isdecimal()
    }
    row = said(form, "headings", 9)
    found = own_list(list_id, lock=True)
    before = choices_of(found.choices).headings
    first = int(row) if row.isdecimal() else 0
    looked_at = before or find_columns(lists.sheet_of(found)).headings.number
    lists.choose_columns(
        found,
        columns,
        headings=before if first == looked_at else first,
        type_code=said(form, "type", 40),
        unvalidated=bool(form.unvalidated.data),
    )
    flash(_("The list is read anew."), "good")
    return redirect(address_of(found))


def _explain_words(list_id: str) -> Response:
    rest = request.form.get("topics", "")
    unknown = _look_at(list_id).checked.words if rest in (NEW, NOTHING) else {}
    found, event, actor = own_list(list_id, lock=True), this_event(), signed_in_user()
    said_already = {name for name, value in request.form.items() if value}
    count = 0
    for name, value in request.form.items():
        if name.startswith("word:") and value:
            _word, kind, word = name.split(":", 2)
            say(db.session, event, kind, word, "" if value == NOTHING else value, actor)
            count += 1
    for kind, word in unknown:
        if kind == "topic" and f"word:topic:{word}" not in said_already:
            say(db.session, event, "topic", word, NEW if rest == NEW else "", actor)
            count += 1
    flash(
        ngettext(
            "One word is explained, for later lists too.",
            "%(num)d words are explained, for later lists too.",
            count,
        ),
        "good",
    )
    return redirect(address_of(found))


def _correct_cells(list_id: str) -> Response:
    found = own_list(list_id, lock=True)
    cells: dict[tuple[int, int], str] = {}
    for name, value in request.form.items():
        place = position_of(name)
        if place is not None:
            cells[place] = " ".join(value[:1000].split())
    lists.correct_cells(found, cells)
    flash(_("Kept. The rows are checked anew."), "good")
    return redirect(address_of(found))


def _say_who(list_id: str) -> Response:
    found = own_list(list_id, lock=True)
    twins = {
        int(name.removeprefix("who-")): value
        for name, value in request.form.items()
        if name.startswith("who-") and name.removeprefix("who-").isdecimal()
    }
    lists.say_who(found, twins)
    flash(_("Kept. The rows are checked anew."), "good")
    return redirect(address_of(found))


def _choose_and_store(list_id: str) -> Response:
    form = StoringForm(request.form)
    # Thousands of rows are looked at by the worker alone.
    looked = None if is_large(own_list(list_id)) else _look_at(list_id)
    found = own_list(list_id, lock=True)
    if found.task is not None:
        return instead_of_press(found)
    lists.choose_options(
        found,
        update=said(form, "update") == "yes",
        shown=bool(form.shown.data) and may_show(),
        approved=bool(form.approved.data) and may_show(),
    )
    if looked is None:
        return leave_to_worker(found, ImportTask.STORE)
    return store(found, looked.reading, looked.checked)


def _discard(list_id: str) -> Response:
    lists.discard_list(db.session, own_list(list_id, lock=True))
    flash(_("The list is thrown away. Nothing of it was stored."), "good")
    return redirect(organise("people_import"))


def _upload_page(form: PeopleTableForm, error: str = "") -> str:
    own = None if is_full() else signed_in_user().id
    return render_template(
        "organiser/people_import.html",
        form=form,
        error=error,
        types=type_names(db.session, this_event().id),
        lists=recent_lists(db.session, this_event().id, of_user=own),
    )


def _field_value(known: Vocabulary, name: str, value: str) -> str:
    """A field of somebody as people read it: types by name, choices by theirs."""
    if name in known.questions:
        return worded(known.questions[name], value)
    if name == "type":
        return next((kind.name for kind in known.types if kind.code == value), value)
    return value


def _list_page(found: PeopleImport, looked: _Looked) -> str:
    known, reading, checked = looked.known, looked.reading, looked.checked
    choices = choices_of(found.choices)
    types = {kind.code: kind.name for kind in known.types}
    width = width_of(reading.columns)
    counts = checked.words
    words = sorted(counts, key=lambda pair: (pair[0] != "type", -counts[pair], pair))
    return render_template(
        "organiser/people_import_list.html",
        list=found,
        refused=refused(found),
        reading=reading,
        checked=checked,
        choices=choices,
        types=types,
        columns=columns_form(reading, choices, types, width, known),
        examples=[examples_of(reading.columns, n) for n in range(width)],
        words=words_form(words[:WORDS_SHOWN], known, country_names.countries(), country_names.languages()),
        word_counts={f"word:{kind}:{word}": count for (kind, word), count in counts.items()},
        words_left=max(0, len(words) - WORDS_SHOWN),
        twins=twins_form(checked.twins[:PROBLEMS_SHOWN]),
        grid=correction_grid(reading, checked),
        storing=StoringForm(
            data={
                "update": "yes" if choices.update else "",
                "shown": choices.shown,
                "approved": choices.approved,
            }
        ),
        shown=PROBLEMS_SHOWN,
        field_label=lambda name: (
            known.questions[name].label if name in known.questions else field_label(name)
        ),
        field_value=partial(_field_value, known),
        questions=known.questions,
        country=country_names.country,
    )
