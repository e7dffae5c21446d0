"""The places of a pavilion: tables, rooms and stands, when they are open, and taking them out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import PlaceKind
from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db
from scheduler.models import Pavilion, Place
from scheduler.queries.event.programme import block_lines
from scheduler.queries.meetings.uses import Uses
from scheduler.queries.venue.venue import (
    openings,
    openings_of,
    pavilion_by_public_id,
    pavilion_lines,
    place_by_public_id,
    place_lines,
    places_taken_out,
    walks,
)
from scheduler.services.venue import removal
from scheduler.services.venue import venue as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import when
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import PlaceForm
from scheduler.web.organiser.permissions import is_full, may_change, require_change, require_full
from scheduler.web.organiser.replies import blame, confirmed, organise


def this_pavilion(public_id: str, *, taken_out: bool = False) -> Pavilion:
    """The pavilion in the address. Raises NotFound."""
    found = pavilion_by_public_id(db.session, this_event().id, public_id)
    if found is None or (found.retired_at is not None) is not taken_out:
        raise NotFound(_("There is no such pavilion at this event."))
    return found


def _place(public_id: str, *, taken_out: bool = False) -> Place:
    found = place_by_public_id(db.session, this_event().id, public_id)
    if found is None or (found.retired_at is not None) is not taken_out:
        raise NotFound(_("There is no such place at this event."))
    return found


@blueprint.get("/venue/pavilions/<pavilion_id>/")
@access.organiser
def venue_pavilion(event_slug: str, pavilion_id: str) -> str:
    return _pavilion_page(this_pavilion(pavilion_id), _form())


@blueprint.route("/venue/pavilions/<pavilion_id>/remove", methods=["GET", "POST"])
@access.organiser
def venue_pavilion_remove(event_slug: str, pavilion_id: str) -> str | Response:
    """Remove a pavilion: at once when plans and programme do not need it, else what that touches is said first."""
    actor = require_full()
    event, pavilion = this_event(), this_pavilion(pavilion_id)
    found = removal.uses_of_pavilion(db.session, event, pavilion)
    sessions = removal.sessions_in(db.session, this_event(), pavilion)
    if request.method == "GET" or not ((found.nothing and not sessions) or confirmed()):
        places = len(place_lines(db.session, pavilion))
        return render_template(
            "organiser/pavilion_remove.html", pavilion=pavilion, uses=found, sessions=sessions, places=places
        )
    name = pavilion.name
    removal.remove_pavilion(db.session, event, pavilion, actor)
    flash(_("%(name)s is removed.", name=name), "good")
    return redirect(organise("venue"))


@blueprint.post("/venue/pavilions/<pavilion_id>/restore")
@access.organiser
def venue_pavilion_restore(event_slug: str, pavilion_id: str) -> Response:
    actor = require_full()
    pavilion = this_pavilion(pavilion_id, taken_out=True)
    removal.restore_pavilion(db.session, this_event(), pavilion, actor)
    flash(_("%(name)s is back.", name=pavilion.name), "good")
    return redirect(organise("venue_pavilion", pavilion_id=pavilion.public_id))


@blueprint.post("/venue/pavilions/<pavilion_id>/places")
@access.co_organiser
def venue_place_new(event_slug: str, pavilion_id: str) -> str | Response | tuple[str, int]:
    pavilion, form = this_pavilion(pavilion_id), _form()
    actor = require_change(pavilion)
    if form.validate_on_submit():
        try:
            place = service.add_place(db.session, this_event(), pavilion, _entry(form), actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("%(name)s is added.", name=place.name), "good")
            return redirect(organise("venue_pavilion", pavilion_id=pavilion.public_id))
    return _pavilion_page(pavilion, form), 422


@blueprint.route("/venue/places/<place_id>", methods=["GET", "POST"])
@access.co_organiser
def venue_place(event_slug: str, place_id: str) -> str | Response | tuple[str, int]:
    """Change a place. Meetings that would no longer fit are said first, with the form as it was entered."""
    event, place = this_event(), _place(place_id)
    actor = require_change(place)
    form, found = _form(), None
    if request.method == "GET":
        _show(form, place)
        return _place_page(form, place)
    if form.validate_on_submit():
        try:
            found = service.preview_place(db.session, event, place, _entry(form))
            if found.nothing or confirmed():
                service.change_place(db.session, event, place, _entry(form), actor)
                flash(_("Saved."), "good")
                return redirect(organise("venue_pavilion", pavilion_id=place.pavilion.public_id))
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
            found = None
    return _place_page(form, place, found), 200 if found is not None else 422


@blueprint.route("/venue/places/<place_id>/remove", methods=["GET", "POST"])
@access.co_organiser
def venue_place_remove(event_slug: str, place_id: str) -> str | Response:
    """Remove a place: at once when no plan holds meetings there, else what that touches is said first."""
    event, place = this_event(), _place(place_id)
    actor = require_change(place)
    found = removal.uses_of_place(db.session, event, place)
    if request.method == "GET" or not (found.nothing or confirmed()):
        return render_template("organiser/place_remove.html", place=place, uses=found)
    name, pavilion = place.name, place.pavilion.public_id
    removal.remove_place(db.session, event, place, actor)
    flash(_("%(name)s is removed.", name=name), "good")
    return redirect(organise("venue_pavilion", pavilion_id=pavilion))


@blueprint.post("/venue/places/<place_id>/restore")
@access.co_organiser
def venue_place_restore(event_slug: str, place_id: str) -> Response:
    place = _place(place_id, taken_out=True)
    actor = require_change(place)
    removal.restore_place(db.session, this_event(), place, actor)
    flash(_("%(name)s is back.", name=place.name), "good")
    return redirect(organise("venue_pavilion", pavilion_id=place.pavilion.public_id))


def _pavilion_page(pavilion: Pavilion, form: PlaceForm) -> str:
    event = this_event()
    return render_template(
        "organiser/pavilion.html",
        pavilion=pavilion,
        places=place_lines(db.session, pavilion),
        openings=openings_of(db.session, pavilion),
        taken_out=places_taken_out(db.session, pavilion),
        others=[line for line in pavilion_lines(db.session, event.id) if line.pavilion.id != pavilion.id],
        walks=walks(db.session, event.id),
        form=form,
        may_change=may_change(pavilion),
        may_remove=is_full(),
    )


def _place_page(form: PlaceForm, place: Place, found: Uses | None = None) -> str:
    return render_template("organiser/place.html", form=form, place=place, uses=found)


def _form() -> PlaceForm:
    form = PlaceForm()
    form.offer(
        (line.block.public_id, f"{line.block.name}, {when(line.block.starts_at, line.block.ends_at)}")
        for line in block_lines(db.session, this_event().id)
    )
    return form


def _show(form: PlaceForm, place: Place) -> None:
    opened = openings(db.session, place)
    form.name.data, form.capacity.data, form.kind.data = place.name, place.capacity, place.kind.value
    form.organisation.data = place.organisation.name if place.organisation else ""
    form.hours.data = "blocks" if opened else "always"
    form.blocks.data = [block.public_id for block in opened]


def _entry(form: PlaceForm) -> service.PlaceEntry:
    return service.PlaceEntry(
        PlaceKind(form.kind.data),
        form.name.data or "",
        form.capacity.data or 1,
        form.organisation.data or "",
        (form.blocks.data or ()) if form.hours.data == "blocks" else None,
    )
