"""Downloads: a copy of an agenda, of a day, of one meeting."""

from __future__ import annotations

from datetime import date

from flask import Response, request
from flask_babel import get_locale
from flask_babel import gettext as _

from scheduler.calendars.options import FeedOptions
from scheduler.domain.agenda import Agenda
from scheduler.domain.enums import FeedKind
from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.queries.calendars.feeds import OpenFeed, feed_agenda
from scheduler.web import access
from scheduler.web.feeds.answers import download
from scheduler.web.feeds.blueprint import blueprint


def _own() -> Agenda:
    return agenda_of(db.session, access.this_participant(), access.this_event(), left_out=True)


def _answer(agenda: Agenda, name: str) -> Response:
    return download(agenda, FeedOptions.from_query(request.args), str(get_locale()), name)


@blueprint.get("/e/<event_slug>/me/agenda.ics")
@access.participant
def agenda(event_slug: str) -> Response:
    """The whole agenda of the signed-in participant."""
    return _answer(_own(), f"{event_slug}-agenda")


@blueprint.get("/e/<event_slug>/me/agenda/<day>.ics")
@access.participant
def day(event_slug: str, day: str) -> Response:
    """One day of the agenda; `day` is an ISO date."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise NotFound(_("'%(day)s' is no day of this event.", day=day)) from None
    return _answer(_own().on(wanted), f"{event_slug}-{wanted}")


@blueprint.get("/e/<event_slug>/me/entry/<uid>.ics")
@access.participant
def entry(event_slug: str, uid: str) -> Response:
    """One meeting or session of the agenda."""
    found = _own().only(uid)
    if not found.entries:
        raise NotFound(_("This is not in your agenda, or no longer."))
    return _answer(found, f"{event_slug}-{uid}")


@blueprint.get("/e/<event_slug>/delegation/<delegation_id>/agenda.ics")
@access.delegation_member
def delegation(event_slug: str, delegation_id: str) -> Response:
    """The joint agenda of a delegation, with the members' names in the titles."""
    event, found = access.this_event(), access.this_delegation()
    feed = OpenFeed(
        FeedKind.DELEGATION, event.id, event.name, event.slug, event.zone, "", found.id, found.name, "", None
    )
    return _answer(feed_agenda(db.session, feed), f"{event_slug}-{found.name}")
