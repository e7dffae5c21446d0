"""`Me`: everything about oneself in one place."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import select

from scheduler.extensions import db
from scheduler.models import Picture
from scheduler.queries.calendars.availability import availability_of
from scheduler.queries.people.participation import profile_progress
from scheduler.web import access
from scheduler.web.participant.blueprint import blueprint


@blueprint.get("/about")
@access.participant
def me(event_slug: str) -> str:
    person = access.this_participant()
    available = availability_of(db.session, person, access.this_event().now())
    return render_template(
        "participant/me.html",
        me=person,
        progress=profile_progress(db.session, person),
        slots=len(available.offered),
        free=available.open_to(),
        picture=db.session.scalar(select(Picture.public_id).where(Picture.participant_id == person.id)),
    )
