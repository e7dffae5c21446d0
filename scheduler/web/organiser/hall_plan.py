"""The plan of a hall: what stands where, entrances, aisles, and placing by the names on the drawing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import Hall
from scheduler.queries.venue.halls import Thing, ThingKind, thing_by_key, things_on, things_to_place
from scheduler.services.venue import halls as service
from scheduler.services.venue.hall_names import match_names, place_by_names
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import blame, said
from scheduler.web.halls.picture import HallPicture, Mark, aisles_of
from scheduler.web.halls.routes import ZOOMS, zoom
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.hall_forms import (
    AislesForm,
    PointForm,
    ThingFilter,
    aisles_of_text,
    position_of,
    text_of_aisles,
)
from scheduler.web.organiser.halls import this_hall
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import here, organise

SHOWN = 60
NEW_ENTRANCE = "e-"


@blueprint.get("/venue/halls/<hall_id>/")
@access.organiser
def venue_hall(event_slug: str, hall_id: str) -> str:
    """The plan; `what` is chosen to be placed."""
    hall = this_hall(hall_id)
    chosen = _chosen(request.args.get("what", ""))
    on_it = chosen is not None and chosen.hall_id == hall.id
    form = PointForm(
        data={
            "what": chosen.key if chosen else "",
            "name": chosen.name if chosen else "",
            "x": f"{chosen.x:g}" if chosen and on_it else "",
            "y": f"{chosen.y:g}" if chosen and on_it else "",
        }
    )
    return _page(hall, form, chosen)


@blueprint.post("/venue/halls/<hall_id>/points")
@access.organiser
def venue_hall_put(event_slug: str, hall_id: str) -> str | Response | tuple[str, int]:
    """Put what is chosen on the plan (`x`, `y`), or take it off (`off`)."""
    actor, hall, form = require_full(), this_hall(hall_id), PointForm(request.form)
    what = said(form, "what", 40)
    chosen = _chosen(what)
    was_placed = chosen is not None and chosen.hall_id is not None
    try:
        if request.form.get("off"):
            service.take_off(db.session, this_event(), hall, what, actor)
            flash(_("It is off the plan."), "good")
            return redirect(_address(hall, ""))
        service.put_thing(db.session, this_event(), hall, what, position_of(form), actor, said(form, "name"))
    except Invalid as error:
        db.session.rollback()
        blame(form, error)
        return _page(this_hall(hall_id), form, _chosen(what)), 422
    if what == NEW_ENTRANCE or was_placed:
        flash(_("Saved."), "good")
        return redirect(_address(hall, what))
    left, _count = things_to_place(db.session, this_event().id, request.args.get("q", ""), 1)
    return redirect(_address(hall, left[0].key if left else ""))


@blueprint.route("/venue/halls/<hall_id>/aisles", methods=["GET", "POST"])
@access.organiser
def venue_hall_aisles(event_slug: str, hall_id: str) -> str | Response | tuple[str, int]:
    actor, hall = require_full(), this_hall(hall_id)
    form = (
        AislesForm(request.form)
        if request.method == "POST"
        else AislesForm(data={"lines": text_of_aisles(hall.aisles)})
    )
    if request.method == "POST":
        try:
            lines = aisles_of_text(said(form, "lines"))
            changed = service.set_aisles(db.session, this_event(), hall, lines, actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error, 50_000)
        else:
            flash(_("The aisles are saved.") if changed else _("Nothing was changed."), "good")
            return redirect(_address(hall, ""))
    hall = this_hall(hall_id)
    page = render_template(
        "organiser/hall_aisles.html",
        hall=hall,
        form=form,
        picture=HallPicture(hall, _marks(things_on(db.session, hall), hall, None)),
        zoom=zoom(),
        zooms_offered=ZOOMS,
        here=here,
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/venue/halls/<hall_id>/names", methods=["GET", "POST"])
@access.organiser
def venue_hall_names(event_slug: str, hall_id: str) -> str | Response:
    """What the names on the drawing are; placing all of them at once."""
    actor, hall = require_full(), this_hall(hall_id)
    if request.method == "GET":
        matches = match_names(db.session, this_event(), hall)
        return render_template("organiser/hall_names.html", hall=hall, matches=matches, shown=SHOWN)
    count = place_by_names(db.session, this_event(), hall, actor, move=request.form.get("move") == "yes")
    flash(ngettext("%(num)d is placed.", "%(num)d are placed.", count), "good")
    return redirect(organise("venue_hall", hall_id=hall.public_id))


def _chosen(key: str) -> Thing | None:
    if key == NEW_ENTRANCE:
        return Thing(ThingKind.ENTRANCE, "", "")
    return thing_by_key(db.session, this_event().id, key) if key else None


def _address(hall: Hall, what: str) -> str:
    """The page of a hall with something chosen; what was looked for, and how large, stays."""
    kept = {name: request.args[name] for name in ("q", "zoom") if request.args.get(name)}
    if what:
        kept["what"] = what
    return organise("venue_hall", hall_id=hall.public_id, **kept, _anchor="plan")


def _marks(things: Sequence[Thing], hall: Hall, chosen: Thing | None) -> list[Mark]:
    return [
        Mark(
            thing.name,
            thing.kind.value,
            thing.x or 0,
            thing.y or 0,
            _address(hall, thing.key),
            chosen is not None and thing.key == chosen.key,
        )
        for thing in things
    ]


def _page(hall: Hall, form: PointForm, chosen: Thing | None) -> str:
    text = request.args.get("q", "")[:100]
    things = things_on(db.session, hall)
    waiting, count = things_to_place(db.session, this_event().id, text, SHOWN)
    return render_template(
        "organiser/hall.html",
        hall=hall,
        form=form,
        chosen=chosen,
        on_it=chosen is not None and chosen.hall_id == hall.id,
        picture=HallPicture(hall, _marks(things, hall, chosen), aisles_of(hall)),
        things=things,
        waiting=waiting,
        count=count,
        filter=ThingFilter(request.args),
        shown=SHOWN,
        address=lambda what: _address(hall, what),
        zoom=zoom(),
        zooms_offered=ZOOMS,
        here=here,
        may_change=is_full(),
    )
