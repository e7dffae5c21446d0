"""Halls: adding one with its drawing, changing it, removing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.walking import PACE
from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db, limiter
from scheduler.imports.plans import BYTES_LIMIT, DrawnPlan, draw_plan
from scheduler.models import Hall
from scheduler.queries.venue.halls import hall_by_public_id, things_on
from scheduler.sandbox.run import Busy
from scheduler.services.venue import halls as service
from scheduler.services.venue.hall_names import match_names
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import blame, said
from scheduler.web.labels.halls import left_out_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.hall_forms import HallForm, decimal_of
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.replies import organise
from scheduler.web.uploads import apart, uploaded


def this_hall(public_id: str) -> Hall:
    """The hall in the address. Raises NotFound."""
    found = hall_by_public_id(db.session, this_event().id, public_id)
    if found is None:
        raise NotFound(_("There is no such hall at this event."))
    return found


@blueprint.route("/venue/halls/new", methods=["GET", "POST"])
@access.organiser
@limiter.limit("20 per minute", methods=("POST",))
def venue_hall_new(event_slug: str) -> str | Response | tuple[str, int]:
    require_full()
    if request.method == "GET":
        return _page(HallForm(data={"pace": PACE, "page": 1}), None)
    return _stored(HallForm(request.form), None)


@blueprint.route("/venue/halls/<hall_id>/edit", methods=["GET", "POST"])
@access.organiser
@limiter.limit("20 per minute", methods=("POST",))
def venue_hall_edit(event_slug: str, hall_id: str) -> str | Response | tuple[str, int]:
    require_full()
    hall = this_hall(hall_id)
    if request.method == "POST":
        return _stored(HallForm(request.form), hall_id)
    metres = f"{hall.metres:.1f}".removesuffix(".0") if hall.metres is not None else ""
    return _page(HallForm(data={"name": hall.name, "metres": metres, "pace": hall.pace, "page": 1}), hall)


@blueprint.route("/venue/halls/<hall_id>/remove", methods=["GET", "POST"])
@access.organiser
def venue_hall_remove(event_slug: str, hall_id: str) -> str | Response:
    """Remove a hall, after a page that says what goes with it."""
    actor = require_full()
    hall = this_hall(hall_id)
    if request.method == "GET":
        return render_template(
            "organiser/hall_remove.html", hall=hall, points=len(things_on(db.session, hall))
        )
    name = hall.name
    service.remove_hall(db.session, this_event(), hall, actor)
    flash(_("%(name)s is removed.", name=name), "good")
    return redirect(organise("venue"))


def _stored(form: HallForm, hall_id: str | None) -> str | Response | tuple[str, int]:
    try:
        entry = _entry(form)
        drawn = _drawn(form)
        hall = this_hall(hall_id) if hall_id is not None else None
        if hall is None:
            hall = service.add_hall(db.session, this_event(), entry, drawn, require_full())
        else:
            service.change_hall(db.session, this_event(), hall, entry, drawn, require_full())
    except (Invalid, Busy) as error:
        db.session.rollback()
        blame(form, error)
        return _page(form, this_hall(hall_id) if hall_id is not None else None), error.status
    flash(_("Saved."), "good")
    if drawn is None:
        return redirect(organise("venue_hall", hall_id=hall.public_id))
    if drawn.left_out:
        flash(left_out_said(drawn.left_out))
    if match_names(db.session, this_event(), hall).found:
        return redirect(organise("venue_hall_names", hall_id=hall.public_id))
    if drawn.names:
        flash(
            ngettext(
                "No stand or pavilion is called like the name on the drawing.",
                "No stand or pavilion is called like one of the %(num)d names on the drawing.",
                len(drawn.names),
            )
        )
    return redirect(organise("venue_hall", hall_id=hall.public_id))


def _entry(form: HallForm) -> service.HallEntry:
    pace = said(form, "pace").strip() or str(PACE)
    if not (pace.isascii() and pace.isdigit() and len(pace) < 6):
        raise Invalid(_("“%(text)s” is no whole number.", text=pace[:20]), "pace")
    return service.HallEntry(said(form, "name"), decimal_of(form, "metres"), int(pace))


def _drawn(form: HallForm) -> DrawnPlan | None:
    """The drawing that was sent, None when nobody chose one. Raises Invalid and Busy."""
    data = uploaded("drawing", BYTES_LIMIT)
    if data is None:
        return None
    page = said(form, "page").strip() or "1"
    if not (page.isascii() and page.isdigit() and len(page) < 5):
        raise Invalid(_("“%(text)s” is no page.", text=page[:20]), "page")
    return apart(lambda: draw_plan(data, int(page)))


def _page(form: HallForm, hall: Hall | None) -> str:
    return render_template("organiser/hall_form.html", form=form, hall=hall)
