"""The state of an event's messages, for its organisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind, MessageState
from scheduler.models import DeadAddress, Event, OutboxMessage, Participant

TROUBLE = (MessageState.UNCERTAIN, MessageState.FAILED)


@dataclass(frozen=True, slots=True)
class MailStanding:
    """How many messages of each kind are in each state; those that need somebody; addresses that are dead."""

    counts: dict[MessageKind, dict[MessageState, int]]
    trouble: Sequence[OutboxMessage]
    trouble_total: int
    dead: Sequence[DeadAddress]

    def total(self, state: MessageState) -> int:
        return sum(row.get(state, 0) for row in self.counts.values())


def mail_standing(session: Session, event: Event, most: int = 100) -> MailStanding:
    """The standing, in four queries; at most `most` messages and addresses are listed."""
    counts: dict[MessageKind, dict[MessageState, int]] = {}
    for kind, state, count in session.execute(
        select(OutboxMessage.kind, OutboxMessage.state, func.count())
        .where(OutboxMessage.event_id == event.id)
        .group_by(OutboxMessage.kind, OutboxMessage.state)
    ):
        counts.setdefault(kind, {})[state] = count
    needs = (OutboxMessage.event_id == event.id, OutboxMessage.state.in_(TROUBLE))
    trouble = session.scalars(
        select(OutboxMessage).where(*needs).order_by(OutboxMessage.created_at.desc()).limit(most)
    ).all()
    total = session.scalar(select(func.count()).select_from(OutboxMessage).where(*needs)) or 0
    dead = session.scalars(
        select(DeadAddress)
        .join(Participant, Participant.email == DeadAddress.address)
        .where(Participant.event_id == event.id)
        .order_by(DeadAddress.bounced_at.desc())
        .limit(most)
    ).all()
    return MailStanding(counts, trouble, total, dead)
