"""The plans of the halls: the page that shows them large, and their drawings."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.models import Hall
from scheduler.queries.venue.halls import hall_lines, thing_by_key, things_on
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.halls.picture import HallPicture, Mark, marks_of

blueprint = Blueprint("halls", __name__, url_prefix="/e/<event_slug>/halls")

ZOOMS = (1, 2, 4)
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The policy of a drawing, should somebody open it as a page: nothing runs, nothing is fetched."""


@blueprint.get("/")
@access.of_the_event
def show(event_slug: str) -> str:
    """One hall at a time (`hall`), with something marked (`at`), as large as one likes (`zoom`)."""
    event = this_event()
    lines = hall_lines(db.session, event.id)
    at = thing_by_key(db.session, event.id, request.args.get("at", ""))
    wanted = request.args.get("hall", "")
    chosen = next(
        (
            line.hall
            for line in lines
            if line.hall.public_id == wanted or (not wanted and at is not None and at.hall_id == line.hall.id)
        ),
        lines[0].hall if lines else None,
    )
    things = things_on(db.session, chosen) if chosen is not None else ()
    marks = marks_of(things)
    if at is not None and chosen is not None and at.hall_id == chosen.id:
        marks.append(Mark(at.name, "here", at.x or 0, at.y or 0))
    return render_template(
        "halls/show.html",
        lines=lines,
        chosen=chosen,
        picture=HallPicture(chosen, marks) if chosen is not None else None,
        things=things,
        zoom=zoom(),
        zooms_offered=ZOOMS,
    )


@blueprint.get("/drawing/<drawing_id>")
@access.of_the_event
def drawing(event_slug: str, drawing_id: str) -> Response:
    """A hall's drawing as we made it. Its address changes with its content, so browsers may keep it."""
    found = db.session.execute(
        select(Hall.drawing, Hall.drawing_type).where(
            Hall.event_id == this_event().id, Hall.drawing_id == drawing_id
        )
    ).one_or_none()
    if found is None or found.drawing is None:
        raise NotFound(_("There is no such drawing."))
    return Response(
        found.drawing,
        mimetype=found.drawing_type,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Security-Policy": HARMLESS,
        },
    )


def zoom() -> int:
    """How many times as wide as its frame a plan is drawn."""
    found = request.args.get("zoom", 1, type=int)
    return found if found in ZOOMS else 1
