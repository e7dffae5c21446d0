"""While a stranger's file is read, nobody else waits for the database."""

from __future__ import annotations

import io
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from scheduler.extensions import make_engine
from scheduler.sandbox.slots import MACHINE
from tests.conftest import Client
from tests.factories import make_block, make_event, make_organiser, make_participant
from tests.waiting import wait_until

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # its lock is the whole file's


@pytest.mark.parametrize(
    ("path", "field", "name"),
    [
        ("organise/people/import", "file", "people.xlsx"),
        ("organise/rounds/topics/import", "file", "topics.xlsx"),
        ("me/profile/picture", "picture", "me.png"),
        ("me/availability/calendar", "file", "agenda.ics"),
    ],
)
def test_database_is_free_while_a_file_waits_to_be_read(
    path: str,
    field: str,
    name: str,
    session: Session,
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = make_event(session)
    user = make_organiser(session, event)
    make_participant(session, event, with_user=False).user = user
    make_block(session, event)
    session.commit()
    url, address = str(app.config["DATABASE_URL"]), f"/e/{event.slug}/{path}"
    # Places of our own, both taken: the request stays where the file would be read.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client = Client(app).sign_in(user)

    with ThreadPoolExecutor(1) as pool:
        with MACHINE.one(), MACHINE.one():
            answer = pool.submit(client.post, address, data={field: (io.BytesIO(b"PK nothing"), name)})
            _until_waiting(answer)
            engine = make_engine(url)
            with engine.begin() as connection:
                connection.execute(text("UPDATE event SET city = 'elsewhere'"))
            engine.dispose()
            assert not answer.done()
        assert answer.result().status_code == 422


def test_who_comes_while_others_are_read_keeps_what_was_entered(
    session: Session, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event(session)
    user = make_organiser(session, event)
    session.commit()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(MACHINE, "patience", 0.0)
    client.sign_in(user)

    with MACHINE.one(), MACHINE.one():
        answer = client.post(f"/e/{event.slug}/organise/people/import", data={"text": "Name;Mail\nAda;a@b.c"})

    assert answer.status_code == 503
    assert "Other files are being read just now. Try again in a minute; nothing was changed." in answer.text
    assert "Name;Mail\nAda;a@b.c" in answer.text


def _until_waiting(answer: Future[TestResponse]) -> None:
    wait_until(lambda: MACHINE.waiting or answer.done(), "somebody waits")
    assert not answer.done(), answer.result().text
