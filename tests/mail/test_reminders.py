"""Reminders by the event's clock, each once; invitations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.messages import MessageKind
from scheduler.mail.compose import Post, texts_of
from scheduler.mail.outbox import preference_of
from scheduler.mail.reminders import queue_reminders
from scheduler.models import OutboxMessage
from scheduler.services.calendars.calendar_sync import refresh
from tests.factories import at, make_request
from tests.services.scenes import Scene, published_scene, set_clock

POST = Post(str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>")


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    set_clock(scene.event, "2023-11-01 10:00")
    scene.round.opens_at, scene.round.closes_at = at("2023-10-20 09:00"), at("2023-11-03 09:00")
    refresh(session, scene.event, mails=False)
    return scene


def _messages(session: Session, kind: MessageKind) -> list[OutboxMessage]:
    found = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.participant_id)
    return list(session.scalars(found))


def test_round_that_closes_within_two_days_is_told_once_to_those_who_want_it(
    session: Session, scene: Scene, app: Flask
) -> None:
    make_request(session, scene.round, scene.ana, scene.marta)
    preference_of(session, scene.jordi.id).reminders = False
    queue_reminders(session, scene.event)
    queue_reminders(session, scene.event)
    told = _messages(session, MessageKind.ROUND_CLOSING)
    assert [message.participant_id for message in told] == [scene.ana.id, scene.ivan.id, scene.marta.id]
    with app.app_context():
        texts = texts_of(session, told[2], POST)
    assert "closes on Fri 3 Nov, 09:00" in texts.subject
    assert "1 request waits for your answer" in texts.text


def test_requests_that_wait_for_a_day_are_told_once_a_day(session: Session, scene: Scene, app: Flask) -> None:
    make_request(session, scene.round, scene.ana, scene.marta)
    queue_reminders(session, scene.event)
    set_clock(scene.event, "2023-11-01 17:00")
    queue_reminders(session, scene.event)
    (message,) = _messages(session, MessageKind.REQUESTS_WAITING)
    with app.app_context():
        texts = texts_of(session, message, POST)
    assert message.participant_id == scene.marta.id
    assert "- Ana (" in texts.text
    set_clock(scene.event, "2023-11-02 09:30")
    queue_reminders(session, scene.event)
    assert len(_messages(session, MessageKind.REQUESTS_WAITING)) == 2


def test_request_that_expires_soon_is_told_though_it_is_young(session: Session, scene: Scene) -> None:
    young = make_request(session, scene.round, scene.ana, scene.marta)
    young.sent_at, young.expires_at = scene.event.now(), scene.event.now() + timedelta(hours=20)
    later = make_request(session, scene.round, scene.ana, scene.jordi)
    later.sent_at, later.expires_at = scene.event.now(), scene.event.now() + timedelta(days=2)
    queue_reminders(session, scene.event)
    told = _messages(session, MessageKind.REQUESTS_WAITING)
    assert [message.participant_id for message in told] == [scene.marta.id]


def test_agenda_of_tomorrow_is_told_on_the_evening_before(session: Session, scene: Scene, app: Flask) -> None:
    set_clock(scene.event, "2023-11-06 17:00")
    queue_reminders(session, scene.event)
    assert _messages(session, MessageKind.TOMORROW) == []
    set_clock(scene.event, "2023-11-06 18:30")
    preference_of(session, scene.marta.id).tomorrow = False
    queue_reminders(session, scene.event)
    queue_reminders(session, scene.event)
    told = _messages(session, MessageKind.TOMORROW)
    assert [message.participant_id for message in told] == [scene.ana.id, scene.jordi.id]
    with app.app_context():
        texts = texts_of(session, told[0], POST)
    assert "Tue 7 Nov, 10:25-10:45: Jordi" in texts.text
    assert "(6 min walk before)" in texts.text
    assert "6 min walk before" in texts.html
    assert "Tue 7 Nov" in texts.html
