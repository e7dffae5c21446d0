"""Somebody leaves on the bad day: what was held stays, and everybody concerned gets one mail."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.enums import MeetingState, ParticipantState, RequestState, SessionKind
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.wish_keys import call_key
from scheduler.errors import Conflict, Invalid
from scheduler.mail.compose import Post, letter_of, texts_of
from scheduler.mail.mime import parcel_of
from scheduler.models import AgendaEntry, Meeting, OpenCall, OutboxMessage, Participant, User
from scheduler.queries.meetings.plan_positions import left_since
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.people.withdrawal import leaving, sign_off_due, take_back_person, withdraw_person
from tests.factories import (
    at,
    make_block,
    make_delegation,
    make_meeting,
    make_organiser,
    make_participant,
    make_request,
    make_session,
)
from tests.services.scenes import Scene, published_scene, set_clock

POST = Post(str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>")


@pytest.fixture
def scene(session: Session) -> Scene:
    """Ana has fifteen published meetings, twelve of them with Marta, from 10:00 on; it is 10:20."""
    scene = published_scene(session)
    block = make_block(session, scene.event, "2023-11-07 12:00", slots=13)
    for number, slot in enumerate(block.slots):
        partner = scene.ivan if number >= 11 else scene.marta
        scene.meetings.append(make_meeting(session, scene.plan, slot, scene.tables, [scene.ana, partner]))
    set_clock(scene.event, "2023-11-07 10:20")
    refresh(session, scene.event, mails=False)
    return scene


@pytest.fixture
def organiser(session: Session, scene: Scene) -> User:
    return make_organiser(session, scene.event)


def _mails(session: Session, person: Participant) -> Sequence[OutboxMessage]:
    refresh_marked(session)
    return session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.participant_id == person.id, OutboxMessage.state == MessageState.QUEUED
        )
    ).all()


def _cancelled(meetings: Sequence[Meeting]) -> list[bool]:
    return [meeting.state is MeetingState.CANCELLED for meeting in meetings]


def _composed(app: Flask, session: Session, message: OutboxMessage) -> EmailMessage:
    with app.app_context():
        texts = texts_of(session, message, POST)
        message.subject, message.text, message.html = texts.subject, texts.text, texts.html
        parcel = parcel_of(letter_of(session, message, POST), POST.mail_from, "expo.example")
    return cast(EmailMessage, message_from_bytes(parcel.content.replace(b"\r\n", b"\n"), policy=default))


def test_who_has_fifteen_meetings_gets_one_mail_and_each_partner_one(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    touched = withdraw_person(session, scene.event, scene.ana, organiser)
    assert (touched.meetings, touched.held) == (14, 1)
    assert _cancelled(scene.meetings) == [False] + [True] * 14
    (farewell,) = _mails(session, scene.ana)
    mail = _composed(app, session, farewell)
    assert mail["Subject"] == "You no longer take part in Smart City Expo"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().count("\n- Cancelled: ") == 14
    assert "Ana can't come" not in text.get_content()
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in parts] == ["CANCEL"] * 14
    for person, count in ((scene.marta, 11), (scene.jordi, 1), (scene.ivan, 2)):
        (message,) = _mails(session, person)
        changes = (message.payload or {})["changes"]
        assert len(changes) == count
        assert {(change["absent"], change.get("said", "")) for change in changes} == {("Ana", "")}
        with app.app_context():
            texts = texts_of(session, message, POST)
        assert texts.text.count("Ana can't come.") == texts.html.count("Ana can&#39;t come.") == 1
        if count > 1:
            assert texts.subject.startswith(f"{count} changes in your agenda, the first on Tue 7 Nov, ")
    entry = session.scalars(
        select(AgendaEntry)
        .where(AgendaEntry.participant_id == scene.marta.id)
        .order_by(AgendaEntry.starts_at)
    ).first()
    assert entry is not None
    assert entry.status == "confirmed", "what was held stays in the agenda"


def test_from_a_time_on_only_what_lies_after_it_is_cancelled(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    waiting = make_request(session, scene.round, scene.jordi, scene.ana)
    tour = make_session(
        session, scene.event, "2023-11-07 19:00", attendees=[scene.ana], kind=SessionKind.VISIT
    )
    early = make_session(session, scene.event, "2023-11-07 09:00", attendees=[scene.ana])
    refresh(session, scene.event, mails=False)
    withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-07 13:00"))
    assert scene.ana.state is ParticipantState.ACTIVE
    assert waiting.state is RequestState.OPEN
    assert _cancelled(scene.meetings) == [False] * 4 + [True] * 11
    (farewell,) = _mails(session, scene.ana)
    mail = _composed(app, session, farewell)
    assert mail["Subject"] == "You leave Smart City Expo on Tue 7 Nov, 13:00"
    text = mail.get_body(("plain",))
    assert text is not None
    assert f"You no longer take part in {tour.title}" in text.get_content()
    assert early.title not in text.get_content()
    set_clock(scene.event, "2023-11-07 13:01")
    assert sign_off_due(session, scene.event) == 1
    assert scene.ana.state is ParticipantState.WITHDRAWN
    assert waiting.state is RequestState.WITHDRAWN
    assert sign_off_due(session, scene.event) == 0


def test_a_time_that_is_past_means_from_now_on(session: Session, scene: Scene, organiser: User) -> None:
    withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-07 09:00"))
    assert scene.ana.state is ParticipantState.WITHDRAWN
    assert _cancelled(scene.meetings) == [False] + [True] * 14


def test_a_time_after_the_event_is_refused(session: Session, scene: Scene, organiser: User) -> None:
    with pytest.raises(Invalid, match="over by then") as refused:
        withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-12 09:00"))
    assert refused.value.field == "at"
    assert not any(_cancelled(scene.meetings))


def test_whoever_hears_of_a_cancelled_meeting_hears_of_no_request_besides(
    session: Session, scene: Scene, organiser: User
) -> None:
    other = make_participant(session, scene.event)
    make_request(session, scene.round, scene.marta, scene.ana)
    make_request(session, scene.round, other, scene.ana)
    withdraw_person(session, scene.event, scene.ana, organiser)
    assert [message.kind for message in _mails(session, scene.marta)] == [MessageKind.CHANGE]
    assert [message.kind for message in _mails(session, other)] == [MessageKind.NEWS]


def test_who_leaves_without_any_meeting_is_told_once(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    other = make_participant(session, scene.event)
    make_request(session, scene.round, other, scene.jordi)
    withdraw_person(session, scene.event, other, organiser)
    (message,) = _mails(session, other)
    text = _composed(app, session, message).get_body(("plain",))
    assert text is not None
    assert "you no longer take part in Smart City Expo.\n" in text.get_content()
    assert "taken out of your agenda" not in text.get_content()


def test_a_later_publication_keeps_what_was_held_with_somebody_who_left(
    session: Session, scene: Scene, organiser: User
) -> None:
    withdraw_person(session, scene.event, scene.ana, organiser)
    for meeting in scene.meetings[1:]:
        meeting.state = MeetingState.PLANNED
    session.flush()
    assert sorted(left_since(session, scene.plan, scene.event.now())) == [
        meeting.id for meeting in scene.meetings[1:]
    ]


def test_taken_back_in_time_they_stay_and_their_sessions_return(
    session: Session, scene: Scene, organiser: User
) -> None:
    talk = make_session(session, scene.event, "2023-11-08 10:00", attendees=[scene.ana])
    refresh(session, scene.event, mails=False)
    withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-07 18:00"))
    assert leaving(session, scene.event, scene.ana).held == 1
    take_back_person(session, scene.event, scene.ana, organiser)
    assert scene.ana.leaves_at is None
    uids = select(AgendaEntry.uid).where(AgendaEntry.participant_id == scene.ana.id)
    assert talk.public_id in session.scalars(uids).all()
    with pytest.raises(Conflict):
        take_back_person(session, scene.event, scene.ana, organiser)


def test_same_time_twice_is_said_and_tells_nobody_again(
    session: Session, scene: Scene, organiser: User
) -> None:
    withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-07 13:00"))
    count = len(_mails(session, scene.ana))
    with pytest.raises(Conflict, match="leaves then already"):
        withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-07 13:00"))
    assert len(_mails(session, scene.ana)) == count


def test_who_leaves_later_than_announced_reads_what_comes_back(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    make_session(session, scene.event, "2023-11-08 12:00", attendees=[scene.ana])
    refresh(session, scene.event, mails=False)
    withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-07 20:00"))
    withdraw_person(session, scene.event, scene.ana, organiser, at("2023-11-09 10:00"))
    (message,) = _mails(session, scene.ana)
    with app.app_context():
        texts = texts_of(session, message, POST)
    assert texts.subject == "You leave Smart City Expo on Thu 9 Nov, 10:00"
    assert "until Thu 9 Nov, 10:00. Your agenda has changed:\n\n- New: " in texts.text


def test_who_is_taken_back_is_told(app: Flask, session: Session, scene: Scene, organiser: User) -> None:
    withdraw_person(session, scene.event, scene.jordi, organiser)
    take_back_person(session, scene.event, scene.jordi, organiser)
    (message,) = _mails(session, scene.jordi)
    with app.app_context():
        texts = texts_of(session, message, POST)
    assert texts.subject == "You take part in Smart City Expo again"
    assert "you take part in Smart City Expo again.\n" in texts.text
    assert "mistake" not in texts.text


def test_delegation_hears_that_its_leader_or_a_member_leaves(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    newcomer = make_participant(session, scene.event, name="Nina")
    delegation = make_delegation(session, scene.event, [newcomer, scene.jordi, scene.ivan])
    withdraw_person(session, scene.event, scene.ivan, organiser, at("2023-11-08 09:00"))
    (message,) = _mails(session, newcomer)
    with app.app_context():
        said = texts_of(session, message, POST).text
    assert f'leaves the delegation "{delegation.name}" on Wed 8 Nov, 09:00.' in said
    assert not _mails(session, scene.jordi)
    withdraw_person(session, scene.event, newcomer, organiser)
    (message,) = _mails(session, scene.jordi)
    with app.app_context():
        said = texts_of(session, message, POST).text
    assert f'who leads the delegation "{delegation.name}", is no longer taking part.' in said


def test_group_meets_without_a_member_and_ends_with_its_author(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    call = OpenCall(
        round_id=scene.round.id, author_id=scene.marta.id, title="Shared mobility", text="", seats=3,
        created_at=scene.event.now(), changed_at=scene.event.now(),
    )  # fmt: skip
    session.add(call)
    session.flush()
    people = [scene.marta, scene.jordi, scene.ivan]
    block = make_block(session, scene.event, "2023-11-08 12:00", slots=1)
    group = make_meeting(session, scene.plan, block.slots[0], scene.tables, people)
    group.wish = call_key(call.public_id)
    refresh(session, scene.event, mails=False)

    assert leaving(session, scene.event, scene.jordi).groups == 1
    withdraw_person(session, scene.event, scene.jordi, organiser)
    assert group.state is MeetingState.PLANNED
    assert {attendance.participant_id for attendance in group.attendances} == {scene.marta.id, scene.ivan.id}
    (farewell,) = _mails(session, scene.jordi)
    (told,) = _mails(session, scene.ivan)
    with app.app_context():
        assert (
            "You no longer take part in your meeting “Shared mobility”"
            in texts_of(session, farewell, POST).text
        )
        texts = texts_of(session, told, POST)
    assert texts.subject == "Changed: Shared mobility, Wed 8 Nov, 12:00"
    assert "Jordi can't come." in texts.text

    withdraw_person(session, scene.event, scene.marta, organiser)
    assert group.state is MeetingState.CANCELLED
