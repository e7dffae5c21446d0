"""Who waits for an organiser's approval: they came in, and others don't see them yet.

There is no state of its own for it. Others see those who are active; an event that approves people lets those who come
in stay `invited` until an organiser said yes.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.models import Participant


def waiting() -> list[ColumnElement[bool]]:
    """Conditions for a `Participant` who waits for approval."""
    return [Participant.state == ParticipantState.INVITED, Participant.came_in_at.is_not(None)]


def waits(person: Participant) -> bool:
    """Whether somebody waits for approval."""
    return person.state is ParticipantState.INVITED and person.came_in_at is not None


def count_waiting(session: Session, event_id: int) -> int:
    """How many people of an event wait for approval."""
    count = select(func.count(Participant.id)).where(Participant.event_id == event_id, *waiting())
    return session.scalar(count) or 0
