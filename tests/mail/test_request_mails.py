"""Mails about requests and open calls: soon, few, and as each person chose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.enums import AnswerState, ParticipantState, RequestState
from scheduler.domain.messages import ChangeMail, MessageKind, MessageState
from scheduler.mail.compose import Post, texts_of
from scheduler.mail.outbox import preference_of, wall_clock
from scheduler.mail.reminders import queue_reminders
from scheduler.models import Event, MatchmakingRound, OutboxMessage, Participant
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.people.withdrawal import withdraw_person
from scheduler.services.requests import open_calls, requests
from tests.factories import NOW, make_event, make_organiser, make_participant, make_round
from tests.services.scenes import published_scene, set_clock

POST = Post(str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>")


@pytest.fixture
def round_(session: Session) -> MatchmakingRound:
    return make_round(session, make_event(session, "expo"))


@pytest.fixture
def me(session: Session, round_: MatchmakingRound) -> Participant:
    return somebody(session, round_, "Marta")


def somebody(session: Session, round_: MatchmakingRound, name: str = "") -> Participant:
    return make_participant(session, session.get_one(Event, round_.event_id), name=name)


def mails_to(session: Session, person: Participant) -> list[OutboxMessage]:
    found = select(OutboxMessage).where(
        OutboxMessage.participant_id == person.id, OutboxMessage.kind == MessageKind.NEWS
    )
    return list(session.scalars(found.order_by(OutboxMessage.due_at)))


def said(message: OutboxMessage) -> list[str]:
    return [item["what"] for item in (message.payload or {})["items"]]


def test_twenty_requests_within_an_hour_make_two_mails(
    session: Session, round_: MatchmakingRound, me: Participant
) -> None:
    for _ in range(20):
        requests.send(session, somebody(session, round_), me, round_, "Coffee?", NOW)

    first, second = mails_to(session, me)
    assert (len(said(first)), len(said(second))) == (1, 19)
    assert first.due_at <= wall_clock()
    assert second.due_at - first.due_at == timedelta(hours=1)


def test_mail_says_who_asks_and_escapes_what_they_wrote(
    session: Session, round_: MatchmakingRound, me: Participant, app: Flask
) -> None:
    sender = somebody(session, round_, "<b>Ana</b>")
    requests.send(session, sender, me, round_, "Shall we <script>meet</script>?", NOW)

    (message,) = mails_to(session, me)
    with app.app_context():
        texts = texts_of(session, message, POST)
    assert texts.subject == f"Request to meet: <b>Ana</b> ({sender.organisation.name})"
    assert "Shall we <script>meet</script>?" in texts.text
    assert "https://expo.example/e/expo/me/requests" in texts.text
    assert "&lt;b&gt;Ana&lt;/b&gt;" in texts.html
    assert "<b>" not in texts.html
    assert "<script>" not in texts.html


def test_daily_reader_gets_one_mail_at_18_of_the_event(
    session: Session, round_: MatchmakingRound, me: Participant
) -> None:
    preference_of(session, me.id).requests = ChangeMail.DAILY
    for _ in range(3):
        requests.send(session, somebody(session, round_), me, round_, "", NOW)

    (message,) = mails_to(session, me)
    assert len(said(message)) == 3
    event = session.get_one(Event, round_.event_id)
    local = (event.now() + (message.due_at - wall_clock())).astimezone(event.zone)
    assert abs(local.hour * 60 + local.minute - 18 * 60) <= 1


def test_who_wants_none_gets_none(session: Session, round_: MatchmakingRound, me: Participant) -> None:
    preference_of(session, me.id).requests = ChangeMail.NEVER
    requests.send(session, somebody(session, round_), me, round_, "", NOW)
    assert mails_to(session, me) == []


def test_answers_are_told_to_the_sender(session: Session, round_: MatchmakingRound, me: Participant) -> None:
    one, other = somebody(session, round_), somebody(session, round_)
    first = requests.send(session, me, one, round_, "", NOW)
    second = requests.send(session, me, other, round_, "", NOW)
    requests.answer(session, one, first, RequestState.ACCEPTED, NOW)
    requests.answer(session, other, second, RequestState.DECLINED, NOW, reason="No time")

    assert [said(message) for message in mails_to(session, me)] == [["accepted"], ["declined"]]


def test_request_that_is_withdrawn_before_the_mail_leaves_is_not_told(
    session: Session, round_: MatchmakingRound, me: Participant
) -> None:
    requests.send(session, somebody(session, round_), me, round_, "", NOW)
    hasty = somebody(session, round_)
    request = requests.send(session, hasty, me, round_, "", NOW)
    requests.withdraw(session, hasty, request, NOW)

    assert mails_to(session, me)[1].state is MessageState.SUPPRESSED


def test_all_refused_at_once_are_told(session: Session, round_: MatchmakingRound, me: Participant) -> None:
    senders = [somebody(session, round_) for _ in range(3)]
    for sender in senders:
        requests.send(session, sender, me, round_, "", NOW)

    assert requests.decline_rest(session, me, round_, "My days are full", NOW) == 3

    assert [said(mails_to(session, sender)[0]) for sender in senders] == [["declined"]] * 3


def test_author_of_a_call_hears_of_answers_and_those_who_answer_of_the_choice(
    session: Session, round_: MatchmakingRound, me: Participant, app: Flask
) -> None:
    one, other = somebody(session, round_, "Ana"), somebody(session, round_, "Ivan")
    call = open_calls.post_call(
        session, me, round_, title="Buy together", text="", topic_id=None, seats=1, now=NOW
    )
    open_calls.answer_call(session, one, call, round_, "We too", NOW)
    open_calls.answer_call(session, other, call, round_, "And we", NOW)
    open_calls.decide_answer(session, me, call, one.id, take=True, now=NOW)
    open_calls.decide_answer(session, me, call, other.id, take=False, now=NOW)

    first, second = mails_to(session, me)
    assert (said(first), second.state) == (["answer"], MessageState.SUPPRESSED)
    assert said(mails_to(session, one)[0]) == ["taken"]
    assert said(mails_to(session, other)[0]) == ["not-taken"]
    with app.app_context():
        texts = texts_of(session, mails_to(session, me)[0], POST)
    assert 'has answered your call "Buy together"' in texts.text
    assert f"https://expo.example/e/expo/me/calls/{call.public_id}" in texts.text


def test_who_waited_for_somebody_who_leaves_is_told(
    session: Session, round_: MatchmakingRound, me: Participant
) -> None:
    event = session.get_one(Event, round_.event_id)
    gone = somebody(session, round_)
    requests.send(session, gone, me, round_, "", NOW)
    mine = requests.send(session, me, somebody(session, round_), round_, "", NOW)
    call = open_calls.post_call(session, gone, round_, title="Buy", text="", topic_id=None, seats=2, now=NOW)
    open_calls.answer_call(session, me, call, round_, "", NOW)
    own = open_calls.post_call(session, me, round_, title="Sell", text="", topic_id=None, seats=2, now=NOW)
    open_calls.answer_call(session, gone, own, round_, "", NOW)
    open_calls.decide_answer(session, me, own, gone.id, take=True, now=NOW)

    withdraw_person(session, event, gone, make_organiser(session, event))

    told = [what for message in mails_to(session, me) for what in said(message)]
    assert told == ["asked", "left", "given-up", "left-group"]
    assert mine.state is RequestState.OPEN
    assert gone.state is ParticipantState.WITHDRAWN
    session.refresh(own)
    assert [answer.state for answer in own.answers] == [AnswerState.WITHDRAWN]


def test_name_in_a_mail_about_the_agenda_is_no_markup(session: Session, app: Flask) -> None:
    scene = published_scene(session, "fair")
    scene.ana.name = "<i>Ana</i>"
    session.flush()
    refresh(session, scene.event, mails=False)
    set_clock(scene.event, "2023-11-06 18:30")
    queue_reminders(session, scene.event)

    found = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.kind == MessageKind.TOMORROW, OutboxMessage.participant_id == scene.jordi.id
        )
    ).one()
    with app.app_context():
        html = texts_of(session, found, POST).html
    assert "&lt;i&gt;Ana" in html
    assert "<i>" not in html
