"""The joint programme of a delegation: what its leader changes for all at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import SessionKind
from scheduler.errors import Invalid, NotFound
from scheduler.models import (
    Delegation,
    DelegationMember,
    Event,
    ProgrammeSession,
    SessionAttendance,
    User,
)
from scheduler.services.audit import record
from scheduler.services.event.programme import check_ahead, check_not_over
from scheduler.services.venue.venue import chosen_pavilion


@dataclass(frozen=True)
class VisitDetails:
    """A joint programme item. Times are UTC instants; `pavilion` is a public id or empty."""

    title: str
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    pavilion: str = ""
    room: str = ""
    host: str = ""
    description: str = ""


def add_visit(
    session: Session, delegation: Delegation, details: VisitDetails, actor: User, now: datetime
) -> ProgrammeSession:
    """Add an item for every member. Raises Invalid."""
    visit = ProgrammeSession(event_id=delegation.event_id, delegation_id=delegation.id, changed_at=now)
    _apply(session, visit, details, now)
    # Also those who have left: should they come back, the visit is theirs again.
    visit.attendances = [
        SessionAttendance(participant_id=person)
        for person in session.scalars(
            select(DelegationMember.participant_id).where(DelegationMember.delegation_id == delegation.id)
        )
    ]
    session.add(visit)
    session.flush()
    _log(session, delegation, "visit.add", visit, actor, now)
    return visit


def change_visit(
    session: Session,
    delegation: Delegation,
    public_id: str,
    details: VisitDetails,
    actor: User,
    now: datetime,
) -> ProgrammeSession:
    """Change an item for every member; calendars see a higher sequence. Raises Invalid, NotFound."""
    visit = visit_of(session, delegation, public_id)
    _apply(session, visit, details, now)
    visit.count_change(now)
    session.flush()
    _log(session, delegation, "visit.change", visit, actor, now)
    return visit


def remove_visit(session: Session, delegation: Delegation, public_id: str, actor: User, now: datetime) -> str:
    """Remove an item; its title. Raises NotFound, Conflict when it is over."""
    visit = visit_of(session, delegation, public_id)
    check_not_over(visit, now)
    title = visit.title
    _log(session, delegation, "visit.remove", visit, actor, now)
    session.delete(visit)
    session.flush()
    return title


def visit_of(session: Session, delegation: Delegation, public_id: str) -> ProgrammeSession:
    """One item of this delegation's joint programme. Raises NotFound."""
    visit = session.scalar(
        select(ProgrammeSession).where(
            ProgrammeSession.delegation_id == delegation.id, ProgrammeSession.public_id == public_id
        )
    )
    if visit is None:
        raise NotFound(_("This item is not, or no longer, in the programme of the delegation."))
    return visit


def _apply(session: Session, visit: ProgrammeSession, details: VisitDetails, now: datetime) -> None:
    if not details.title.strip():
        raise Invalid(_("Give the visit a title."), field="title")
    if details.ends_at <= details.starts_at:
        raise Invalid(_("The end must be after the start."), field="ends")
    known = (visit.starts_at, visit.ends_at) if visit.id is not None else None
    check_ahead(details.starts_at, details.ends_at, known, now)
    pavilion = chosen_pavilion(session, visit.event_id, details.pavilion)
    visit.title = details.title.strip()
    visit.kind = details.kind
    visit.starts_at = details.starts_at
    visit.ends_at = details.ends_at
    visit.pavilion = pavilion
    visit.room = details.room.strip()
    visit.host = details.host.strip()
    visit.description = details.description.strip()


def _log(
    session: Session,
    delegation: Delegation,
    action: str,
    visit: ProgrammeSession,
    actor: User,
    now: datetime,
) -> None:
    event = session.get_one(Event, delegation.event_id)
    record(
        session,
        event,
        actor,
        action,
        visit.public_id,
        at=now,
        delegation=delegation.name,
        title=visit.title,
    )
