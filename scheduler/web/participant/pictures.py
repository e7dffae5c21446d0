"""Photos and logos, as we encoded them."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select

from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.models import Organisation, Participant, Picture
from scheduler.web import access
from scheduler.web.participant.blueprint import blueprint


@blueprint.get("/pictures/<picture_id>")
@access.participant
def picture(event_slug: str, picture_id: str) -> Response:
    """A picture of this event; its address changes with its content, so browsers may keep it."""
    event_id = access.this_event().id
    found = db.session.scalar(
        select(Picture)
        .outerjoin(Participant, Participant.id == Picture.participant_id)
        .outerjoin(Organisation, Organisation.id == Picture.organisation_id)
        .where(
            Picture.public_id == picture_id,
            (Participant.event_id == event_id) | (Organisation.event_id == event_id),
        )
    )
    if found is None:
        raise NotFound(_("There is no such picture."))
    return Response(
        found.content,
        mimetype=found.media_type,
        headers={"Cache-Control": "private, max-age=31536000, immutable"},
    )
