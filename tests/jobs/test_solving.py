"""A run in its child process: it ends with a plan or a reason, whatever happens to the processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import psutil
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState, RequestState, RunState
from scheduler.extensions import db
from scheduler.jobs.child import Child
from scheduler.jobs.local import run_now
from scheduler.jobs.queue import enqueue, queue_of
from scheduler.jobs.solving import Execution, Patience, desk, solve_run
from scheduler.jobs.worker import Worker
from scheduler.models import BusyTime, Meeting, Participant, Plan, Run, RunProgress, Unscheduled
from scheduler.planning.order import Order
from scheduler.services.machine.processes import lives, process_name
from scheduler.services.meetings.plans import publish
from scheduler.services.rounds import runs
from scheduler.services.rounds.runs import DEFAULT_WEIGHTS, RunSettings
from tests.factories import (
    make_block,
    make_event,
    make_participant,
    make_place,
    make_request,
    make_round,
)
from tests.waiting import PATIENCE, PLENTY, wait_until

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What processes do to each other does not depend on the database."""


def popular_round(session: Session, wanted_by: int = 3, slots: int = 2):
    """Everybody wants to meet one person, who has fewer slots than admirers."""
    event = make_event(session)
    row = make_round(session, event, blocks=[make_block(session, event, slots=slots)])
    make_place(session, event, capacity=wanted_by)
    star = make_participant(session, event, name="Star")
    for number in range(wanted_by):
        fan = make_participant(session, event, name=f"Fan {number}")
        make_request(session, row, fan, star, RequestState.ACCEPTED)
    session.commit()
    return row


def queued(session: Session, row, seconds: int = PLENTY) -> Run:
    run = runs.start_run(session, row, RunSettings(seconds, DEFAULT_WEIGHTS), None, datetime.now(UTC))
    session.commit()
    return run


def claimed(session: Session, run: Run) -> int:
    attempt = runs.claim_run(session, run.id, process_name(), datetime.now(UTC))
    session.commit()
    assert attempt is not None
    return attempt


def test_everybody_wants_one_person_gives_a_proven_draft_with_a_reason_for_the_rest(app, session):
    row = popular_round(session)
    run = queued(session, row)
    solve_run(app, run.id)
    session.expire_all()
    assert (run.state, run.status, run.score) == (RunState.FINISHED, "optimal", run.bound)
    plan = session.scalars(select(Plan)).one()
    assert (plan.state, plan.run_id, plan.name) == (PlanState.DRAFT, run.id, "Plan 1")
    assert (plan.measures["held"], plan.measures["wanted"], plan.measures["ceiling"]) == (2, 3, 2)
    assert len(session.scalars(select(Meeting).where(Meeting.plan_id == plan.id)).all()) == 2
    missing = session.scalars(select(Unscheduled)).one()
    assert missing.reason == "outranked"
    star = session.scalars(select(Participant.public_id).where(Participant.name == "Star")).one()
    assert {(each["kind"], each["person"]) for each in missing.causes} == {("meeting", star)}
    assert session.scalars(select(RunProgress.score).order_by(RunProgress.id.desc())).first() == run.score


@SQLITE
def test_a_run_after_publication_moves_nothing_and_keeps_identities_and_tables(app, session):
    row = popular_round(session)
    first = run_now(app, session, row, RunSettings(PLENTY, DEFAULT_WEIGHTS))
    publish(session, first, None)
    session.commit()
    second = run_now(app, session, row, RunSettings(PLENTY, DEFAULT_WEIGHTS))

    def said(plan: Plan) -> set[tuple[object, ...]]:
        return {
            (each.wish, each.uid, each.slot_id, each.place_id, each.table_number)
            for each in session.scalars(select(Meeting).where(Meeting.plan_id == plan.id))
        }

    assert said(second) == said(first)
    assert (second.measures["moved"], second.measures["dropped"]) == (0, 0)


@SQLITE
def test_nobody_available_gives_an_empty_draft_with_reasons(app, session):
    row = popular_round(session, wanted_by=1)
    person = session.scalars(select(Participant).where(Participant.name == "Star")).one()
    block = row.blocks[0]
    session.add(BusyTime(participant_id=person.id, starts_at=block.starts_at, ends_at=block.ends_at))
    session.commit()
    plan = run_now(app, session, row, RunSettings(PLENTY, DEFAULT_WEIGHTS))
    assert plan.measures["held"] == 0
    assert session.scalars(select(Unscheduled.reason)).all() == ["no-common-slot"]


@SQLITE
def test_nothing_to_plan_ends_the_run_with_the_reason(app, session):
    event = make_event(session)
    row = make_round(session, event, blocks=[make_block(session, event)])
    make_participant(session, event)
    session.commit()
    run = queued(session, row)
    solve_run(app, run.id)
    session.expire_all()
    assert run.state is RunState.FAILED
    assert run.outcome["end"] == "no-wishes"
    assert session.scalars(select(Plan)).all() == []


