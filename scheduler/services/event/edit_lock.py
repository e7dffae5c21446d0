"""One change of an event at a time, where somebody compares what is there with what they were shown."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event


def hold_edits(session: Session, event: Event) -> None:
    """Wait until nobody else changes this event by a form, and keep others waiting until the transaction ends.

    SQLite lets one transaction write at a time anyway. The lock is one that rows which point to the event don't meet.
    """
    session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))
