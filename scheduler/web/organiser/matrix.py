"""The matching matrix: who may ask whom, and the rules of each cell."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.matrix import Cell
from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db
from scheduler.models import ParticipantType
from scheduler.queries.rounds.rounds import Matrix, matrix, slot_lengths
from scheduler.services.rounds.matrix import set_cells, set_matrix
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.matrix_forms import CellForm
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.replies import blame, organise


@blueprint.route("/rounds/matrix", methods=["GET", "POST"])
@access.organiser
def rounds_matrix(event_slug: str) -> str | Response | tuple[str, int]:
    actor = require_full()
    event = this_event()
    found = matrix(db.session, event.id)
    error = ""
    if request.method == "POST":
        pairs = {
            (one.code, other.code): request.form[name]
            for one in found.types
            for other in found.types
            if (name := f"m-{one.code}-{other.code}") in request.form
        }
        try:
            changed = set_matrix(db.session, event, pairs, actor)
        except Invalid as complaint:
            error = complaint.message
        else:
            flash(_("Saved: %(n)d pairs changed.", n=changed), "good")
            return redirect(organise("rounds"))
    page = render_template("organiser/matrix.html", matrix=found, error=error, entered=request.form)
    return (page, 422) if error else page


@blueprint.route("/rounds/matrix/<asking>/<asked>", methods=["GET", "POST"])
@access.organiser
def rounds_matrix_cell(event_slug: str, asking: str, asked: str) -> str | Response | tuple[str, int]:
    """The rules by which one type asks another; they can be set for more of the row at once."""
    actor = require_full()
    event, found = this_event(), matrix(db.session, this_event().id)
    one, other = _type(found, asking), _type(found, asked)
    form = _form(found, one, other)
    if form.validate_on_submit():
        pairs = [(one.code, code) for code in (other.code, *(form.also.data or []))]
        if form.both_ways.data:
            pairs += [pair[::-1] for pair in pairs]
        try:
            changed = set_cells(db.session, event, pairs, form.cell(), actor)
        except Invalid as error:
            blame(form, error)
        else:
            flash(ngettext("Saved: %(num)d pair changed.", "Saved: %(num)d pairs changed.", changed), "good")
            return redirect(organise("rounds") + "#matrix")
    page = render_template("organiser/matrix_cell.html", form=form, one=one, other=other)
    return (page, 422) if form.is_submitted() else page


def _form(found: Matrix, one: ParticipantType, other: ParticipantType) -> CellForm:
    form = CellForm()
    cell: Cell | None = found.cells.get((one.id, other.id))
    lengths = {*slot_lengths(db.session, this_event().id)}
    if cell is not None and cell.slot_minutes is not None:
        lengths.add(cell.slot_minutes)
    rest = [(each.code, each.name) for each in found.types if each.id != other.id]
    form.offer(sorted(lengths), rest)
    if not form.is_submitted():
        form.show(cell)
        if request.args.get("row"):
            form.may_ask.data, form.also.data = True, [code for code, _name in rest]
    return form


def _type(found: Matrix, code: str) -> ParticipantType:
    for each in found.types:
        if each.code == code:
            return each
    raise NotFound(_("There is no such type of participant at this event."))
