"""Walking minutes from the plans: the ways between halls, and what to take over into the table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.aisles import DETOUR
from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import Hall
from scheduler.queries.venue.halls import floors_of, hall_lines
from scheduler.services.venue.hall_walks import proposals, take_walks
from scheduler.services.venue.halls import set_links
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.replies import organise

SHOWN = 400


@blueprint.get("/venue/halls/minutes")
@access.organiser
def venue_hall_minutes(event_slug: str) -> str:
    """The minutes by the plans beside those that hold."""
    require_full()
    return _page()


@blueprint.post("/venue/halls/minutes/take")
@access.organiser
def venue_hall_minutes_take(event_slug: str) -> str | Response | tuple[str, int]:
    """Store what is ticked, or everything that would change (`all`)."""
    actor, chosen = require_full(), request.form.getlist("take")
    try:
        if request.form.get("all"):
            chosen = [one.key for one in proposals(db.session, this_event()) if one.news]
        count = take_walks(db.session, this_event(), chosen, actor)
    except Invalid as error:
        db.session.rollback()
        return _page(error.message), 422
    flash(ngettext("%(num)d walk is taken over.", "%(num)d walks are taken over.", count), "good")
    return redirect(organise("venue_walking"))


@blueprint.post("/venue/halls/minutes/links")
@access.organiser
def venue_hall_minutes_links(event_slug: str) -> str | Response | tuple[str, int]:
    """Say how far it is from hall to hall."""
    actor = require_full()
    halls = [line.hall for line in hall_lines(db.session, this_event().id)]
    try:
        set_links(db.session, this_event(), _entered(halls), actor)
    except Invalid as error:
        db.session.rollback()
        return _page(error.message), 422
    flash(_("Saved."), "good")
    return redirect(organise("venue_hall_minutes"))


def _entered(halls: Sequence[Hall]) -> dict[tuple[int, int], int | None]:
    minutes: dict[tuple[int, int], int | None] = {}
    for one, other in combinations(halls, 2):
        text = request.form.get(f"l-{one.public_id}-{other.public_id}")
        if text is None:
            continue
        text = text.strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 6):
            raise Invalid(
                _(
                    "%(one)s to %(other)s: “%(text)s” is no number of minutes. Nothing was changed.",
                    one=one.name,
                    other=other.name,
                    text=text[:20],
                )
            )
        minutes[one.id, other.id] = int(text) if text else None
    return minutes


def _page(error: str = "") -> str:
    event = this_event()
    halls = [line.hall for line in hall_lines(db.session, event.id)]
    found = proposals(db.session, event)
    news = [proposal for proposal in found if proposal.news]
    floors, links = floors_of(db.session, event.id, nominal=True)
    doors = {floor.key for floor in floors if floor.entrances}
    return render_template(
        "organiser/hall_minutes.html",
        halls=halls,
        pairs=list(combinations(halls, 2)),
        links=links,
        unsized=[hall for hall in halls if hall.metres is None],
        doorless=[hall for hall in halls if len(halls) > 1 and hall.id not in doors],
        news=news[:SHOWN],
        more=max(0, len(news) - SHOWN),
        unknown=sum(1 for proposal in found if proposal.planned is None),
        total=len(found),
        detour=DETOUR,
        error=error,
        entered=request.form,
    )
