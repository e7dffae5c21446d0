"""Calendars for places and sessions, handed out by the organiser: stands, pavilion desks, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from scheduler.domain.enums import PlaceKind
from scheduler.errors import NotFound
from scheduler.extensions import db, limiter
from scheduler.models import Pavilion, Place, ProgrammeSession
from scheduler.queries.people.search import found_in
from scheduler.services.calendars.feeds import create_feed, feeds_of, replace_feed, revoke_feed
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.feeds.addresses import subscription
from scheduler.web.feeds.blueprint import blueprint
from scheduler.web.feeds.forms import FeedForm
from scheduler.web.form_fields import said
from scheduler.web.organiser.filters import DeskFilter
from scheduler.web.organiser.permissions import is_full, may_change, require_change, require_full

Desk = Pavilion | Place | ProgrammeSession
Row = TypeVar("Row", Pavilion, Place, ProgrammeSession)
MOST = 50


@blueprint.get("/e/<event_slug>/organise/calendars")
@access.organiser
def desks(event_slug: str) -> str:
    """Everything that can have a calendar of its own, found by a part of its name."""
    current.extra["area"] = "organiser"
    event = access.this_event()
    form = DeskFilter(request.args)
    wanted = said(form, "q").strip()
    pavilions = select(Pavilion).where(Pavilion.event_id == event.id)
    stands = (
        select(Place)
        .where(Place.event_id == event.id, Place.kind == PlaceKind.STAND)
        .options(joinedload(Place.pavilion))
    )
    sessions = select(ProgrammeSession).where(ProgrammeSession.event_id == event.id)
    groups = (
        (_("Pavilion desks"), "pavilion", pavilions.order_by(Pavilion.name)),
        (_("Stands"), "stand", stands.order_by(Place.name)),
        (_("Sessions"), "session", sessions.order_by(ProgrammeSession.starts_at)),
    )
    found = [(label, kind, list(islice(_named(rows, wanted), MOST))) for label, kind, rows in groups]
    return render_template("feeds/desks.html", groups=found, filter=form, wanted=wanted, most=MOST)


@blueprint.get("/e/<event_slug>/organise/calendars/<kind>/<desk_id>")
@access.organiser
def desk(event_slug: str, kind: str, desk_id: str) -> tuple[str, int]:
    """The subscriptions of one place or session."""
    return _page(_desk(kind, desk_id), kind, FeedForm())


@blueprint.post("/e/<event_slug>/organise/calendars/<kind>/<desk_id>")
@limiter.limit("200 per hour")
@access.co_organiser
def desk_new(event_slug: str, kind: str, desk_id: str) -> tuple[str, int]:
    found, form = _own(kind, desk_id), FeedForm()
    if not form.validate_on_submit():
        return _page(found, kind, form, status=422)
    _feed, token = create_feed(db.session, found, current.user)
    return _page(found, kind, form, token, 201)


@blueprint.post("/e/<event_slug>/organise/calendars/<kind>/<desk_id>/<feed_id>/replace")
@limiter.limit("200 per hour")
@access.co_organiser
def desk_replace(event_slug: str, kind: str, desk_id: str, feed_id: str) -> tuple[str, int]:
    found = _own(kind, desk_id)
    _feed, token = replace_feed(db.session, found, feed_id, current.user)
    return _page(found, kind, FeedForm(formdata=None), token, 201)


@blueprint.post("/e/<event_slug>/organise/calendars/<kind>/<desk_id>/<feed_id>/revoke")
@access.co_organiser
def desk_revoke(event_slug: str, kind: str, desk_id: str, feed_id: str) -> Response:
    revoke_feed(db.session, _own(kind, desk_id), feed_id)
    flash(_("The subscription is revoked. Its address answers no more."), "good")
    return redirect(url_for("feeds.desk", event_slug=event_slug, kind=kind, desk_id=desk_id), 303)


def _named(rows: Select[Any], wanted: str) -> Iterator[tuple[str, str]]:
    """Public id and name of those whose name has the words: of places there are hundreds, not thousands."""
    for row in db.session.scalars(rows):
        name = _name(row)
        if found_in(wanted, name):
            yield row.public_id, name


def _desk(kind: str, desk_id: str) -> Desk:
    found: Desk | None = None
    match kind:
        case "pavilion":
            found = _one(Pavilion, desk_id)
        case "stand":
            found = _one(Place, desk_id)
        case "session":
            found = _one(ProgrammeSession, desk_id)
    if found is None:
        raise NotFound(_("There is no such place or session at this event."))
    return found


def _own(kind: str, desk_id: str) -> Desk:
    """The same, when its calendars are the reader's to give out. Raises NotAllowed."""
    found = _desk(kind, desk_id)
    if isinstance(found, ProgrammeSession):
        require_full()
    else:
        require_change(found)
    return found


def _one(model: type[Row], desk_id: str) -> Row | None:
    event_id = access.this_event().id
    found: Row | None = db.session.scalar(
        select(model).where(model.public_id == desk_id, model.event_id == event_id)
    )
    return found


def _name(found: Desk) -> str:
    if isinstance(found, ProgrammeSession):
        return found.title
    if isinstance(found, Place):
        return f"{found.pavilion.name}, {found.name}"
    return found.name


def _page(found: Desk, kind: str, form: FeedForm, token: str = "", status: int = 200) -> tuple[str, int]:
    current.extra["area"] = "organiser"
    event = access.this_event()
    page = render_template(
        "feeds/subscription.html",
        feeds=feeds_of(db.session, found),
        makers=True,
        may_make=is_full() if isinstance(found, ProgrammeSession) else may_change(found),
        form=form,
        addresses=subscription(token, form.options(), f"{event.name} - {_name(found)}") if token else None,
        subject=found,
        name=_name(found),
        values={"event_slug": event.slug, "kind": kind, "desk_id": found.public_id},
        area="desk",
        base="organiser/layout.html",
    )
    return page, status
