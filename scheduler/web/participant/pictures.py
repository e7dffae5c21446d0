"""Photos and logos, as we encoded them."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db, limiter
from scheduler.imports.pictures import BYTES_LIMIT, draw
from scheduler.models import Organisation, Participant, Picture
from scheduler.sandbox.run import Busy
from scheduler.services.people.pictures import set_picture
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.limits import by_person
from scheduler.web.participant.profile import page_with
from scheduler.web.uploads import apart, uploaded


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


@blueprint.post("/profile/picture")
@access.participant
@also_on_behalf("profile.picture")
@limiter.limit("20 per minute", key_func=by_person)
def me_profile_picture(event_slug: str) -> str | tuple[str, int] | AnyResponse:
    """Store or take away one's photo, or the organisation's logo (`logo`)."""
    logo = bool(request.form.get("logo"))
    drawn = None
    if not request.form.get("remove"):
        data = uploaded("picture", BYTES_LIMIT)
        if data is None:
            return page_with(Invalid(_("Choose a picture first."), "picture"))
        try:
            drawn = apart(lambda: draw(data))
        except (Invalid, Busy) as error:
            return page_with(error)
    set_picture(db.session, access.this_participant(), drawn, access.this_event().now(), logo=logo)
    flash(_("The picture is taken away.") if drawn is None else _("The picture is saved."), "good")
    return redirect(url_for("participant.me_profile", event_slug=event_slug))
