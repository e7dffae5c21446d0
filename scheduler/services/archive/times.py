"""Whether what an archive plans lies on the days of its event."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.models import Event, MeetingBlock, ProgrammeSession, Slot
from scheduler.services.archive.contents import file_of
from scheduler.services.archive.said import unfit
from scheduler.services.archive.values import Unfit

_NIGHT = timedelta(hours=12)
"""A session may begin the evening before, or end the morning after."""


def check_times(session: Session, event: Event) -> None:
    """Raises Invalid for blocks, slots and sessions that lie elsewhere; what was taken out may."""
    first, last = min(day.date for day in event.days), max(day.date for day in event.days)
    begins = datetime.combine(first, time(), tzinfo=event.zone) - _NIGHT
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=event.zone) + _NIGHT
    for model in (MeetingBlock, Slot, ProgrammeSession):
        number = _outside(session, model, event, begins, ends)
        if number:
            raise unfit(file_of(model.__tablename__), number, "starts_at", Unfit("days"))


def _outside(session: Session, model: Any, event: Event, begins: datetime, ends: datetime) -> int:
    """The number of the first entry that lies outside, 0 for none."""
    rows = select(model.id).where(model.event_id == event.id)
    elsewhere = rows.where(or_(model.starts_at < begins, model.ends_at > ends))
    if "retired_at" in model.__table__.columns:
        elsewhere = elsewhere.where(model.retired_at.is_(None))
    found = session.scalar(elsewhere.order_by(model.id).limit(1))
    if found is None:
        return 0
    return list(session.scalars(rows.order_by(model.id))).index(found) + 1
