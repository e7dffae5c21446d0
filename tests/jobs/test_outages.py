"""Each part that a worker needs is taken away in the middle of its work and given back: all ends by itself.

The worker is a real one with all its threads, the parts are real servers behind lines that can be cut.
"""

from __future__ import annotations

import asyncio
import email
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.enums import PlanErrand, PlanState, RunState
from scheduler.domain.messages import MessageState
from scheduler.extensions import db
from scheduler.jobs.queue import enqueue
from scheduler.jobs.solving import desk
from scheduler.jobs.worker import Worker
from scheduler.mail.outbox import queue_mail
from scheduler.models import OutboxMessage, Plan, Run
from scheduler.services.machine.processes import process_name
from scheduler.services.meetings.background_publication import ask_for, take
from scheduler.services.meetings.plans import publish
from scheduler.services.rounds import runs
from tests.disks import full_disk
from tests.jobs.test_solving import claimed, popular_round, queued
from tests.mail.servers import Inbox, mail_server
from tests.outages import Proxy, proxied_postgresql, redis_server, to_tcp
from tests.services.scenes import published_scene, set_clock
from tests.waiting import PLENTY, wait_until

POSTGRESQL = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class UnhurriedInbox(Inbox):
    """Takes a moment for each letter, so that an outage finds some of them half handed over."""

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        await asyncio.sleep(0.02)
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.02)
        return answer


def _app(tmp_path: Path, database_url: str, **settings: object) -> Flask:
    return create_app(
        {
            "INSTANCE": tmp_path / "instance",
            "DATABASE_URL": database_url,
            "MODE": "production",
            "SECRET_KEY": "a secret of the tests",
            "MAIL_URL": "",
            **settings,
        }
    )


@contextmanager
def _working(app: Flask) -> Iterator[Worker]:
    """A worker in this process, with all its threads."""
    worker = Worker(app, threads=2)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
        assert not desk.busy.locked()


def _alive(worker: Worker) -> None:
    names = {loop.name for loop in worker.loops} - {thread.name for thread in threading.enumerate()}
    assert names == set(), f"ended: {names}"


def _state(session: Session, run: Run) -> RunState:
    session.rollback()
    session.expire_all()
    found = run.state
    session.rollback()
    return found


def _mails(session: Session, count: int) -> None:
    for number in range(count):
        queue_mail(session, to_address=f"p{number}@example.org", to_name="", subject=str(number), text="x\n")
    session.commit()


def _states(session: Session) -> Counter[MessageState]:
    session.rollback()
    session.expire_all()
    found = Counter(session.scalars(select(OutboxMessage.state)).all())
    session.rollback()
    return found


def _open(session: Session) -> int:
    states = _states(session)
    return states[MessageState.QUEUED] + states[MessageState.CLAIMED] + states[MessageState.SENDING]


def _delivered(inbox: Inbox) -> Counter[str]:
    return Counter(str(email.message_from_bytes(data)["Message-ID"]) for data in inbox.letters)


@SQLITE
def test_run_that_was_started_while_redis_was_away_is_executed(
    tmp_path: Path, session: Session, database_url: str
) -> None:
    with redis_server(tmp_path) as port:
        line = Proxy(to_tcp(port))
        app = _app(tmp_path, database_url, QUEUE_URL=f"redis://127.0.0.1:{line.port}/0")
        with _working(app) as worker:
            row = popular_round(session)
            with line.away(6):
                run = queued(session, row)
                with pytest.raises(Exception, match=r"."):
                    enqueue(app, "solve-run", run_id=run.id)
                wait_until(lambda: bool(worker.vitals.trouble()), "trouble told")
            wait_until(lambda: _state(session, run) is RunState.FINISHED, "finished")
            wait_until(lambda: not worker.vitals.trouble(), "all well")
            _alive(worker)
        line.close()
    assert len(session.scalars(select(Plan)).all()) == 1


@SQLITE
def test_worker_that_starts_before_redis_works_as_soon_as_it_is_there(
    tmp_path: Path, session: Session, database_url: str
) -> None:
    with redis_server(tmp_path) as port:
        line = Proxy(to_tcp(port))
        line.cut()
        run = queued(session, popular_round(session))
        app = _app(tmp_path, database_url, QUEUE_URL=f"redis://127.0.0.1:{line.port}/0")
        with _working(app) as worker:
            wait_until(lambda: "queue" in worker.vitals.trouble(), "trouble told")
            line.mend()
            wait_until(lambda: _state(session, run) is RunState.FINISHED, "finished")
        line.close()


