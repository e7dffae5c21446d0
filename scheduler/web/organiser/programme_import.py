"""Taking over a programme from a file: brought, looked at, taken over; brought again, it updates."""

from __future__ import annotations

from collections import Counter

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.errors import Invalid
from scheduler.exports.tables import as_xlsx
from scheduler.extensions import db
from scheduler.imports.programme import read_programme
from scheduler.imports.sheets import MOST_BYTES
from scheduler.models import Pavilion
from scheduler.queries.venue.venue import pavilions_in_use
from scheduler.sandbox.run import Busy
from scheduler.services.event import programme_import as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.downloads import XLSX, download
from scheduler.web.filters import when
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import ProgrammeFileForm, TakeOverForm
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.replies import organise
from scheduler.web.uploads import apart, uploaded

SHOWN = 40
EACH = "each"
"""A pavilion is made of each place that is none."""


@blueprint.route("/programme/import", methods=["GET", "POST"])
@access.organiser
def programme_import(event_slug: str) -> str | Response | tuple[str, int]:
    require_full()
    if request.method == "GET":
        return render_template("organiser/programme_import.html", form=ProgrammeFileForm(), error="")
    data = uploaded("file", MOST_BYTES)
    file = request.files.get("file")
    name = (file.filename or "") if file is not None else ""
    try:
        if data is None:
            raise Invalid(_("Choose a file."), "file")
        zone = this_event().timezone
        found = apart(lambda: read_programme(data, zone))
    except (Invalid, Busy) as error:
        page = render_template(
            "organiser/programme_import.html", form=ProgrammeFileForm(), error=error.message
        )
        return page, error.status
    kept = service.keep_programme(db.session, this_event(), found, name)
    move = "1" if service.days_apart(this_event(), found) else ""
    return redirect(organise("programme_import_look", import_id=kept.public_id, move=move or None))


@blueprint.route("/programme/import/<import_id>/", methods=["GET", "POST"])
@access.organiser
def programme_import_look(event_slug: str, import_id: str) -> str | Response | tuple[str, int]:
    actor = require_full()
    event = this_event()
    kept = service.kept_programme(db.session, event, import_id)
    found = service.unpacked(kept)
    form = TakeOverForm(request.form)
    if request.method == "POST" and form.throw.data:
        db.session.delete(kept)
        flash(_("The file is thrown away. Nothing of it was stored."), "good")
        return redirect(organise("programme_import"))
    moved = bool(form.move.data) if request.method == "POST" else bool(request.args.get("move"))
    where = said(form, "places", 40)
    home = _pavilions().get(where)
    checked = service.check_programme(db.session, event, found, move=moved, home=home)
    error = ""
    if request.method == "POST":
        try:
            if where == EACH and checked.places:
                service.make_pavilions(db.session, event, list(checked.places), actor)
                checked = service.check_programme(db.session, event, found, move=moved)
            done = service.take_over(db.session, event, kept, checked, actor, remove=form.remove.data or ())
        except Invalid as refused:
            db.session.rollback()
            error, kept = refused.message, service.kept_programme(db.session, this_event(), import_id)
            checked = service.check_programme(db.session, this_event(), found, move=moved)
        else:
            flash(_said(done), "good")
            return redirect(organise("programme"))
    page = render_template(
        "organiser/programme_import_look.html",
        kept=kept,
        checked=checked,
        reasons=Counter(row.reason for row in checked.left),
        form=_take_over_form(checked, where),
        guessed=found.guessed,
        apart=service.days_apart(this_event(), found),
        moved=moved,
        shown=SHOWN,
        labels=_labels(),
        pavilions={row.id: row.name for row in _pavilions().values()},
        error=error,
    )
    return (page, 422) if error else page


@blueprint.get("/programme/import/<import_id>/left-out.xlsx")
@access.organiser
def programme_import_left(event_slug: str, import_id: str) -> FlaskResponse:
    require_full()
    event = this_event()
    found = service.unpacked(service.kept_programme(db.session, event, import_id))
    checked = service.check_programme(db.session, event, found, move=bool(request.args.get("move")))
    rows = [(row.where, row.title, row.reason) for row in checked.left]
    content = as_xlsx((_("Where"), _("Title"), _("Why")), rows)
    return download(content, XLSX, "left-out.xlsx")


def _said(done: service.TakenOver) -> str:
    parts = [ngettext("One session is added.", "%(num)d sessions are added.", done.added)]
    if done.changed:
        parts.append(ngettext("One is changed.", "%(num)d are changed.", done.changed))
    if done.removed:
        parts.append(ngettext("One is taken out.", "%(num)d are taken out.", done.removed))
    return " ".join(parts)


def _pavilions() -> dict[str, Pavilion]:
    return {row.public_id: row for row in pavilions_in_use(db.session, this_event().id)}


def _take_over_form(checked: service.CheckedProgramme, where: str) -> TakeOverForm:
    form = TakeOverForm(data={"move": "1", "places": where})
    form.places.choices = [
        SelectChoice("", _("Keep their names as rooms, in no pavilion")),
        SelectChoice(EACH, _("Make a pavilion of each")),
    ]
    for key, row in _pavilions().items():
        form.places.choices.append(SelectChoice(key, _("They are rooms in %(name)s", name=row.name)))
    form.remove.choices = [
        SelectChoice(row.public_id, f"{row.title} · {when(row.starts_at, row.ends_at)}")
        for row in checked.gone
    ]
    return form


def _labels() -> dict[str, str]:
    return {
        "title": _("Title"),
        "kind": _("Kind"),
        "starts_at": _("Start"),
        "ends_at": _("End"),
        "pavilion_id": _("Pavilion"),
        "room": _("Room"),
        "description": _("Description"),
        "speakers": _("Speakers"),
        "track": _("Track"),
        "language": _("Language"),
        "link": _("Link"),
        "source": _("Name in the file"),
        "capacity": _("Seats"),
    }
