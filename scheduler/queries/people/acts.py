"""What organisers did for a participant, and what the objects of such an act are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import (
    AuditEntry,
    Meeting,
    MeetingAttendance,
    OpenCall,
    Participant,
    Plan,
    ProgrammeSession,
    Request,
)

PAGE_SIZE = 50
RECENT = timedelta(days=14)
"""For so long the page `Now` leads to what was done."""


@dataclass(frozen=True, slots=True)
class ActsPage:
    entries: tuple[AuditEntry, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


def acts_on_behalf(session: Session, me: Participant, page: int) -> ActsPage:
    """One page of what organisers did for a participant, newest first, in two queries."""
    mine = AuditEntry.on_behalf_of_id == me.id
    count = session.scalar(select(func.count()).select_from(AuditEntry).where(mine)) or 0
    page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
    entries = session.scalars(
        select(AuditEntry)
        .where(mine)
        .options(joinedload(AuditEntry.user))
        .order_by(AuditEntry.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return ActsPage(tuple(entries), page, count)


def recent_acts(session: Session, me: Participant, now: datetime) -> int:
    """How much organisers did for a participant in the last days."""
    since = now - RECENT
    query = select(func.count()).where(AuditEntry.on_behalf_of_id == me.id, AuditEntry.at > since)
    return session.scalar(query) or 0


def named_by(session: Session, me: Participant, values: Mapping[str, object]) -> str:
    """What the values of an address of the participant's area name: a person, a session, a call; empty for nothing."""
    for name, find in _FINDERS.items():
        if name in values:
            return find(session, me, str(values[name]))
    return ""


def _person(session: Session, me: Participant, key: str) -> str:
    wanted = (Participant.event_id == me.event_id, Participant.public_id == key)
    return session.scalar(select(Participant.name).where(*wanted)) or ""


def _session(session: Session, me: Participant, key: str) -> str:
    wanted = (ProgrammeSession.event_id == me.event_id, ProgrammeSession.public_id == key)
    return session.scalar(select(ProgrammeSession.title).where(*wanted)) or ""


def _call(session: Session, _me: Participant, key: str) -> str:
    return session.scalar(select(OpenCall.title).where(OpenCall.public_id == key)) or ""


def _request(session: Session, me: Participant, key: str) -> str:
    found = session.scalar(select(Request).where(Request.public_id == key))
    if found is None:
        return ""
    return found.receiver.name if found.from_id == me.id else found.sender.name


def _meeting(session: Session, me: Participant, uid: str) -> str:
    names = session.scalars(
        select(Participant.name)
        .join(MeetingAttendance, MeetingAttendance.participant_id == Participant.id)
        .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(Meeting.uid == uid, Plan.event_id == me.event_id, Participant.id != me.id)
        .distinct()
        .order_by(Participant.name)
    )
    return ", ".join(names)


_FINDERS = {
    "person_id": _person,
    "request_id": _request,
    "session_id": _session,
    "visit_id": _session,
    "call_id": _call,
    "uid": _meeting,
}
