"""What programs and organisers are told of the machine room, and that no page says other than what is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import RunState
from scheduler.mail.outbox import queue_mail, wall_clock
from scheduler.models import Run
from scheduler.services.machine.workers import beat
from scheduler.web.machine import PATIENCE, STARTED
from tests.conftest import Client
from tests.disks import full_disk
from tests.factories import make_event, make_organiser, make_round

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _beat(session: Session, seconds_ago: float = 0.0, **trouble: str) -> None:
    now = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    words = {part.replace("_", " "): reason for part, reason in trouble.items()}
    beat(session, "host:1:1", now, now, words)
    session.commit()


def _later(app: Flask) -> None:
    """The web server has been running for a while."""
    app.extensions[STARTED] -= PATIENCE + 1


def test_health_waits_a_minute_for_a_worker_and_then_says_that_there_is_none(
    app: Flask, client: Client, session: Session
) -> None:
    assert client.get("/health").json == {"state": "ok"}
    _later(app)
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (503, {"state": "unwell", "problems": ["worker"]})
    assert client.get("/health/web").json == {"state": "ok"}
    _beat(session)
    assert client.get("/health").status_code == 200
    _beat(session, 50)
    assert client.get("/health").json == {"state": "unwell", "problems": ["worker"]}


def test_health_names_the_part_that_is_away_and_not_why(app: Flask, client: Client, session: Session) -> None:
    _beat(session, mail_server="ConnectionRefusedError: secret.example", queue="x")
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (
        503,
        {"state": "unwell", "problems": ["mail server", "queue"]},
    )


def test_late_mails_need_somebody(app: Flask, client: Client, session: Session) -> None:
    event = make_event(session)
    organiser = make_organiser(session, event)
    for _ in range(3):
        message = queue_mail(
            session, to_address="a@example.org", to_name="Ana", subject="Hello", text="x", event=event
        )
        message.due_at = wall_clock() - timedelta(minutes=11)
    _beat(session)
    session.commit()
    assert client.get("/health").json == {"state": "unwell", "problems": ["mail overdue"]}
    client.sign_in(organiser)
    page = client.get(f"/e/{event.slug}/organise/mails").text
    assert "Needs somebody (3)" in page
    assert "3 mails are more than ten minutes late." in page
    assert "No worker is running" not in page
    _beat(session, 60)
    assert "No worker is running" in client.get(f"/e/{event.slug}/organise/mails").text


def test_page_of_a_waiting_run_tells_the_truth(client: Client, session: Session) -> None:
    event = make_event(session)
    organiser = make_organiser(session, event)
    now = datetime.now(UTC)
    runs = [
        Run(
            round_id=make_round(session, event).id,
            state=state,
            time_limit=60,
            created_at=now,
            started_at=now,
            heartbeat_at=now - timedelta(seconds=40),
        )
        for state in (RunState.QUEUED, RunState.CANCELLED)
    ]
    session.add_all(runs)
    session.commit()
    waiting, other = runs
    client.sign_in(organiser)
    address = f"/e/{event.slug}/organise/runs/{waiting.public_id}/"
    assert "No worker is running" in client.get(address).text
    _beat(session)
    assert "It begins within seconds" in client.get(address).text
    other.state = RunState.RUNNING
    session.commit()
    assert "busy with another run" in client.get(address).text
    page = client.get(f"/e/{event.slug}/organise/runs/{other.public_id}/").text
    assert "has given no sign of life for" in page


def test_run_is_stored_and_said_to_be_though_the_queue_is_away(
    app: Flask, client: Client, session: Session
) -> None:
    event = make_event(session)
    organiser = make_organiser(session, event)
    row = make_round(session, event)
    run = Run(round_id=row.id, state=RunState.FAILED, time_limit=60, created_at=datetime.now(UTC))
    session.add(run)
    session.commit()
    app.config["QUEUE_URL"] = "redis://127.0.0.1:1/0"
    client.sign_in(organiser)
    answer = client.post(f"/e/{event.slug}/organise/runs/{run.public_id}/restart")
    assert answer.status_code == 302
    session.expire_all()
    assert session.scalars(select(Run.state)).all() == [RunState.QUEUED]


def test_full_disk_stores_nothing_and_the_page_says_so(app: Flask, client: Client, session: Session) -> None:
    event = make_event(session)
    organiser = make_organiser(session, event)
    row = make_round(session, event)
    run = Run(round_id=row.id, state=RunState.FAILED, time_limit=60, created_at=datetime.now(UTC))
    session.add(run)
    session.commit()
    client.sign_in(organiser)
    address = f"/e/{event.slug}/organise/runs/{run.public_id}/restart"
    with full_disk():
        answer = client.post(address)
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
    session.expire_all()
    assert session.scalars(select(Run.state)).all() == [RunState.FAILED]
    session.commit()
    assert client.post(address).status_code == 302
    session.expire_all()
    assert session.scalars(select(Run.state)).all() == [RunState.QUEUED]
