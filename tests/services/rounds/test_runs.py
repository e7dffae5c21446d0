"""Runs as rows: one at a time, claimed once, ended by the attempt that holds them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from scheduler.domain.enums import RunState
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.errors import Conflict, Invalid
from scheduler.models import AuditEntry, Run, RunProgress
from scheduler.services.rounds import runs
from scheduler.services.rounds.runs import DEFAULT_WEIGHTS, ProgressPoint, RunSettings
from tests.factories import make_event, make_organiser, make_round

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SETTINGS = RunSettings(30, DEFAULT_WEIGHTS)


@pytest.fixture
def row(session):
    return make_round(session, make_event(session))


@pytest.fixture
def run(session, row):
    return runs.start_run(session, row, SETTINGS, None, NOW)


def claim(session, run, worker="host:1:1"):
    attempt = runs.claim_run(session, run.id, worker, NOW)
    session.refresh(run)
    return attempt


def test_starting_queues_a_run_and_writes_it_into_the_log(session, row):
    event = row.event_id
    user = make_organiser(session, make_event(session))
    run = runs.start_run(session, row, SETTINGS, user, NOW)
    assert (run.state, run.time_limit, run.created_by_id) == (RunState.QUEUED, 30, user.id)
    assert session.scalar(select(AuditEntry.action).where(AuditEntry.event_id == event)) == "run.start"


def test_a_second_run_of_the_round_is_refused_while_one_is_under_way(session, row, run):
    with pytest.raises(Conflict, match="A run of this round is under way"):
        runs.start_run(session, row, SETTINGS, None, NOW)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (RunSettings(0, {}), "time_limit"),
        (RunSettings(7201, {}), "time_limit"),
        (RunSettings(30, {"value": -1}), "value"),
        (RunSettings(30, {"break": 10**9}), "break"),
        (RunSettings(30, {"fun": 1}), ""),
        (RunSettings(30, {}, seed=-1), "seed"),
        (RunSettings(30, {}, workers=0), "workers"),
    ],
)
def test_settings_that_make_no_sense_are_refused(session, row, settings, field):
    with pytest.raises(Invalid) as refused:
        runs.start_run(session, row, settings, None, NOW)
    assert refused.value.field == field
    assert session.scalar(select(func.count()).select_from(Run)) == 0


def test_a_run_is_claimed_once(session, run):
    assert claim(session, run) == 1
    assert runs.claim_run(session, run.id, "host:2:2", NOW) is None
    assert (run.state, run.worker, run.heartbeat_at) == (RunState.RUNNING, "host:1:1", NOW)


def test_stopping_a_queued_run_ends_it(session, run):
    runs.stop_run(session, run, None, NOW)
    assert run.state is RunState.CANCELLED
    assert runs.claim_run(session, run.id, "host:1:1", NOW) is None


def test_stopping_a_running_run_tells_its_worker_at_the_next_beat(session, run):
    attempt = claim(session, run)
    assert runs.beat(session, run.id, attempt, [], NOW) is False
    runs.stop_run(session, run, None, NOW)
    assert runs.beat(session, run.id, attempt, [], NOW) is True


def test_a_beat_keeps_what_was_found(session, run):
    attempt = claim(session, run)
    later = NOW + timedelta(seconds=1)
    runs.beat(session, run.id, attempt, [ProgressPoint(0.5, 10, 20.0)], later)
    session.refresh(run)
    assert (run.score, run.bound, run.seconds, run.heartbeat_at) == (10, 20.0, 0.5, later)
    assert session.scalars(select(RunProgress.score)).all() == [10]


def test_a_silent_worker_is_noticed_and_the_run_can_be_started_again(session, run):
    attempt = claim(session, run)
    (held,) = runs.running(session)
    runs.beat(session, run.id, attempt, [], NOW + timedelta(seconds=1))
    assert runs.lose_runs(session, [held], NOW) == []
    assert runs.lose_runs(session, runs.running(session), NOW) == [run.id]
    session.refresh(run)
    assert run.state is RunState.LOST
    assert run.outcome["end"] == "worker-gone"
    runs.restart_run(session, run, None, NOW)
    assert claim(session, run) == attempt + 1


def test_what_a_dead_attempt_says_later_changes_nothing(session, run):
    old = claim(session, run)
    runs.lose_runs(session, runs.running(session), NOW)
    session.refresh(run)
    runs.restart_run(session, run, None, NOW)
    claim(session, run, "host:2:2")
    assert runs.beat(session, run.id, old, [ProgressPoint(1.0, 99, 99.0)], NOW) is None
    assert not runs.end_run(session, run.id, old, RunState.FAILED, RunOutcome(RunEnd.ENDED), NOW)
    session.refresh(run)
    assert (run.state, run.score, run.worker) == (RunState.RUNNING, None, "host:2:2")


def test_a_run_under_way_is_not_started_again(session, run):
    claim(session, run)
    with pytest.raises(Conflict, match="ended without a schedule"):
        runs.restart_run(session, run, None, NOW)


def test_a_run_given_back_is_taken_by_the_next_worker(session, run):
    attempt = claim(session, run)
    runs.requeue_run(session, run.id, attempt)
    assert runs.waiting_runs(session) == [run.id]
    assert claim(session, run, "host:2:2") == attempt + 1
