"""Lists of people and programmes that somebody brought to look at and never went on with."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ImportState
from scheduler.models import Event, ImportErrand, PeopleImport, ProgrammeImport

KEPT = timedelta(days=14)
"""How long they are kept after they were brought: they are full of names and addresses."""
_OPEN = (
    (
        PeopleImport,
        # Not under a worker's hands.
        and_(
            PeopleImport.state == ImportState.OPEN,
            PeopleImport.id.not_in(select(ImportErrand.list_id).where(ImportErrand.refusal.is_(None))),
        ),
    ),
    # One that was taken over is gone.
    (ProgrammeImport, ProgrammeImport.id.is_not(None)),
)


def events_to_tidy(session: Session) -> list[int]:
    """The events in which something lies that is not kept any longer, by their own clocks."""
    found: set[int] = set()
    for table, is_open in _OPEN:
        oldest = (
            select(Event, func.min(table.created_at))
            .join(table, table.event_id == Event.id)
            .where(is_open)
            .group_by(Event.id)
        )
        found |= {event.id for event, brought in session.execute(oldest) if brought < event.now() - KEPT}
    return sorted(found)


def delete_abandoned(session: Session, event: Event) -> None:
    """Delete what was brought to the event too long ago and not stored."""
    for table, is_open in _OPEN:
        session.execute(
            delete(table).where(table.event_id == event.id, is_open, table.created_at < event.now() - KEPT)
        )
