"""The programme, as a participant sees it."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, defer, joinedload

from scheduler.domain.enums import SessionRole
from scheduler.models import (
    DelegationMember,
    Participant,
    ProgrammeSession,
    SessionAttendance,
    SessionInvitation,
)


def my_session(
    session: Session, me: Participant, public_id: str, *, lock: bool = False
) -> ProgrammeSession | None:
    """A public session of one's event; with `lock`, of two who want the last seat one waits here for the other."""
    found = select(ProgrammeSession).where(
        ProgrammeSession.event_id == me.event_id,
        ProgrammeSession.public_id == public_id,
        ProgrammeSession.delegation_id.is_(None),
    )
    return session.scalar(found.with_for_update() if lock else found)


def programme_of(session: Session, me: Participant) -> list[tuple[ProgrammeSession, SessionRole | None]]:
    """All public sessions and those of one's own delegation, with one's part in each. One query.

    Those by invitation only when one is invited, or attends.
    """
    invited = select(SessionInvitation.session_id).where(SessionInvitation.participant_id == me.id)
    own = select(DelegationMember.delegation_id).where(DelegationMember.participant_id == me.id)
    rows = session.execute(
        select(ProgrammeSession, SessionAttendance.role)
        .outerjoin(
            SessionAttendance,
            and_(
                SessionAttendance.session_id == ProgrammeSession.id,
                SessionAttendance.participant_id == me.id,
            ),
        )
        .where(
            ProgrammeSession.event_id == me.event_id,
            or_(ProgrammeSession.delegation_id.is_(None), ProgrammeSession.delegation_id.in_(own)),
            or_(
                ProgrammeSession.by_invitation.is_(False),
                SessionAttendance.role.is_not(None),
                ProgrammeSession.id.in_(invited),
            ),
        )
        .options(joinedload(ProgrammeSession.pavilion), defer(ProgrammeSession.description))
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.id)
    )
    return [(row[0], row[1]) for row in rows]