@SQLITE
def test_a_child_that_overruns_is_killed_with_its_family(session, database_url):
    run = queued(session, popular_round(session), seconds=1)
    attempt = claimed(session, run)
    child = Child.start(Order(database_url, run.id, attempt), "tests.jobs.idle_child")
    Execution(database_url, run.id, attempt, 1.0, Patience(solving=0.5)).run(child)
    session.expire_all()
    assert (run.state, child.end()) == (RunState.FAILED, -signal.SIGKILL)
    assert run.outcome["end"] == "overran"


@SQLITE
def test_a_stop_that_is_not_heard_ends_by_force(session, database_url):
    run = queued(session, popular_round(session), seconds=PLENTY)
    attempt = claimed(session, run)
    runs.stop_run(session, run, None, datetime.now(UTC))
    session.commit()
    child = Child.start(Order(database_url, run.id, attempt), "tests.jobs.idle_child")
    Execution(database_url, run.id, attempt, PLENTY, Patience(solving=0.5)).run(child)
    session.expire_all()
    assert run.state is RunState.CANCELLED


@SQLITE
def test_a_child_that_dies_fails_the_run(session, database_url):
    run = queued(session, popular_round(session))
    attempt = claimed(session, run)
    child = Child.start(Order(database_url, run.id, attempt), "tests.jobs.broken_child")
    Execution(database_url, run.id, attempt, 20.0).run(child)
    session.expire_all()
    assert (run.state, run.outcome["end"]) == (RunState.FAILED, "ended")


@SQLITE
def test_stopping_keeps_the_best_schedule_so_far(app, session, database_url):
    run = queued(session, popular_round(session, wanted_by=12, slots=8), seconds=PLENTY)
    attempt = claimed(session, run)
    runs.stop_run(session, run, None, datetime.now(UTC))
    session.commit()
    Execution(database_url, run.id, attempt, PLENTY).run()
    session.expire_all()
    assert run.state is RunState.FINISHED
    assert session.scalars(select(Plan.run_id)).all() == [run.id]


@SQLITE
def test_a_closing_worker_gives_its_run_back(session, database_url):
    run = queued(session, popular_round(session), seconds=PLENTY)
    attempt = claimed(session, run)
    child = Child.start(Order(database_url, run.id, attempt), "tests.jobs.idle_child")
    desk.closing.set()
    try:
        Execution(database_url, run.id, attempt, PLENTY).run(child)
    finally:
        desk.closing.clear()
    session.expire_all()
    assert (run.state, child.end()) == (RunState.QUEUED, -signal.SIGKILL)


WORKER = """
import sys
from scheduler import create_app
from scheduler.jobs.worker import Worker
Worker(create_app({"INSTANCE": sys.argv[1], "DATABASE_URL": sys.argv[2], "MODE": "development"})).run()
"""


def start_worker(app, database_url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, app.instance_path, database_url], start_new_session=True
    )


def wait_for(session: Session, run: Run, *states: RunState) -> None:
    def arrived() -> bool:
        session.rollback()
        session.expire_all()
        found = run.state in states
        session.rollback()
        return found

    wait_until(arrived, f"the run is one of {states}")


@SQLITE
def test_a_killed_worker_leaves_a_lost_run_that_the_next_worker_executes(app, session, database_url):
    run = queued(session, popular_round(session, wanted_by=30, slots=20), seconds=PLENTY)
    with db.new_session(database_url, read_only=True) as reader:
        mine = reader.get_one(Run, run.id)
        session.close()
        first = start_worker(app, database_url)
        try:
            wait_for(reader, mine, RunState.RUNNING)
            # on a new installation somebody compiles kernels beside, who may go on to the end
            children = [
                child
                for child in psutil.Process(first.pid).children(recursive=True)
                if "scheduler.planning.child" in child.cmdline()
            ]
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            assert not lives(mine.worker)
            _, alive = psutil.wait_procs(children, timeout=PATIENCE)
            assert alive == []
        finally:
            first.kill()
        second = Worker(app, threads=1)
        second.minder.look_after_runs()
        wait_for(reader, mine, RunState.LOST)
        with db.new_session(database_url) as writer:
            runs.restart_run(writer, writer.get_one(Run, mine.id), None, datetime.now(UTC))
            writer.commit()
        second.start()
        try:
            wait_for(reader, mine, RunState.RUNNING)
            with db.new_session(database_url) as writer:
                runs.stop_run(writer, writer.get_one(Run, mine.id), None, datetime.now(UTC))
                writer.commit()
            wait_for(reader, mine, RunState.FINISHED)
        finally:
            second.stop()
        assert mine.attempt == 2
        assert reader.scalars(select(Plan.run_id)).all() == [mine.id]


@SQLITE
def test_jobs_travel_as_plain_json(app):
    enqueue(app, "solve-run", run_id=7)
    (raw,) = queue_of(app).storage.enqueued_items()
    assert b'"solve-run", {"run_id": 7}' in bytes(raw)
    task = queue_of(app).dequeue()
    assert task.args == ["solve-run", {"run_id": 7}]