@dataclass
class Away:
    """An application whose database is at the other end of a line."""

    app: Flask
    line: Proxy


@pytest.fixture
def away(tmp_path: Path, database_url: str) -> Iterator[Away]:
    with proxied_postgresql(database_url) as (line, near):
        app = _app(tmp_path, near)
        yield Away(app, line)
        line.mend()
        db.dispose(near)


@pytest.mark.slow
@POSTGRESQL
def test_run_whose_database_goes_away_while_it_searches_and_stores_keeps_its_plan(
    away: Away, session: Session
) -> None:
    run = queued(session, popular_round(session, wanted_by=12, slots=8), seconds=5)
    with _working(away.app) as worker:
        wait_until(lambda: _state(session, run) is RunState.RUNNING, "running")
        with away.line.away(12):
            wait_until(lambda: bool(worker.vitals.trouble()), "trouble told")
        wait_until(lambda: _state(session, run) is not RunState.RUNNING, "ended")
        _alive(worker)
    assert _state(session, run) is RunState.FINISHED
    assert session.scalars(select(Plan.run_id)).all() == [run.id]


@POSTGRESQL
def test_stop_that_was_asked_while_the_database_was_away_is_heard(away: Away, session: Session) -> None:
    run = queued(session, popular_round(session, wanted_by=12, slots=8), seconds=PLENTY)
    with _working(away.app):
        wait_until(lambda: _state(session, run) is RunState.RUNNING, "running")
        with away.line.away(3):
            runs.stop_run(session, run, None, datetime.now(UTC))
            session.commit()
        wait_until(lambda: _state(session, run) is RunState.FINISHED, "finished")


@POSTGRESQL
def test_run_that_bears_our_name_and_that_nobody_executes_begins_again(away: Away, session: Session) -> None:
    run = queued(session, popular_round(session))
    claimed(session, run)
    with _working(away.app):
        wait_until(lambda: _state(session, run) is RunState.FINISHED, "finished")
    assert run.attempt == 2


@POSTGRESQL
@pytest.mark.parametrize("errand", [PlanErrand.PUBLISH, PlanErrand.UNPUBLISH])
def test_plan_whose_database_goes_away_meanwhile_is_changed_once(
    away: Away, session: Session, errand: PlanErrand
) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 09:00")
    plan, after = scene.plan, PlanState.PUBLISHED
    plan.state = PlanState.DRAFT
    if errand is PlanErrand.UNPUBLISH:
        after = PlanState.DRAFT
        with away.app.app_context():
            publish(session, plan, None, mails=False)
    session.commit()
    with _working(away.app) as worker:
        wait_until(lambda: process_name() in _beats(session), "beating")
        away.line.cut()
        ask_for(session, plan, errand, datetime.now(UTC))
        # As if it had been taken right before, by a thread that then lost its database.
        assert take(session, plan.id, process_name())
        session.commit()
        wait_until(lambda: bool(worker.vitals.trouble()), "trouble told")
        away.line.mend()

        def done() -> bool:
            session.rollback()
            session.expire_all()
            found = plan.errand is None
            session.rollback()
            return found

        wait_until(done, "done")
        _alive(worker)
    assert (plan.state, plan.errand_refusal) == (after, {})
    told = session.scalars(select(OutboxMessage.participant_id)).all()
    assert len(told) == len(set(told)) == 3


def _beats(session: Session) -> list[str]:
    from scheduler.models import WorkerBeat

    session.rollback()
    names = list(session.scalars(select(WorkerBeat.name)))
    session.rollback()
    return names


