"""Mails on pages: the outbox of a demonstration, the choices, the one-click way out."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.messages import ChangeMail
from scheduler.mail.outbox import preference_of
from scheduler.models import MessagePreference, OutboxMessage
from scheduler.services.calendars.calendar_sync import refresh
from tests.conftest import Client
from tests.services.scenes import Scene, published_scene, set_clock

# Pages and their answers: what the database does differently is tested with the services.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    scene.meetings[0].slot = scene.block.slots[2]
    refresh(session, scene.event)
    session.commit()
    return scene


def test_outbox_lists_messages_and_shows_text_html_and_calendar_part(
    client: Client, session: Session, scene: Scene
) -> None:
    page = client.get(f"/outbox/?to={scene.ana.email}").text
    assert "Moved: Marta" in page
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.participant_id == scene.ana.id)).one()
    session.commit()
    assert "it was on Tue 7 Nov, 10:00-10:20" in client.get(f"/outbox/{message.public_id}").text
    html = client.get(f"/outbox/{message.public_id}/html")
    assert "sandbox" in html.headers["Content-Security-Policy"]
    part = client.get(f"/outbox/{message.public_id}/invite.ics")
    assert part.content_type == "text/calendar; charset=utf-8; method=REQUEST"
    assert client.get("/outbox/nothing").status_code == 404


def test_outbox_does_not_exist_in_production(app: Flask, scene: Scene) -> None:
    production = create_app({**app.config, "INSTANCE": app.instance_path, "MODE": "production"})
    assert production.test_client().get("/outbox/").status_code == 404


def test_choices_about_mails_are_kept(client: Client, session: Session, scene: Scene) -> None:
    client.sign_in(scene.ana.user)
    assert client.get("/e/expo/me/mails").status_code == 200
    answer = client.post("/e/expo/me/mails", data={"changes": "daily", "invitations": "no", "tomorrow": "y"})
    assert answer.status_code == 303
    found = session.get_one(MessagePreference, scene.ana.id)
    assert (found.changes, found.invitations, found.reminders, found.tomorrow) == (
        ChangeMail.DAILY,
        False,
        False,
        True,
    )
    session.commit()
    assert client.post("/e/expo/me/mails", data={"changes": "weekly"}).status_code == 422


def test_one_click_unsubscribes_and_a_look_at_the_link_does_not(
    client: Client, session: Session, scene: Scene
) -> None:
    key = preference_of(session, scene.ana.id).unsubscribe_key
    session.commit()
    assert client.get(f"/mails/unsubscribe/{key}").status_code == 200
    session.expire_all()
    assert preference_of(session, scene.ana.id).changes is ChangeMail.AT_ONCE
    session.commit()
    answer = client.post(f"/mails/unsubscribe/{key}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    session.expire_all()
    assert preference_of(session, scene.ana.id).changes is ChangeMail.NEVER
    session.commit()
    assert client.post(f"/mails/unsubscribe/{key[:-1]}").status_code == 404


def test_a_mail_providers_server_makes_the_one_click_for_thousands(app: Flask) -> None:
    limited = create_app({**app.config, "INSTANCE": app.instance_path, "RATELIMIT_ENABLED": True})
    client = limited.test_client()
    assert {client.post(f"/mails/unsubscribe/key-{number}").status_code for number in range(100)} == {404}
    assert {client.post("/mails/unsubscribe/one").status_code for _number in range(100)} == {404, 429}
