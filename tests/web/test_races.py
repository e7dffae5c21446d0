"""Two at once, a refusal of the database, a body that can't be read: one sentence, nothing half done, no raw error."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from scheduler.extensions import db
from scheduler.models import User
from scheduler.web import access
from tests.conftest import Client
from tests.factories import NOW, make_event, make_organiser, make_participant

SAID = "Somebody else changed this at the same moment"


@pytest.fixture
def site(app: Flask) -> Flask:
    """The application with views that lose a race in each way."""

    @app.post("/race/<how>")
    @access.signed_in
    def race(how: str) -> str:
        session = db.session
        session.add(User(email="half-done@example.org", created_at=NOW))
        session.flush()
        if how == "unique":
            session.add(User(email="half-done@example.org", created_at=NOW))
            session.flush()
        if how == "commit":
            # Found by the commit alone: not flushed before.
            session.add(User(email="half-done@example.org", created_at=NOW))
        if how == "check":
            session.execute(text("UPDATE message_preference SET changes = 'x'"))
            session.execute(text("INSERT INTO rate_count (key, hits, ends_at) VALUES ('k', NULL, 1)"))
        if how == "aborted":
            # What PostgreSQL says to every statement after a failure that was swallowed.
            try:
                session.execute(text("SELECT nonsense"))
            except DBAPIError:
                session.execute(text("SELECT 1")).all()
        if how == "stale":
            raise StaleDataError("UPDATE expected to update 1 row(s); 0 were matched.")
        if how in ("40001", "40P01"):
            error = RuntimeError("deadlock detected DETAIL: Ana Puig")
            error.sqlstate = how  # type: ignore[attr-defined]
            raise OperationalError("UPDATE", {}, error)
        return "done"

    return app


def sign_in(session: Session, client: Client) -> None:
    event = make_event(session, "expo")
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)


@pytest.mark.parametrize("how", ["unique", "commit", "check", "stale", "40001", "40P01"])
def test_lost_race_is_said_in_one_sentence_and_leaves_nothing(
    site: Flask, client: Client, session: Session, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(session, client)
    answer = client.post(f"/race/{how}")
    assert (answer.status_code, SAID in answer.text) == (409, True)
    assert "Content-Security-Policy" in answer.headers
    assert "<main" in answer.text
    found = session.scalars(select(User).where(User.email.like("half%"))).all()
    session.rollback()
    assert found == []
    assert "half-done" not in caplog.text
    assert "Ana Puig" not in caplog.text
    # The next request is served as if nothing had been.
    assert client.get("/e/expo/organise/").status_code == 200


def test_transaction_that_failed_before_does_not_take_the_page_with_it(
    site: Flask, client: Client, session: Session
) -> None:
    sign_in(session, client)
    answer = client.post("/race/aborted")
    # SQLite goes on after a failed statement; PostgreSQL refuses all that follow in the transaction.
    goes_on = session.get_bind().dialect.name == "sqlite"
    assert answer.status_code == (200 if goes_on else 500)
    assert goes_on or "Something went wrong on our side." in answer.text


def test_page_of_a_failure_that_fails_itself_still_says_what_happened(
    site: Flask, client: Client, session: Session, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    @site.context_processor
    def broken() -> dict[str, object]:
        raise OperationalError("SELECT", {}, RuntimeError("gone"))

    sign_in(session, client)
    with caplog.at_level(logging.ERROR):
        answer = client.post("/race/stale")
    assert (answer.status_code, SAID in answer.text) == (409, True)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 200_000,
        '{"actions":' * 50_000 + "1" + "}" * 50_000,
        '{"actions": [' + "[" * 100_000 + "]" * 100_000 + "]}",
        '{"actions": [{"id": "1", "at": "\\ud800", "uid": "\\ud800"}]}',
        '{"actions": [{"id": "\\ud800", "at": "2023-11-07T10:00:00+00:00", "uid": "x", "note": "\\ud800"}]}',
        '{"actions": [{"rating": ' + "9" * 5000 + "}]}",
        json.dumps({"actions": [{"at": "9" * 400}] * 200}),
        '{"actions": NaN}',
    ],
    ids=range(8),
)
def test_json_that_nobody_sends_is_answered(client: Client, session: Session, body: str) -> None:
    event = make_event(session, "expo")
    me = make_participant(session, event)
    session.commit()
    assert me.user is not None
    client.sign_in(me.user)
    answer = client.post("/e/expo/me/pocket/actions", data=body, content_type="application/json")
    assert answer.status_code in (200, 400, 422)
