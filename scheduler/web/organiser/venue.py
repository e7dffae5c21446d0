"""The venue: plan, pavilions, places, walking minutes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.walking import PACE
from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import Pavilion
from scheduler.queries.venue.venue import (
    PavilionLine,
    missing_ways,
    pavilion_lines,
    pavilions_taken_out,
    walks,
)
from scheduler.services.venue import venue as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import blame as blame_field
from scheduler.web.form_fields import said
from scheduler.web.halls.picture import hall_pictures
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import FiguresForm, PavilionForm
from scheduler.web.organiser.permissions import is_full, require_change, require_full
from scheduler.web.organiser.places import this_pavilion
from scheduler.web.organiser.plan_picture import HEIGHT, WIDTH, boxes, ways
from scheduler.web.organiser.replies import blame, organise


@blueprint.get("/venue/")
@access.organiser
def venue(event_slug: str) -> str:
    event = this_event()
    lines = pavilion_lines(db.session, event.id)
    found = walks(db.session, event.id)
    drawn = boxes([line for line in lines if line.pavilion.placed and not line.pavilion.off_site])
    pictures, halls = hall_pictures()
    return render_template(
        "organiser/venue.html",
        lines=lines,
        walks=found,
        missing=missing_ways(db.session, event.id, found),
        pace=PACE,
        pictures=pictures,
        halls=halls,
        boxes=drawn,
        ways=ways(drawn, found),
        size=(WIDTH, HEIGHT),
        taken_out=pavilions_taken_out(db.session, event.id),
        may_change=is_full(),
    )


@blueprint.route("/venue/walking", methods=["GET", "POST"])
@access.organiser
def venue_walking(event_slug: str) -> str | Response | tuple[str, int]:
    actor = require_full()
    event = this_event()
    lines = pavilion_lines(db.session, event.id)
    error = ""
    known = walks(db.session, event.id)
    figures = FiguresForm(request.form if request.method == "POST" else None, obj=event)
    if request.method == "POST":
        try:
            changed = service.set_walks(db.session, event, _entered(lines), actor)
            service.set_scale(
                db.session, event, _whole(figures, "hall_width"), _whole(figures, "hall_depth"), actor
            )
            service.assume_walk(db.session, event, _whole(figures, "assumed_walk"), actor)
        except Invalid as complaint:
            db.session.rollback()
            error = complaint.message
            blame_field(figures, complaint)
        else:
            said = ngettext("Saved: %(num)d walk changed.", "Saved: %(num)d walks changed.", changed)
            flash(said if changed else _("Saved."), "good")
            return redirect(organise("venue"))
    page = render_template(
        "organiser/walking.html",
        lines=lines,
        walks=known,
        missing=missing_ways(db.session, event.id, known),
        pace=PACE,
        error=error,
        figures=figures,
        entered=request.form,
    )
    return (page, 422) if error else page


def _whole(form: FiguresForm, name: str) -> int | None:
    """A whole number of the form, None for nothing. Raises Invalid, naming the field."""
    text = said(form, name).strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid(_("“%(text)s” is no whole number.", text=text[:20]), name)
    return int(text) if text else None


def _entered(lines: tuple[PavilionLine, ...]) -> dict[tuple[int, int], int | None]:
    minutes: dict[tuple[int, int], int | None] = {}
    for one in lines:
        for other in lines:
            name = f"w-{one.pavilion.public_id}-{other.pavilion.public_id}"
            if name not in request.form:
                continue
            text = request.form[name].strip()
            if text and not (text.isascii() and text.isdigit() and len(text) < 6):
                raise Invalid(
                    _(
                        "%(one)s to %(other)s: “%(text)s” is no number of minutes. Nothing was changed.",
                        one=one.pavilion.name,
                        other=other.pavilion.name,
                        text=text[:20],
                    )
                )
            minutes[one.pavilion.id, other.pavilion.id] = int(text) if text else None
    return minutes


@blueprint.route("/venue/pavilions/new", methods=["GET", "POST"])
@access.organiser
def venue_pavilion_new(event_slug: str) -> str | Response | tuple[str, int]:
    return _edit_pavilion(None)


@blueprint.route("/venue/pavilions/<pavilion_id>/edit", methods=["GET", "POST"])
@access.co_organiser
def venue_pavilion_edit(event_slug: str, pavilion_id: str) -> str | Response | tuple[str, int]:
    return _edit_pavilion(this_pavilion(pavilion_id))


def _edit_pavilion(pavilion: Pavilion | None) -> str | Response | tuple[str, int]:
    actor = require_change(pavilion) if pavilion is not None else require_full()
    form = PavilionForm(obj=pavilion)
    if pavilion is not None and not pavilion.placed and not form.is_submitted():
        form.x.data = form.y.data = None
    if form.validate_on_submit():
        entry = service.PavilionEntry(
            form.name.data or "",
            form.x.data,
            form.y.data,
            bool(form.off_site.data),
            form.address.data or "",
            form.note.data or "",
        )
        try:
            saved = service.save_pavilion(db.session, this_event(), pavilion, entry, actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("Saved."), "good")
            return redirect(organise("venue_pavilion", pavilion_id=saved.public_id))
    page = render_template("organiser/pavilion_form.html", form=form, pavilion=pavilion)
    return (page, 422) if form.is_submitted() else page
