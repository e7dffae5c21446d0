"""Photos and logos: one of each participant and organisation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.imports.pictures import Drawn
from scheduler.models import Event, Participant, Picture, new_public_id
from scheduler.services.audit import record


def set_picture(
    session: Session, participant: Participant, drawn: Drawn | None, now: datetime, *, logo: bool = False
) -> Picture | None:
    """Store a photo of the participant, or the logo of their organisation; None takes it away."""
    owner = (
        Picture.organisation_id == participant.organisation_id
        if logo
        else Picture.participant_id == participant.id
    )
    if logo:
        event, organisation = session.get_one(Event, participant.event_id), participant.organisation
        said = {"name": organisation.name, "logo": "taken away" if drawn is None else "new"}
        record(
            session, event, participant.user, "organisation.change", organisation.public_id, at=now, **said
        )
    if drawn is None:
        session.execute(delete(Picture).where(owner))
        return None
    picture = session.scalar(select(Picture).where(owner))
    if picture is None:
        picture = Picture(
            organisation_id=participant.organisation_id if logo else None,
            participant_id=None if logo else participant.id,
        )
        session.add(picture)
    picture.public_id = new_public_id()
    picture.content = drawn.content
    picture.media_type = drawn.media_type
    picture.width = drawn.width
    picture.height = drawn.height
    picture.created_at = now
    session.flush()
    return picture
