"""How the installation is: whether a worker lives, what it can't do, which mails are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageState
from scheduler.models import OutboxMessage, WorkerBeat
from scheduler.models.message import OPEN

SILENCE = timedelta(seconds=45)
"""A worker gives a sign every five seconds; one that was silent for this long is taken for gone."""
LATE = timedelta(minutes=10)
"""How long after its time a mail that nobody has begun to send is late."""


@dataclass(frozen=True, slots=True)
class Machine:
    """`trouble`: what living workers can't do, by the name of the part, with the reason as they met it."""

    workers: int
    last_beat: datetime | None
    trouble: dict[str, str]
    late: int
    late_since: datetime | None


def machine(session: Session, now: datetime, event_id: int | None = None) -> Machine:
    """How the installation is; the late mails of one event, or of all."""
    rows = session.scalars(select(WorkerBeat)).all()
    alive = [row for row in rows if now - row.beat_at < SILENCE]
    late = select(func.count(), func.min(OutboxMessage.due_at)).where(
        text(OPEN), OutboxMessage.state == MessageState.QUEUED, OutboxMessage.due_at < now - LATE
    )
    if event_id is not None:
        late = late.where(OutboxMessage.event_id == event_id)
    count, since = session.execute(late).one()
    trouble = {part: reason for row in alive for part, reason in row.trouble.items()}
    return Machine(len(alive), max((row.beat_at for row in rows), default=None), trouble, count, since)


def a_worker_lives(session: Session, now: datetime) -> bool:
    """Whether any worker was heard of lately."""
    return (
        session.scalar(select(WorkerBeat.name).where(WorkerBeat.beat_at > now - SILENCE).limit(1)) is not None
    )
