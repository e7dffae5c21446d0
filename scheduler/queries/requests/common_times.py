"""Agreed partners with whom no common time is left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, RequestState, RoundState
from scheduler.domain.intervals import Interval
from scheduler.models import MatchmakingRound, Participant, Request, Slot, round_block
from scheduler.queries.engagements import engagements_of


@dataclass(frozen=True, slots=True)
class AgreedPartner:
    """Somebody with whom a meeting is agreed."""

    public_id: str
    name: str


def partners_without_common_time(
    session: Session, me: Participant, now: datetime
) -> tuple[AgreedPartner, ...]:
    """Partners of accepted requests of the open round who are never free any more when the participant is.

    With whom a meeting of that round is planned already is left out. A fixed number of queries.
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
    taken = engagements_of(session, me.event_id, ids)
    slots: dict[int, list[Interval]] = defaultdict(list)
    for round_id, start, end in session.execute(
        select(round_block.c.round_id, Slot.starts_at, Slot.ends_at)
        .join(Slot, and_(Slot.block_id == round_block.c.block_id, Slot.retired_at.is_(None)))
        .join(
            MatchmakingRound,
            and_(
                MatchmakingRound.id == round_block.c.round_id,
                MatchmakingRound.event_id == me.event_id,
                MatchmakingRound.state == RoundState.OPEN,
            ),
        )
        .where(Slot.starts_at > now)
    ):
        slots[round_id].append(Interval(start, end))

    def free(key: int, slot: Interval) -> bool:
        return not any(one.time.overlaps(slot) for one in taken.get(key, ()))

    mine_planned = {one.key for one in taken.get(me.id, ()) if one.round_id is not None}

    def planned(key: int, round_id: int) -> bool:
        return any(one.round_id == round_id and one.key in mine_planned for one in taken.get(key, ()))

    mine = {round_id: [slot for slot in found if free(me.id, slot)] for round_id, found in slots.items()}
    return tuple(
        AgreedPartner(row.public_id, row.name)
        for key, row in people.items()
        if not planned(key, row.round_id) and not any(free(key, slot) for slot in mine.get(row.round_id, []))
    )
