"""Runs: started by an organiser, claimed by a worker, noticed when the worker dies.

The row is the truth. The queue only carries its id and may lose or repeat it, so every step of a worker names
the attempt it belongs to, and changes nothing when the row has gone on without it. Times are wall-clock UTC
instants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState, RunState
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.errors import Conflict, Invalid
from scheduler.models import Event, MatchmakingRound, Plan, Run, RunProgress, User
from scheduler.planning.values import DEFAULT_WEIGHTS
from scheduler.queries.venue.venue import missing_ways, walks
from scheduler.services.audit import record

__all__ = [
    "DEFAULT_WEIGHTS",
    "ProgressPoint",
    "RunClaim",
    "RunSettings",
    "beat",
    "claim_run",
    "end_run",
    "lose_runs",
    "requeue_run",
    "restart_run",
    "running",
    "start_run",
    "stop_run",
    "waiting_runs",
]

LARGEST_WEIGHT = 1000
LONGEST_RUN = 7200
ACTIVE = (RunState.QUEUED, RunState.RUNNING)
SILENCE = timedelta(seconds=45)
"""A worker beats every second; one that was silent for this long is taken for dead."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What an organiser chooses: seconds of wall clock, weights of the score by name, seed, cores."""

    time_limit: int
    weights: Mapping[str, int]
    seed: int = 0
    workers: int = 2

    def check(self) -> None:
        """Raise Invalid when a figure can't be used."""
        if not 1 <= self.time_limit <= LONGEST_RUN:
            raise Invalid(
                _("A run takes between 1 second and %(hours)d hours.", hours=LONGEST_RUN // 3600),
                field="time_limit",
            )
        for name, weight in self.weights.items():
            if name not in DEFAULT_WEIGHTS:
                raise Invalid(_("There is no weight called “%(name)s”.", name=name))
            if not 0 <= weight <= LARGEST_WEIGHT:
                raise Invalid(_("A weight lies between 0 and %(most)d.", most=LARGEST_WEIGHT), field=name)
        if not 0 <= self.seed < 1 << 31:
            raise Invalid(_("The seed lies between 0 and 2147483647."), field="seed")
        if not 1 <= self.workers <= 64:
            raise Invalid(_("A run uses between 1 and 64 processor cores."), field="workers")


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """One point of a run's progress: seconds since it began, best score, proven bound."""

    seconds: float
    score: int | None
    bound: float | None


def start_run(
    session: Session,
    row: MatchmakingRound,
    settings: RunSettings,
    actor: User | None,
    now: datetime,
    *,
    base: Plan | None = None,
) -> Run:
    """A queued run of a round, from what people have or from a draft: its locks and call-offs hold.

    Raises Invalid, also while nobody knows how long walks take and nothing is assumed for them, and Conflict while
    another run of the round is under way.
    """
    settings.check()
    _check_walks(session, row)
    if base is not None:
        _check_base(row, base)
    _only_one(session, row)
    run = Run(
        round_id=row.id,
        state=RunState.QUEUED,
        time_limit=settings.time_limit,
        workers=settings.workers,
        seed=settings.seed,
        weights=dict(settings.weights),
        base_plan=base.public_id if base is not None else "",
        created_at=now,
        created_by_id=actor.id if actor is not None else None,
    )
    session.add(run)
    session.flush()
    detail = {"plan": base.name} if base is not None else {}
    _note(session, run, actor, "run.start", seconds=settings.time_limit, **detail)
    return run


def stop_run(session: Session, run: Run, actor: User | None, now: datetime) -> None:
    """Ask a run to end now and keep the best schedule so far; a queued one never begins."""
    locked = _locked(session, run)
    if locked.state is RunState.QUEUED:
        locked.state = RunState.CANCELLED
        locked.finished_at = now
        locked.outcome = RunOutcome(RunEnd.STOPPED_WAITING).stored()
    elif locked.state is RunState.RUNNING:
        locked.stop_requested = True
    else:
        raise Conflict(_("This run has already ended."))
    _note(session, locked, actor, "run.stop")


def restart_run(session: Session, run: Run, actor: User | None, now: datetime) -> None:
    """Queue a run again that was lost, failed or was stopped before it found anything."""
    locked = _locked(session, run)
    if locked.state in ACTIVE or locked.state is RunState.FINISHED:
        raise Conflict(_("Only a run that ended without a schedule can be started again."))
    row = session.get(MatchmakingRound, locked.round_id)
    if row is not None:
        _only_one(session, row)
    locked.state = RunState.QUEUED
    locked.stop_requested = False
    locked.outcome = {}
    locked.status = ""
    locked.score = locked.bound = locked.seconds = None
    locked.created_at = now
    locked.started_at = locked.heartbeat_at = locked.finished_at = None
    _note(session, locked, actor, "run.restart", attempt=locked.attempt + 1)


def claim_run(session: Session, run_id: int, worker: str, now: datetime) -> int | None:
    """Take a queued run for a worker: the number of the attempt, or None when there is nothing to take."""
    return session.execute(
        update(Run)
        .where(Run.id == run_id, Run.state == RunState.QUEUED)
        .values(
            state=RunState.RUNNING,
            attempt=Run.attempt + 1,
            worker=worker[:120],
            started_at=now,
            heartbeat_at=now,
        )
        .returning(Run.attempt)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()


def beat(
    session: Session, run_id: int, attempt: int, steps: Sequence[ProgressPoint], now: datetime
) -> bool | None:
    """Say that the worker lives, and what it found.

    True when the organiser wants it to stop, False when it goes on, None when it is no longer this attempt's.
    """
    values: dict[str, object] = {"heartbeat_at": now}
    if steps:
        values |= {"score": steps[-1].score, "bound": steps[-1].bound, "seconds": steps[-1].seconds}
    stop = session.execute(
        update(Run)
        .where(Run.id == run_id, Run.attempt == attempt, Run.state == RunState.RUNNING)
        .values(values)
        .returning(Run.stop_requested)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if stop is not None:
        session.add_all(
            RunProgress(run_id=run_id, attempt=attempt, seconds=s.seconds, score=s.score, bound=s.bound)
            for s in steps
        )
    return stop


def end_run(
    session: Session, run_id: int, attempt: int, state: RunState, outcome: RunOutcome, now: datetime
) -> bool:
    """End an attempt that brought no schedule; False when the run is no longer this attempt's."""
    ended = session.execute(
        update(Run)
        .where(Run.id == run_id, Run.attempt == attempt, Run.state == RunState.RUNNING)
        .values(state=state, outcome=outcome.stored(), finished_at=now)
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    )
    return ended.scalar_one_or_none() is not None


def requeue_run(session: Session, run_id: int, attempt: int) -> None:
    """Give an attempt back to the queue: its worker is shut down, another one begins it afresh."""
    session.execute(
        update(Run)
        .where(Run.id == run_id, Run.attempt == attempt, Run.state == RunState.RUNNING)
        .values(state=RunState.QUEUED, started_at=None, heartbeat_at=None, score=None, bound=None)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class RunClaim:
    """An attempt at a run that some worker claims to be executing, and its last sign of life."""

    run_id: int
    attempt: int
    worker: str
    beat_at: datetime


def running(session: Session) -> list[RunClaim]:
    """Every attempt that is said to be under way."""
    rows = session.execute(
        select(
            Run.id, Run.attempt, Run.worker, func.coalesce(Run.heartbeat_at, Run.started_at, Run.created_at)
        )
        .where(Run.state == RunState.RUNNING)
        .order_by(Run.id)
    )
    return [RunClaim(key, attempt, worker, beat_at) for key, attempt, worker, beat_at in rows]


def lose_runs(session: Session, lost: Iterable[RunClaim], now: datetime) -> list[int]:
    """Mark attempts as lost whose worker is gone; the ids of those that had not gone on meanwhile."""
    found = []
    for each in lost:
        gone = session.scalar(
            update(Run)
            .where(
                Run.id == each.run_id,
                Run.attempt == each.attempt,
                Run.state == RunState.RUNNING,
                func.coalesce(Run.heartbeat_at, Run.started_at, Run.created_at) <= each.beat_at,
            )
            .values(
                state=RunState.LOST,
                finished_at=now,
                outcome=RunOutcome(RunEnd.WORKER_GONE).stored(),
            )
            .returning(Run.id)
            .execution_options(synchronize_session=False)
        )
        found += [gone] if gone is not None else []
    return found


def waiting_runs(session: Session) -> list[int]:
    """The ids of queued runs, oldest first: what to tell the queue again when it has lost them."""
    return list(session.scalars(select(Run.id).where(Run.state == RunState.QUEUED).order_by(Run.created_at)))


def _check_walks(session: Session, row: MatchmakingRound) -> None:
    known = walks(session, row.event_id)
    missing = missing_ways(session, row.event_id, known)
    if known.assumed is None and missing.first is not None:
        raise Invalid(
            ngettext(
                "Nobody has said how long the walk between %(one)s and %(other)s takes. Enter it, or say what this run"
                " is to count for it.",
                "Nobody has said how long %(num)d of the walks take, such as the one between %(one)s and %(other)s."
                " Enter them, or say what this run is to count for each.",
                missing.count,
                one=missing.first[0],
                other=missing.first[1],
            ),
            field="assumed_walk",
        )


def _check_base(row: MatchmakingRound, base: Plan) -> None:
    if base.round_id != row.id:
        raise Invalid(
            _("“%(plan)s” belongs to another round than “%(round)s”.", plan=base.name, round=row.name),
            field="base",
        )
    if base.state not in (PlanState.DRAFT, PlanState.PUBLISHED):
        raise Invalid(
            _("“%(plan)s” is no draft any more. Bring it back first, or choose another.", plan=base.name),
            field="base",
        )


def _only_one(session: Session, row: MatchmakingRound) -> None:
    # The round's row is locked first, so that two organisers can't both find no run.
    session.execute(select(MatchmakingRound.id).where(MatchmakingRound.id == row.id).with_for_update())
    busy = session.scalar(select(Run.id).where(Run.round_id == row.id, Run.state.in_(ACTIVE)).limit(1))
    if busy is not None:
        raise Conflict(_("A run of this round is under way. Stop it, or wait until it has ended."))


def _locked(session: Session, run: Run) -> Run:
    found = session.scalar(
        select(Run).where(Run.id == run.id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise Conflict(_("This run no longer exists."))
    return found


def _note(session: Session, run: Run, actor: User | None, action: str, **detail: Any) -> None:
    row = session.get(MatchmakingRound, run.round_id)
    event = session.get(Event, row.event_id) if row is not None else None
    if event is not None:
        record(session, event, actor, action, run.public_id, **detail)
