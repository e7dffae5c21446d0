"""Seats of sessions: how many are taken, who waits, and what one participant may do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import ParticipantState, SessionRole
from scheduler.models import (
    Participant,
    ParticipantType,
    ProgrammeSession,
    SessionAttendance,
    SessionAudience,
    SessionInvitation,
    SessionWaiting,
)
from scheduler.queries.engagements import Ids, within

WAITING_SHOWN = 200


@dataclass(frozen=True, slots=True)
class SeatCount:
    """How many seats of a session are taken, and how many people wait for one. Who is on stage takes none."""

    taken: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class SignUp:
    """A session as one participant may sign up for it. `turn`: their place in the waiting list, from 1; 0 outside it.

    `audience` are the names of the types that it is for; empty when it is for everybody.
    """

    seats: SeatCount
    turn: int = 0
    audience: tuple[str, ...] = ()
    invited: bool = False
    required: bool = False
    may: bool = True


def seat_counts(session: Session, event_id: int, sessions: Ids = None) -> dict[int, SeatCount]:
    """The seats of some sessions of an event (None: of all) that anybody takes or waits for, in two queries.

    Who withdrew takes none.
    """
    here = (Participant.event_id == event_id, Participant.state != ParticipantState.WITHDRAWN)
    taken: dict[int, int] = dict(
        session.execute(
            select(SessionAttendance.session_id, func.count())
            .join(Participant, Participant.id == SessionAttendance.participant_id)
            .where(*here, SessionAttendance.role == SessionRole.ATTENDEE)
            .where(within(SessionAttendance.session_id, sessions))
            .group_by(SessionAttendance.session_id)
        ).all()
    )
    waiting: dict[int, int] = dict(
        session.execute(
            select(SessionWaiting.session_id, func.count())
            .join(Participant, Participant.id == SessionWaiting.participant_id)
            .where(*here, within(SessionWaiting.session_id, sessions))
            .group_by(SessionWaiting.session_id)
        ).all()
    )
    return {
        number: SeatCount(taken.get(number, 0), waiting.get(number, 0)) for number in taken.keys() | waiting
    }


def seats_of(session: Session, found: ProgrammeSession) -> SeatCount:
    """The seats of one session."""
    return seat_counts(session, found.event_id, [found.id]).get(found.id, SeatCount())


def audience_of(session: Session, found: ProgrammeSession) -> dict[str, str]:
    """The types that a session is for, names by code; empty when it is for everybody."""
    return dict(
        session.execute(
            select(ParticipantType.code, ParticipantType.name)
            .join(SessionAudience, SessionAudience.type_id == ParticipantType.id)
            .where(SessionAudience.session_id == found.id)
            .order_by(ParticipantType.name)
        ).all()
    )


def waiting_for(session: Session, found: ProgrammeSession) -> Sequence[Participant]:
    """Who waits for a seat, the longest first; `WAITING_SHOWN` at most."""
    return session.scalars(
        select(Participant)
        .join(SessionWaiting, SessionWaiting.participant_id == Participant.id)
        .where(SessionWaiting.session_id == found.id, Participant.state != ParticipantState.WITHDRAWN)
        .options(joinedload(Participant.organisation))
        .order_by(SessionWaiting.since, Participant.id)
        .limit(WAITING_SHOWN)
    ).all()


def invitations_to(session: Session, found: ProgrammeSession) -> int:
    """How many are invited to a session."""
    return session.scalar(select(func.count()).where(SessionInvitation.session_id == found.id)) or 0


def sign_ups_of(session: Session, me: Participant, sessions: Sequence[ProgrammeSession]) -> dict[int, SignUp]:
    """What a participant may do at each of some sessions of their event, in six queries."""
    counts = seat_counts(session, me.event_id)
    audiences: dict[int, list[tuple[int, str]]] = {}
    for number, type_id, name in session.execute(
        select(SessionAudience.session_id, ParticipantType.id, ParticipantType.name)
        .join(ParticipantType, ParticipantType.id == SessionAudience.type_id)
        .where(ParticipantType.event_id == me.event_id)
        .order_by(ParticipantType.name)
    ):
        audiences.setdefault(number, []).append((type_id, name))
    invited = set(
        session.scalars(select(SessionInvitation.session_id).where(SessionInvitation.participant_id == me.id))
    )
    required = set(
        session.scalars(
            select(SessionAttendance.session_id).where(
                SessionAttendance.participant_id == me.id, SessionAttendance.required
            )
        )
    )
    turns = _turns(session, me)
    found = {}
    for one in sessions:
        audience = audiences.get(one.id, [])
        may = one.id in invited or (
            not one.by_invitation and (not audience or me.type_id in {number for number, _name in audience})
        )
        found[one.id] = SignUp(
            counts.get(one.id, SeatCount()),
            turns.get(one.id, 0),
            tuple(name for _number, name in audience),
            one.id in invited,
            one.id in required,
            may,
        )
    return found


def _turns(session: Session, me: Participant) -> dict[int, int]:
    """Where somebody stands in the waiting lists that they are in."""
    mine = select(SessionWaiting.session_id).where(SessionWaiting.participant_id == me.id)
    rows = session.execute(
        select(SessionWaiting.session_id, SessionWaiting.participant_id)
        .join(Participant, Participant.id == SessionWaiting.participant_id)
        .where(SessionWaiting.session_id.in_(mine), Participant.state != ParticipantState.WITHDRAWN)
        .order_by(SessionWaiting.since, SessionWaiting.participant_id)
    )
    before: Counter[int] = Counter()
    turns: dict[int, int] = {}
    for number, person in rows:
        before[number] += 1
        if person == me.id:
            turns[number] = before[number]
    return turns
