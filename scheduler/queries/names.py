"""Names behind public ids, for sentences about what was stored by id. What is gone by now is missing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Participant, Pavilion, Place


def people_names(session: Session, event_id: int, ids: Collection[str]) -> dict[str, str]:
    """Names of an event's participants; no statement for no id."""
    if not ids:
        return {}
    statement = select(Participant.public_id, Participant.name).where(
        Participant.event_id == event_id, Participant.public_id.in_(ids)
    )
    return dict(session.execute(statement).all())


def place_names(session: Session, event_id: int, ids: Collection[str]) -> dict[str, str]:
    """`Bavaria, tables` of an event's places; no statement for no id."""
    if not ids:
        return {}
    rows = session.execute(
        select(Place.public_id, Pavilion.name, Place.name)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Place.event_id == event_id, Place.public_id.in_(ids))
    )
    return {public_id: f"{pavilion}, {name}" for public_id, pavilion, name in rows}
