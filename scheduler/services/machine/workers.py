"""Workers' signs of life: who works, and what they can't do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.models import WorkerBeat
from scheduler.queries.machine import SILENCE

FORGET = timedelta(hours=6)


def beat(session: Session, name: str, started: datetime, now: datetime, trouble: dict[str, str]) -> None:
    """Write a worker's sign of life, and forget workers that ended long ago."""
    row = session.get(WorkerBeat, name)
    if row is None:
        session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - FORGET))
        session.add(WorkerBeat(name=name, started_at=started, beat_at=now, trouble=trouble))
    else:
        row.beat_at, row.trouble = now, trouble
    session.flush()


def forget(session: Session, name: str) -> None:
    """A worker ends in order."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.name == name))


def living_workers(session: Session, now: datetime) -> set[str]:
    """The names of workers that were heard of lately."""
    return set(session.scalars(select(WorkerBeat.name).where(WorkerBeat.beat_at > now - SILENCE)))
