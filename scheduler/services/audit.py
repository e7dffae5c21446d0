"""The audit log, written in the transaction of the act: neither is there without the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from scheduler.models import AuditEntry, Event, User


def record(
    session: Session,
    event: Event,
    actor: User | None,
    action: str,
    subject: str = "",
    *,
    at: datetime | None = None,
    **detail: Any,
) -> None:
    """Note that `actor` (None: the system) did `action`, a verb in dotted form, to `subject`.

    `at` is the event's present when left out; `detail` takes what JSON takes.
    """
    session.add(
        AuditEntry(
            event_id=event.id,
            user_id=actor.id if actor is not None else None,
            at=at or event.now(),
            action=action,
            subject=subject[:200],
            detail=detail,
        )
    )
