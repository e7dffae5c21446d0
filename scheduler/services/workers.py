"""Workers' signs of life: who works, who has fallen silent, and what they can't do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.models import WorkerBeat

SILENCE = timedelta(seconds=45)
"""A worker beats every five seconds; one that was silent for this long is taken for gone."""
FORGET = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a worker lives, and what the living ones can't do: a part's name with the reason."""

    alive: int
    last_beat: datetime | None
    trouble: dict[str, str] = field(default_factory=dict)


def beat(session: Session, name: str, started: datetime, now: datetime, trouble: dict[str, str]) -> None:
    """Write a worker's sign of life, and forget workers that ended long ago."""
    row = session.get(WorkerBeat, name)
    if row is None:
        row = WorkerBeat(name=name, started_at=started, beat_at=now, trouble=trouble)
        session.add(row)
        session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - FORGET))
    row.beat_at, row.trouble = now, trouble
    session.flush()


def forget(session: Session, name: str) -> None:
    """A worker ends in order."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.name == name))


def standing(session: Session, now: datetime) -> Standing:
    """How the workers are, whichever machine they run on."""
    rows = session.scalars(select(WorkerBeat)).all()
    alive = [row for row in rows if now - row.beat_at < SILENCE]
    trouble = {part: reason for row in alive for part, reason in row.trouble.items()}
    return Standing(len(alive), max((row.beat_at for row in rows), default=None), trouble)


def living_workers(session: Session, now: datetime) -> set[str]:
    """The names of workers that were heard of lately."""
    return set(session.scalars(select(WorkerBeat.name).where(WorkerBeat.beat_at >= now - SILENCE)))
