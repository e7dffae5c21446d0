"""An event is archived and deleted in the web: closed for everybody, and taken back by its organisers."""

from __future__ import annotations

import html

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.models import Event, User
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def nora(session: Session, event: Event, client: Client) -> User:
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return user


def end(event: Event, act: str = "") -> str:
    return f"/e/{event.slug}/organise/event/end{act}"


def test_archived_event_is_looked_at_and_not_changed_by_anybody(
    session: Session, client: Client, event: Event, nora: User
) -> None:
    ana = make_participant(session, event)
    session.commit()
    assert client.post(end(event, "/archive")).status_code == 302
    page = client.get(f"/e/{event.slug}/organise/")
    assert (page.status_code, "This event is archived" in page.text) == (200, True)
    refused = client.post(f"/e/{event.slug}/organise/people/{ana.public_id}/withdraw")
    assert refused.status_code == 403
    assert "An organiser can open it again" in refused.text

    client.sign_in(ana.user)
    assert client.get(f"/e/{event.slug}/me/").status_code == 200
    answer = client.post(f"/e/{event.slug}/me/profile/field", data={"name": "job_title", "value": "Engineer"})
    assert answer.status_code == 403
    assert client.post(end(event, "/reopen")).status_code == 403

    client.sign_in(nora)
    assert client.post(end(event, "/reopen")).status_code == 302
    assert "This event is archived" not in client.get(f"/e/{event.slug}/organise/").text


def test_archived_event_stands_in_no_list_but_its_organisers(
    session: Session, client: Client, event: Event, nora: User
) -> None:
    ana = make_participant(session, event)
    session.commit()
    client.post(end(event, "/archive"))
    home = client.get("/").text
    assert home.index("Archived events") < home.index(event.name)
    client.sign_in(ana.user)
    assert event.name not in client.get("/").text
    assert event.name not in client.get("/account/me").text


def test_deletion_shows_numbers_wants_the_name_and_is_taken_back(
    session: Session, client: Client, event: Event, nora: User
) -> None:
    for _ in range(3):
        make_participant(session, event)
    session.commit()
    assert "<dt>People</dt><dd>3" in client.get(end(event)).text
    wrong = client.post(end(event, "/delete"), data={"name": "Somewhere else"})
    assert wrong.status_code == 422
    page = html.unescape(wrong.text)
    assert 'value="Somewhere else"' in page
    assert "to say that you mean this one" in page

    assert client.post(end(event, "/delete"), data={"name": event.name}).status_code == 302
    assert "Keep the event" in client.get(end(event)).text
    assert client.post(end(event, "/archive")).status_code == 403
    assert client.post(end(event, "/keep")).status_code == 302
    session.expire_all()
    assert not event.closed


def test_co_organiser_looks_and_ends_nothing(session: Session, client: Client, event: Event) -> None:
    user = make_organiser(session, event, Role.CO_ORGANISER)
    session.commit()
    client.sign_in(user)
    assert client.get(end(event)).status_code == 200
    for act in ("/archive", "/delete", "/reopen", "/keep"):
        assert client.post(end(event, act), data={"name": event.name}).status_code == 403
