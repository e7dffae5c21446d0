"""What organisers see of the mails, and the calendars they hand out."""

from __future__ import annotations

import re
from datetime import timedelta

import icalendar
import pytest
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind, MessageState
from scheduler.mail.outbox import queue_mail
from scheduler.mail.send import record_bounces
from scheduler.models import DeadAddress, OutboxMessage, User
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.web.labels.messages import KINDS, STATES
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant, make_session
from tests.mail.test_bounces import REPORT
from tests.services.scenes import Scene, published_scene, set_clock

# Pages and their answers: what the database does differently is tested with the services.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    session.commit()
    return scene


@pytest.fixture
def organiser(session: Session, scene: Scene) -> User:
    user = make_organiser(session, scene.event)
    session.commit()
    return user


def _message(session: Session, scene: Scene, state: MessageState) -> OutboxMessage:
    message = queue_mail(
        session, to_address="ana@example.org", to_name="Ana", subject="Hello", text="x", event=scene.event
    )
    message.state = state
    session.commit()
    return message


def test_uncertain_message_is_named_and_sent_again_only_by_decision(
    client: Client, session: Session, scene: Scene, organiser: User
) -> None:
    message = _message(session, scene, MessageState.UNCERTAIN)
    client.sign_in(organiser)
    assert "ana@example.org" in client.get("/e/expo/organise/mails").text
    again = f"/e/expo/organise/mails/{message.public_id}/again"
    assert client.post(again).status_code == 303
    session.refresh(message)
    assert message.state is MessageState.QUEUED
    session.commit()
    assert client.post(again).status_code == 409
    client.sign_in(scene.ana.user)
    assert client.post(again).status_code == 403


def _report(address: str, name: str) -> bytes:
    report = REPORT % {b"action": b"failed", b"status": b"5.1.1"}
    return report.replace(b"Gone@example.org", address.encode()).replace(b"<abc@", f"<{name}@".encode())


def test_forged_report_silences_nobody(session: Session, scene: Scene) -> None:
    ana, marta = (_message(session, scene, MessageState.SENT) for _ in range(2))
    ana.to_address, marta.to_address = scene.ana.email, scene.marta.email
    old = _message(session, scene, MessageState.SENT)
    old.to_address, old.created_at = scene.ana.email, old.created_at - timedelta(days=60)
    waiting = _message(session, scene, MessageState.QUEUED)
    waiting.to_address = scene.ana.email
    session.flush()
    for name in ("abc", "a" * 20, marta.public_id, old.public_id, waiting.public_id):
        assert record_bounces(session, _report(scene.ana.email, name)) == []
    assert session.get(DeadAddress, scene.ana.email) is None
    assert record_bounces(session, _report(scene.ana.email, ana.public_id))
    assert session.get(DeadAddress, scene.ana.email) is not None
    session.commit()


def test_dead_address_of_another_event_is_not_lifted(
    client: Client, session: Session, scene: Scene, organiser: User
) -> None:
    far = make_participant(session, make_event(session, "far"))
    session.add(DeadAddress(address=far.email, reason="550", bounced_at=far.created_at))
    session.commit()
    client.sign_in(organiser)
    for address in (far.email, "nobody@example.org", scene.marta.email):
        assert client.post("/e/expo/organise/mails/revive", data={"address": address}).status_code == 404
    assert session.get(DeadAddress, far.email) is not None
    session.commit()


def test_dead_address_of_a_participant_is_shown_and_believed_again(
    client: Client, session: Session, scene: Scene, organiser: User
) -> None:
    sent = _message(session, scene, MessageState.SENT)
    sent.to_address = scene.ana.email
    session.flush()
    assert record_bounces(session, _report(scene.ana.email, sent.public_id))
    session.commit()
    client.sign_in(organiser)
    assert scene.ana.email in client.get("/e/expo/organise/mails").text
    client.post("/e/expo/organise/mails/revive", data={"address": scene.ana.email})
    session.expire_all()
    assert session.get(DeadAddress, scene.ana.email) is None
    session.commit()


def test_desks_stands_and_sessions_get_addresses_that_answer(
    client: Client, session: Session, scene: Scene, organiser: User
) -> None:
    keynote = make_session(session, scene.event)
    session.commit()
    client.sign_in(organiser)
    assert "Bavaria" in client.get("/e/expo/organise/calendars?q=bav").text
    for kind, key in (("pavilion", scene.bavaria.public_id), ("session", keynote.public_id)):
        page = client.post(f"/e/expo/organise/calendars/{kind}/{key}", data={"reminder": "0"})
        assert page.status_code == 201
        (address,) = set(re.findall(r'value="http[^"]*(/feeds/[^"]*)"', page.text))
        assert len(icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")) == 1
    assert client.get(f"/e/expo/organise/calendars/stand/{keynote.public_id}").status_code == 404
    assert client.get("/e/expo/organise/calendars/nonsense/x").status_code == 404


def test_every_kind_and_state_of_a_message_has_a_name(client: Client) -> None:
    assert set(KINDS) == set(MessageKind)
    assert set(STATES) == set(MessageState)
