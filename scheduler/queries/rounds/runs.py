"""Runs as organisers read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import RequestState, RoundState, RunState
from scheduler.errors import NotFound
from scheduler.models import (
    Event,
    MatchmakingRound,
    Participant,
    Place,
    Plan,
    Request,
    Run,
    RunProgress,
    Slot,
    round_block,
)
from scheduler.queries.requests.counting import unanswered

LISTED = 100
QUIET = 15.0
"""Seconds without a sign of life, one of which comes each second, after which a page mentions it."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run with its round and the plan it made."""

    run: Run
    round: MatchmakingRound
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class RoundSize:
    """What a run of a round would have to work with."""

    round: MatchmakingRound
    accepted: int
    open: int
    counting: int
    """How many of them count, by the rules of the round and of the matrix."""
    slots: int
    tables: int
    busy_run: Run | None


def run_lines(session: Session, event: Event) -> list[RunLine]:
    """The latest runs of an event, newest first."""
    rows = session.execute(
        select(Run, MatchmakingRound, Plan)
        .join(MatchmakingRound, MatchmakingRound.id == Run.round_id)
        .outerjoin(Plan, Plan.run_id == Run.id)
        .where(MatchmakingRound.event_id == event.id)
        .order_by(Run.created_at.desc(), Run.id.desc())
        .limit(LISTED)
    )
    return [RunLine(run, row, plan) for run, row, plan in rows]


def run_by_public_id(session: Session, event: Event, public_id: str) -> RunLine:
    """One run of an event. Raises NotFound."""
    found = session.execute(
        select(Run, MatchmakingRound, Plan)
        .join(MatchmakingRound, MatchmakingRound.id == Run.round_id)
        .outerjoin(Plan, Plan.run_id == Run.id)
        .options(joinedload(Run.created_by))
        .where(Run.public_id == public_id, MatchmakingRound.event_id == event.id)
        .limit(1)
    ).first()
    if found is None:
        raise NotFound("There is no such run.")
    run, row, plan = found
    return RunLine(run, row, plan)


def run_progress(session: Session, run: Run) -> Sequence[RunProgress]:
    """The steps of a run's latest attempt, in order."""
    return session.scalars(
        select(RunProgress)
        .where(RunProgress.run_id == run.id, RunProgress.attempt == run.attempt)
        .order_by(RunProgress.id)
    ).all()


def another_runs(session: Session, run: Run) -> bool:
    """Whether a worker is busy with another run."""
    statement = select(Run.id).where(Run.state == RunState.RUNNING, Run.id != run.id).limit(1)
    return session.scalar(statement) is not None


def silent_for(run: Run, now: datetime) -> float:
    """Seconds for which the worker of a running run has given no sign; 0 while all is well."""
    if run.state is not RunState.RUNNING or run.heartbeat_at is None:
        return 0.0
    seconds = (now - run.heartbeat_at).total_seconds()
    return seconds if seconds > QUIET else 0.0


def round_sizes(session: Session, event: Event) -> list[RoundSize]:
    """The rounds of an event that a run can be started for, the most likely one first; with the slots still ahead."""
    rounds = session.scalars(
        select(MatchmakingRound)
        .where(MatchmakingRound.event_id == event.id, MatchmakingRound.state != RoundState.DRAFT)
        .order_by(MatchmakingRound.closes_at, MatchmakingRound.id)
    ).all()
    requests = {
        (row_id, state): count
        for row_id, state, count in session.execute(
            select(Request.round_id, Request.state, func.count())
            .join(MatchmakingRound, MatchmakingRound.id == Request.round_id)
            .where(MatchmakingRound.event_id == event.id)
            .group_by(Request.round_id, Request.state)
        )
    }
    slots: dict[int, int] = dict(
        session.execute(
            select(round_block.c.round_id, func.count(Slot.id))
            .join(Slot, Slot.block_id == round_block.c.block_id)
            .where(Slot.event_id == event.id, Slot.retired_at.is_(None), Slot.starts_at > event.now())
            .group_by(round_block.c.round_id)
        ).all()
    )
    busy = {
        run.round_id: run
        for run in session.scalars(
            select(Run)
            .join(MatchmakingRound, MatchmakingRound.id == Run.round_id)
            .where(MatchmakingRound.event_id == event.id, Run.state.in_([RunState.QUEUED, RunState.RUNNING]))
        )
    }
    of_event = (Place.event_id == event.id, Place.retired_at.is_(None))
    tables = session.scalar(select(func.sum(Place.capacity)).where(*of_event)) or 0
    published = set(
        session.scalars(
            select(Plan.round_id).where(Plan.event_id == event.id, Plan.published_at.is_not(None))
        )
    )
    waiting = {row.id: requests.get((row.id, RequestState.OPEN), 0) for row in rounds}
    silent = unanswered(session, rounds, waiting)
    found = [
        RoundSize(
            row,
            accepted := requests.get((row.id, RequestState.ACCEPTED), 0),
            waiting[row.id],
            accepted + silent[row.id].counting,
            slots.get(row.id, 0),
            tables,
            busy.get(row.id),
        )
        for row in rounds
    ]
    return sorted(found, key=lambda size: (size.round.id in published, size.round.state is RoundState.OPEN))


def people_count(session: Session, event: Event) -> int:
    """How many people are registered."""
    return session.scalar(select(func.count()).where(Participant.event_id == event.id)) or 0
