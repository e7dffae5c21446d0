"""Agreed partners with whom no common time is left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from scheduler.domain.intervals import Interval
from scheduler.domain.kinds import ParticipantState, RequestState, RoundState
from scheduler.models import (
    BusyTime,
    MatchmakingRound,
    Participant,
    ProgrammeSession,
    Request,
    SessionAttendance,
    Slot,
    round_block,
)


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody with whom a meeting is agreed."""

    public_id: str
    name: str


def partners_without_common_time(session: Session, me: Participant) -> tuple[Partner, ...]:
    """Partners of accepted requests of the open round who are never free when the participant is.

    Four queries, whatever the number of partners.
    """
    partner = case((Request.from_id == me.id, Request.to_id), else_=Request.from_id)
    people = {
        row.id: row
        for row in session.execute(
            select(Participant.id, Participant.public_id, Participant.name, Request.round_id)
            .join(Request, Participant.id == partner)
            .join(MatchmakingRound, MatchmakingRound.id == Request.round_id)
            .where(
                or_(Request.from_id == me.id, Request.to_id == me.id),
                Request.state == RequestState.ACCEPTED,
                MatchmakingRound.state == RoundState.OPEN,
                Participant.state == ParticipantState.ACTIVE,
            )
            .order_by(Participant.name)
        )
    }
    ids = [me.id, *people]
    taken: dict[int, list[Interval]] = defaultdict(list)
    for key, start, end in session.execute(
        select(BusyTime.participant_id, BusyTime.starts_at, BusyTime.ends_at).where(
            BusyTime.participant_id.in_(ids)
        )
    ):
        taken[key].append(Interval(start, end))
    for key, start, end in session.execute(
        select(SessionAttendance.participant_id, ProgrammeSession.starts_at, ProgrammeSession.ends_at)
        .join(ProgrammeSession, ProgrammeSession.id == SessionAttendance.session_id)
        .where(SessionAttendance.participant_id.in_(ids))
    ):
        taken[key].append(Interval(start, end))
    slots: dict[int, list[Interval]] = defaultdict(list)
    for round_id, start, end in session.execute(
        select(round_block.c.round_id, Slot.starts_at, Slot.ends_at)
        .join(Slot, Slot.block_id == round_block.c.block_id)
        .join(
            MatchmakingRound,
            and_(
                MatchmakingRound.id == round_block.c.round_id,
                MatchmakingRound.event_id == me.event_id,
                MatchmakingRound.state == RoundState.OPEN,
            ),
        )
    ):
        slots[round_id].append(Interval(start, end))

    def free(key: int, slot: Interval) -> bool:
        return not any(busy.overlaps(slot) for busy in taken[key])

    mine = {round_id: [slot for slot in found if free(me.id, slot)] for round_id, found in slots.items()}
    return tuple(
        Partner(row.public_id, row.name)
        for key, row in people.items()
        if not any(free(key, slot) for slot in mine.get(row.round_id, []))
    )
