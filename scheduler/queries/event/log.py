"""The audit log and the delegations, as lists."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import (
    AuditEntry,
    Delegation,
    DelegationMember,
    Participant,
    ProgrammeSession,
)

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class LogPage:
    entries: tuple[AuditEntry, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class DelegationLine:
    delegation: Delegation
    members: int
    items: int


def log_page(session: Session, event_id: int, page: int, noun: str = "") -> LogPage:
    """One page of the log, newest first, in two queries. `noun` is the first part of the actions wanted."""
    conditions = [AuditEntry.event_id == event_id]
    if noun:
        conditions.append(AuditEntry.action.startswith(f"{noun}.", autoescape=True))
    count = session.scalar(select(func.count()).where(*conditions)) or 0
    page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
    entries = session.scalars(
        select(AuditEntry)
        .where(*conditions)
        .options(joinedload(AuditEntry.user), joinedload(AuditEntry.on_behalf_of))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return LogPage(tuple(entries), page, count)


def delegation_lines(session: Session, event_id: int) -> tuple[DelegationLine, ...]:
    """All delegations by name, in three queries."""
    members = dict(
        session.execute(
            select(DelegationMember.delegation_id, func.count())
            .join(Delegation, Delegation.id == DelegationMember.delegation_id)
            .where(Delegation.event_id == event_id)
            .group_by(DelegationMember.delegation_id)
        ).all()
    )
    items = dict(
        session.execute(
            select(ProgrammeSession.delegation_id, func.count())
            .where(ProgrammeSession.event_id == event_id, ProgrammeSession.delegation_id.is_not(None))
            .group_by(ProgrammeSession.delegation_id)
        ).all()
    )
    rows = session.scalars(
        select(Delegation)
        .where(Delegation.event_id == event_id)
        .options(joinedload(Delegation.leader).joinedload(Participant.organisation))
        .order_by(Delegation.name)
    )
    return tuple(DelegationLine(row, members.get(row.id, 0), items.get(row.id, 0)) for row in rows)
