"""The plans of the halls: the page that shows them large, and their drawings."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.models import Hall
from scheduler.queries.venue.halls import (
    ThingKind,
    hall_lines,
    pavilion_spots,
    thing_by_key,
    things_on,
)
from scheduler.queries.venue.venue import pavilion_by_public_id
from scheduler.web import access
from scheduler.web.access import current, this_event
from scheduler.web.halls.links import plan_address
from scheduler.web.halls.picture import HallPicture, Mark, marks_of

blueprint = Blueprint("halls", __name__, url_prefix="/e/<event_slug>/halls")
blueprint.add_app_template_global(plan_address)

ZOOMS = (1, 2, 4)
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The policy of a drawing, should somebody open it as a page: nothing runs, nothing is fetched."""


@blueprint.get("/")
@access.of_the_event
def show(event_slug: str) -> str:
    """One hall at a time (`hall`), with something marked (`at`), as large as one likes (`zoom`)."""
    event = this_event()
    if current.participant is not None and not current.is_organiser:
        current.extra["area"] = "participant"
    elif current.is_organiser:
        current.extra["area"] = "organiser"
    lines = hall_lines(db.session, event.id)
    at = _marked(request.args.get("at", ""))
    wanted = request.args.get("hall", "") or (at.hall if at is not None else 0)
    line = next(
        (line for line in lines if wanted in (line.hall.public_id, line.hall.id)),
        lines[0] if lines else None,
    )
    chosen = line.hall if line is not None else None
    things = things_on(db.session, chosen) if chosen is not None else ()
    marks = [mark for mark in marks_of(things) if mark.kind != ThingKind.PLACE]
    if at is not None and chosen is not None and at.hall == chosen.id:
        marks.append(Mark(at.name, "here", at.x, at.y))
    return render_template(
        "halls/show.html",
        lines=lines,
        chosen=chosen,
        picture=HallPicture(line.hall, marks, labelled=line.labelled) if line is not None else None,
        things=things,
        zoom=zoom(),
        zooms_offered=ZOOMS,
    )


@dataclass(frozen=True)
class _Marked:
    """What the address names, and where it is: the hall's row id, percent of its plan."""

    name: str
    hall: int
    x: float
    y: float


def _marked(key: str) -> _Marked | None:
    """The thing of a key; a pavilion that is on no plan itself is in the middle of its places."""
    event = this_event()
    thing = thing_by_key(db.session, event.id, key)
    if thing is None:
        return None
    if thing.hall_id is not None and thing.x is not None and thing.y is not None:
        return _Marked(thing.name, thing.hall_id, thing.x, thing.y)
    if thing.kind is not ThingKind.PAVILION:
        return None
    pavilion = pavilion_by_public_id(db.session, event.id, thing.public_id)
    spots = pavilion_spots(db.session, event.id, [pavilion.id]) if pavilion is not None else {}
    return next((_Marked(thing.name, spot.hall, spot.x, spot.y) for spot in spots.values()), None)


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