@POSTGRESQL
def test_mails_leave_once_though_the_database_goes_away_again_and_again(away: Away, session: Session) -> None:
    inbox = UnhurriedInbox()
    with mail_server(inbox) as url:
        away.app.config["MAIL_URL"] = url
        _mails(session, 120)
        with _working(away.app) as worker:
            for reached in (10, 40, 70):
                wait_until(lambda least=reached: len(inbox.letters) >= least, "some letters")
                with away.line.away(1.5):
                    pass
            wait_until(lambda: not _open(session), "all settled")
            _alive(worker)
    assert _states(session) == {MessageState.SENT: 120}
    assert set(_delivered(inbox).values()) == {1}
    # A claim whose answer got lost is made again: once at each of three cuts at most.
    assert 1 <= (session.scalar(select(func.max(OutboxMessage.attempts))) or 0) <= 4


@SQLITE
def test_mails_leave_once_though_the_mail_server_goes_away_again_and_again(
    tmp_path: Path, session: Session, database_url: str
) -> None:
    inbox = UnhurriedInbox()
    with mail_server(inbox) as url:
        line = Proxy(to_tcp(urlsplit(url).port or 0))
        app = _app(tmp_path, database_url, MAIL_URL=f"smtp://127.0.0.1:{line.port}?timeout=60")
        _mails(session, 120)
        with _working(app) as worker:
            for reached in (10, 40, 70):
                wait_until(lambda least=reached: len(inbox.letters) >= least, "some letters")
                with line.away(1.0):
                    wait_until(lambda: "mail server" in worker.vitals.trouble(), "trouble told")
            wait_until(lambda: not _open(session), "all settled")
            assert worker.vitals.trouble() == {}
            _alive(worker)
        line.close()
    states = _states(session)
    assert set(states) <= {MessageState.SENT, MessageState.UNCERTAIN}
    # One on each of four lines at each of three cuts: what was handed over and not answered.
    assert states[MessageState.UNCERTAIN] <= 12
    assert set(_delivered(inbox).values()) == {1}
    assert len(inbox.letters) >= states[MessageState.SENT]


@SQLITE
def test_mail_server_that_says_nothing_any_more_costs_no_mail(
    tmp_path: Path, session: Session, database_url: str
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        line = Proxy(to_tcp(urlsplit(url).port or 0))
        app = _app(tmp_path, database_url, MAIL_URL=f"smtp://127.0.0.1:{line.port}?timeout=4")
        with _working(app) as worker:
            line.hold()
            _mails(session, 5)
            wait_until(lambda: "mail server" in worker.vitals.trouble(), "trouble told")
            line.mend()
            wait_until(lambda: _states(session) == {MessageState.SENT: 5}, "all sent")
        line.close()
    assert set(_delivered(inbox).values()) == {1}


@SQLITE
def test_full_disk_stops_nothing_for_good(tmp_path: Path, session: Session, database_url: str) -> None:
    inbox = UnhurriedInbox()
    with mail_server(inbox) as url:
        app = _app(tmp_path, database_url, MAIL_URL=url)
        with _working(app) as worker:
            wait_until(lambda: process_name() in _beats(session), "beating")
            _mails(session, 60)
            run = queued(session, popular_round(session, wanted_by=12, slots=8), seconds=5)
            wait_until(lambda: _state(session, run) is RunState.RUNNING and len(inbox.letters) > 5, "busy")
            with full_disk():
                wait_until(lambda: len(worker.vitals.trouble()) > 1, "trouble told")
            wait_until(lambda: not _open(session), "all settled")
            wait_until(lambda: _state(session, run) is RunState.FINISHED, "finished")
            wait_until(lambda: not worker.vitals.trouble(), "all well")
            _alive(worker)
    assert _states(session) == {MessageState.SENT: 60}
    assert set(_delivered(inbox).values()) == {1}
    assert len(session.scalars(select(Plan)).all()) == 1


@POSTGRESQL
def test_two_workers_at_their_first_start_make_the_lists_once(
    tmp_path: Path, session: Session, database_url: str
) -> None:
    from scheduler.models import Recommendation, RecommendationSet

    popular_round(session, wanted_by=8)
    with (
        _working(_app(tmp_path / "one", database_url)) as one,
        _working(_app(tmp_path / "other", database_url)) as other,
    ):
        wait_until(lambda: _count(session, RecommendationSet) == 1, "lists made")
        _alive(one)
        _alive(other)
        assert one.vitals.trouble() == other.vitals.trouble() == {}
    assert _count(session, Recommendation) == 9


def _count(session: Session, table: type) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return found
