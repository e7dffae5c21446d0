"""Everybody whose agenda others change is told: of meetings, sessions and joint visits, in one mail an act."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.enums import MeetingState, ParticipantState, SessionKind, SessionRole
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.mail.compose import Post, invitations_of, texts_of
from scheduler.mail.render import Texts
from scheduler.models import OutboxMessage, Participant, SessionAttendance, User
from scheduler.services.calendars import availability
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.delegation import joint_programme
from scheduler.services.delegation.joint_programme import VisitDetails
from scheduler.services.delegation.members import add_member, remove_member
from scheduler.services.event.programme import put_in_session, remove_session, take_out_of_session
from tests.factories import at, make_delegation, make_organiser, make_session
from tests.services.scenes import Scene, published_scene, set_clock

POST = Post(str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>")


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    return scene


@pytest.fixture
def organiser(session: Session, scene: Scene) -> User:
    return make_organiser(session, scene.event)


def _waiting(session: Session, person: Participant) -> Sequence[OutboxMessage]:
    refresh_marked(session)
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.participant_id == person.id, OutboxMessage.state == MessageState.QUEUED)
        .order_by(OutboxMessage.id)
    ).all()


def _texts(app: Flask, session: Session, message: OutboxMessage) -> Texts:
    with app.app_context():
        return texts_of(session, message, POST)


def _sent(session: Session) -> None:
    for message in session.scalars(select(OutboxMessage)):
        message.state = MessageState.SENT
    session.flush()


def _tour(title: str = "Tour of the port") -> VisitDetails:
    return VisitDetails(
        title, SessionKind.VISIT, at("2023-11-07 15:00"), at("2023-11-07 16:00"), host="Port of Barcelona"
    )


def test_new_joint_visit_is_told_to_every_member(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    delegation = make_delegation(session, scene.event, [scene.ana, scene.ivan])
    joint_programme.add_visit(session, delegation, _tour(), organiser, scene.event.now())
    for person in (scene.ana, scene.ivan):
        (message,) = _waiting(session, person)
        assert message.kind is MessageKind.CHANGE
        texts = _texts(app, session, message)
        assert texts.subject == "New: Tour of the port, Tue 7 Nov, 15:00"
        assert "New: Tour of the port on Tue 7 Nov, 15:00-16:00." in texts.text
        (part,) = invitations_of(session, message, POST)
        assert part.method.value == "REQUEST"
    assert not _waiting(session, scene.marta)


def test_changed_and_removed_visit_is_told_by_its_title(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    delegation = make_delegation(session, scene.event, [scene.ana, scene.ivan])
    visit = joint_programme.add_visit(session, delegation, _tour(), organiser, scene.event.now())
    refresh_marked(session)
    _sent(session)
    visit.starts_at, visit.ends_at = at("2023-11-07 17:00"), at("2023-11-07 18:00")
    (message,) = _waiting(session, scene.ivan)
    texts = _texts(app, session, message)
    assert texts.subject == "Moved: Tour of the port, now Tue 7 Nov, 17:00"
    assert "Moved: Tour of the port is now on Tue 7 Nov, 17:00-18:00; it was on" in texts.text
    _sent(session)
    visit.host, visit.title = "Harbour Master", "Tour of the old port"
    (message,) = _waiting(session, scene.ivan)
    texts = _texts(app, session, message)
    assert texts.subject == "New title: Tour of the old port, Tue 7 Nov, 17:00"
    assert "was called Tour of the port before" in texts.text
    _sent(session)
    visit.host = "Harbour Office"
    (message,) = _waiting(session, scene.ivan)
    assert "Host: Harbour Office." in _texts(app, session, message).text
    _sent(session)
    joint_programme.remove_visit(session, delegation, visit.public_id, organiser, scene.event.now())
    (message,) = _waiting(session, scene.ivan)
    assert _texts(app, session, message).subject == "Cancelled: Tour of the old port, Tue 7 Nov, 17:00"
    assert [part.method.value for part in invitations_of(session, message, POST)] == ["CANCEL"]


def test_who_joins_or_leaves_a_delegation_is_told_of_its_programme(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    delegation = make_delegation(session, scene.event, [scene.ana])
    visit = joint_programme.add_visit(session, delegation, _tour(), organiser, scene.event.now())
    refresh_marked(session)
    _sent(session)
    sequences = []
    for _round in range(2):
        add_member(session, scene.event, delegation, "Ivan", organiser)
        (message,) = _waiting(session, scene.ivan)
        assert _texts(app, session, message).subject == "New: Tour of the port, Tue 7 Nov, 15:00"
        sequences.append(message.payload["changes"][0]["after"]["sequence"] if message.payload else 0)
        _sent(session)
        remove_member(session, scene.event, delegation, scene.ivan.public_id, organiser)
        (message,) = _waiting(session, scene.ivan)
        texts = _texts(app, session, message)
        assert texts.subject == "Taken out of your agenda: Tour of the port, Tue 7 Nov, 15:00"
        assert "You no longer take part in Tour of the port" in texts.text
        assert [part.method.value for part in invitations_of(session, message, POST)] == ["CANCEL"]
        sequences.append(message.payload["changes"][0]["after"]["sequence"] if message.payload else 0)
        _sent(session)
    assert sequences == sorted(set(sequences)), "calendars ignore what does not count on"
    assert not _waiting(session, scene.ana)
    assert visit.attendances


def test_sessions_that_others_choose_for_somebody_are_told_and_own_choices_are_not(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    talk = make_session(session, scene.event, "2023-11-07 12:00")
    talk.title = "Opening"
    availability.attend(session, scene.marta, talk.public_id, going=True, now=scene.event.now())
    refresh(session, scene.event, [scene.marta.id], chosen=[talk.public_id])
    assert not _waiting(session, scene.marta)
    availability.attend(session, scene.marta, talk.public_id, going=False, now=scene.event.now())
    refresh(session, scene.event, [scene.marta.id], chosen=[talk.public_id])
    assert not _waiting(session, scene.marta)
    put_in_session(session, scene.event, talk, "Marta", SessionRole.SPEAKER, organiser)
    (message,) = _waiting(session, scene.marta)
    assert _texts(app, session, message).subject == "New: Opening, Tue 7 Nov, 12:00"
    _sent(session)
    take_out_of_session(session, scene.event, talk, scene.marta.public_id, organiser)
    (message,) = _waiting(session, scene.marta)
    assert _texts(app, session, message).subject == "Taken out of your agenda: Opening, Tue 7 Nov, 12:00"
    _sent(session)
    put_in_session(session, scene.event, talk, "Marta", SessionRole.ATTENDEE, organiser)
    refresh_marked(session)
    _sent(session)
    remove_session(session, scene.event, talk, organiser)
    (message,) = _waiting(session, scene.marta)
    assert _texts(app, session, message).subject == "Cancelled: Opening, Tue 7 Nov, 12:00"


def test_who_was_not_invited_yet_hears_of_meetings_only(session: Session, scene: Scene) -> None:
    scene.ivan.state = ParticipantState.INVITED
    make_session(session, scene.event, "2023-11-07 12:00", attendees=[scene.ivan])
    assert not _waiting(session, scene.ivan)
    scene.ivan.invited_at = scene.event.now()
    make_session(session, scene.event, "2023-11-07 15:00", attendees=[scene.ivan])
    assert len(_waiting(session, scene.ivan)) == 1


def test_what_was_never_told_and_is_gone_again_is_not_told_at_all(session: Session, scene: Scene) -> None:
    talk = make_session(session, scene.event, "2023-11-07 12:00", attendees=[scene.marta])
    assert len(_waiting(session, scene.marta)) == 1
    session.delete(talk)
    assert not _waiting(session, scene.marta)


def test_first_session_of_somebody_is_no_published_agenda(session: Session, scene: Scene) -> None:
    make_session(session, scene.event, "2023-11-07 12:00", attendees=[scene.ivan])
    (message,) = _waiting(session, scene.ivan)
    assert message.kind is MessageKind.CHANGE


@pytest.mark.parametrize("day", ["2023-11-06 15:00", "2023-11-03 15:00"])
def test_one_act_writes_one_mail_however_many_entries_it_changes(
    session: Session, scene: Scene, day: str
) -> None:
    make_session(session, scene.event, "2023-11-09 12:00", attendees=[scene.ana])
    refresh(session, scene.event, mails=False)
    set_clock(scene.event, day)
    for meeting in scene.meetings:
        meeting.state = MeetingState.CANCELLED
    session.query(SessionAttendance).delete()
    refresh(session, scene.event)
    (message,) = _waiting(session, scene.ana)
    assert len((message.payload or {})["changes"]) == 3


def test_published_agenda_counts_what_follows(app: Flask, session: Session, scene: Scene) -> None:
    make_session(session, scene.event, "2023-11-09 10:00", attendees=[scene.marta])
    make_session(session, scene.event, "2023-11-09 12:00", attendees=[scene.marta])
    make_session(session, scene.event, "2023-11-09 15:00", attendees=[scene.marta], kind=SessionKind.VISIT)
    refresh(session, scene.event, mails=False)
    message = OutboxMessage(
        event_id=scene.event.id,
        participant_id=scene.marta.id,
        kind=MessageKind.AGENDA_PUBLISHED,
        to_address=scene.marta.email,
        to_name="Marta",
        payload={"invite": False},
        created_at=scene.event.now(),
    )
    session.add(message)
    session.flush()
    texts = _texts(app, session, message)
    assert "your agenda is ready, with 1 meeting, 2 sessions, and 1 joint visit:" in texts.text
    assert "1 meeting, 2 sessions, and 1 joint visit" in texts.html
    assert texts.text.count("\n- ") == 4


def test_subject_keeps_the_time_whatever_the_names(app: Flask, session: Session, scene: Scene) -> None:
    scene.jordi.name = "Dr Jordi " + "Puigdomènech-Casademont " * 6
    refresh(session, scene.event, mails=False)
    scene.meetings[1].slot = scene.block.slots[3]
    refresh(session, scene.event)
    (message,) = _waiting(session, scene.ana)
    texts = _texts(app, session, message)
    assert texts.subject.startswith("Moved: Dr Jordi Puigdomènech-Casademont")
    assert texts.subject.endswith("…, now Tue 7 Nov, 11:15")
    assert len(texts.subject) <= 78


def test_one_act_that_changes_several_things_tells_all_of_them(
    app: Flask, session: Session, scene: Scene, organiser: User
) -> None:
    delegation = make_delegation(session, scene.event, [scene.ana])
    visit = joint_programme.add_visit(session, delegation, _tour(), organiser, scene.event.now())
    (message,) = _waiting(session, scene.ana)
    assert "Host: Port of Barcelona. Place: to be confirmed." in _texts(app, session, message).text
    _sent(session)
    visit.starts_at, visit.ends_at = at("2023-11-07 17:00"), at("2023-11-07 18:00")
    visit.title, visit.host, visit.pavilion = "Tour of the docks", "Harbour Office", scene.bavaria
    (message,) = _waiting(session, scene.ana)
    texts = _texts(app, session, message)
    assert (
        "Moved: Tour of the docks is now on Tue 7 Nov, 17:00-18:00; it was on Tue 7 Nov, 15:00-16:00."
        " It was called Tour of the port before. Host: Harbour Office. Place: Bavaria (before: not set)."
    ) in texts.text
    for fact in ("before: Tue 7 Nov, 15:00-16:00", "called Tour of the port before", "before with Port of"):
        assert fact in texts.html
