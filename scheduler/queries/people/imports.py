"""Lists of people that were brought to an event."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import PeopleImport

SHOWN = 20


def recent_lists(session: Session, event_id: int, *, of_user: int | None = None) -> Sequence[PeopleImport]:
    """The latest lists, the newest first, without their contents; with `of_user`, those that this user brought."""
    query = (
        select(PeopleImport)
        .where(PeopleImport.event_id == event_id)
        .options(joinedload(PeopleImport.user), joinedload(PeopleImport.errand))
        .order_by(PeopleImport.id.desc())
        .limit(SHOWN)
    )
    if of_user is not None:
        query = query.where(PeopleImport.user_id == of_user)
    return session.scalars(query).all()
