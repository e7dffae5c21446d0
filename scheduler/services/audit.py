"""The audit log, written in the transaction of the act: neither is there without the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.event import listens_for
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from scheduler.models import AuditEntry, Event, Participant, User

_FOR_WHOM, _RECORDED, _WROTE = "on-behalf-of", "recorded", "wrote"


def for_whom(session: Session, person: Participant) -> None:
    """From now on, what is recorded in this session is done on behalf of `person`, and `has_written` is known."""
    session.info[_FOR_WHOM] = person.id

    @listens_for(session, "after_flush")
    def flushed(_session: Session, _context: UOWTransaction) -> None:
        session.info[_WROTE] = True

    @listens_for(session, "do_orm_execute")
    def executed(state: ORMExecuteState) -> None:
        if not state.is_select:
            session.info[_WROTE] = True


def is_recorded(session: Session) -> bool:
    """Whether an act was recorded in this session."""
    return _RECORDED in session.info


def has_written(session: Session) -> bool:
    """Whether a session with `for_whom` changed something, or is about to."""
    session.flush()
    return _WROTE in session.info


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

    `at` is the event's present when left out; `detail` takes what JSON takes. While somebody acts for a participant,
    the session knows for whom (`for_whom`), so that no act can forget it.
    """
    session.info[_RECORDED] = True
    session.add(
        AuditEntry(
            event_id=event.id,
            user_id=actor.id if actor is not None else None,
            on_behalf_of_id=session.info.get(_FOR_WHOM),
            at=at or event.now(),
            action=action,
            subject=subject[:200],
            detail=detail,
        )
    )
