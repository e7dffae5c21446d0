"""Logs hold neither addresses nor keys nor what people wrote."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.models import Organisation, User
from scheduler.redaction import install, redacted
from tests.factories import NOW, make_event, make_user

TOKEN = "Zl3cW0aV9oKk4H1oQyq7cJ2xg5N8mB6tR-_sDfGhJkL"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <ana@example.org> unknown", "550 5.1.1 <(address)> unknown"),
        ("an 'Ána.Puig+x@münchen.example', twice b@c.org.", "an '(address)', twice (address)."),
        (f"GET /account/sign-in/{TOKEN} 400", "GET /account/sign-in/(key) 400"),
        (f"/feeds/{TOKEN}.ics?walk=1", "/feeds/(key)"),
        ("/mails/unsubscribe/short", "/mails/unsubscribe/(key)"),
        (f"token={TOKEN}!", "token=(key)!"),
        (f"/invitation/2s73/{TOKEN}/decline 404", "/invitation/2s73/(key) 404"),
        ("request /e/expo/me/people?q=Ana+Puig&page=2 failed", "request /e/expo/me/people?(left out) failed"),
        ("request /outbox/?to=ana%40example.org", "request /outbox/?(left out)"),
        ("https://calendar.example/ical/ana%40example.org/private-1f/basic.ics", "https:(address)"),
        ("to=ana%40example.org&x", "to=(address)"),
        ("redis://user:pass@host:6379/0 is away", "redis://(key)@host:6379/0 is away"),
        ("x\nDETAIL:  Key (email)=(a b) already exists.\ny", "x\nDETAIL: (left out)\ny"),
        ("run 2s73 began at 10:00 in Plan 1", "run 2s73 began at 10:00 in Plan 1"),
    ],
)
def test_addresses_and_keys_are_left_out(said: str, kept: str) -> None:
    assert redacted(said) == kept


def test_every_logger_forgets_also_in_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    install()
    log = logging.getLogger("somebody.elses.library")
    try:
        raise ValueError("no mailbox ana@example.org")
    except ValueError:
        log.exception("could not write to %s", "bob@example.org")
    assert "(address)" in caplog.text
    assert "example.org" not in caplog.text


def test_error_of_a_database_quotes_no_values(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    make_user(session, "ana@example.org")
    event = make_event(session)
    session.commit()
    number = event.id
    install()
    log = logging.getLogger("x")
    for row in (
        User(email="ana@example.org", name="Ana Puig", created_at=NOW),
        Organisation(event_id=number + 99, name="Secret Garden"),
    ):
        session.add(row)
        with pytest.raises(IntegrityError) as caught:
            session.flush()
        session.rollback()
        log.error("database: %s", caught.value, exc_info=caught.value)
    assert "IntegrityError" in caplog.text
    for word in ("ana@", "Ana Puig", "Secret Garden"):
        assert word not in caplog.text
