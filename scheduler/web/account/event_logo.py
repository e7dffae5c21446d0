"""An event's logo, as we encoded it: for its pages, and for mails, whose readers are not signed in."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select

from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.models import EventLook
from scheduler.web import access
from scheduler.web.account.routes import blueprint


@blueprint.get("/e/<event_slug>/logo/<logo_id>")
@access.public
def event_logo(event_slug: str, logo_id: str) -> Response:
    """Its address changes with its content, so browsers may keep it."""
    found = db.session.execute(
        select(EventLook.logo, EventLook.logo_type).where(
            EventLook.event_id == access.this_event().id, EventLook.logo_id == logo_id
        )
    ).one_or_none()
    if found is None or found.logo is None:
        raise NotFound(_("There is no such picture."))
    return Response(
        found.logo,
        mimetype=found.logo_type,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
