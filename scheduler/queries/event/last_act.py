"""Who did something last, by the log: asked when somebody's form meets what another has changed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import AuditEntry


def newest_entry(session: Session) -> int:
    """The number of the newest entry of the log; what comes later has a greater one."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def act_since(
    session: Session, event_id: int, since: int, subjects: Collection[str], actions: Collection[str]
) -> AuditEntry | None:
    """The last act after entry `since` that concerned one of the subjects, or was one of these actions."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.event_id == event_id,
            AuditEntry.id > since,
            or_(AuditEntry.subject.in_(subjects), AuditEntry.action.in_(actions)),
        )
        .options(joinedload(AuditEntry.user))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
