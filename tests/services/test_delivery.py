"""Sending the outbox to real and to bad mail servers on loopback."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import cast

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.kinds import MeetingState
from scheduler.domain.messages import ChangeMail, MessageKind, MessageState
from scheduler.mail.smtp import Line, Server
from scheduler.models import DeadAddress, OutboxMessage
from scheduler.services.agendas import refresh
from scheduler.services.delivery import Tally, deliver_due, holder_name, keep_due, recover, take_lease
from scheduler.services.message_texts import Post
from scheduler.services.messages import preference_of, queue_mail, unsubscribe, wall_clock
from tests.mail.servers import Inbox, cutting_server, mail_server, silent_server
from tests.services.scenes import Scene, published_scene, set_clock

POST = Post(str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>")


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.app_context():
        yield


def _send(session: Session, url: str) -> Tally:
    line = Line(Server.from_url(url))
    try:
        return deliver_due(session, line, POST)
    finally:
        line.close()


def _queue(session: Session, address: str = "ana@example.org", **values: object) -> OutboxMessage:
    message = queue_mail(
        session,
        to_address=address,
        to_name="Ana",
        subject="Hello",
        text=".a dot\nand Grüße\n",
        **values,  # type: ignore[arg-type]
    )
    session.commit()
    return message


def _letters(inbox: Inbox) -> list[EmailMessage]:
    return [cast(EmailMessage, email.message_from_bytes(data, policy=default)) for data in inbox.letters]


def _changed_scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    scene.meetings[0].slot = scene.block.slots[2]
    refresh(session, scene.event)
    session.commit()
    return scene


def test_message_arrives_once_with_its_text_and_stays_sent(session: Session) -> None:
    message = _queue(session, kind=MessageKind.SIGN_IN)
    inbox = Inbox()
    with mail_server(inbox) as url:
        assert _send(session, url).sent == 1
        assert _send(session, url).sent == 0
    (letter,) = _letters(inbox)
    assert letter["To"] == "Ana <ana@example.org>"
    assert letter.get_content().splitlines() == [".a dot", "and Grüße"]
    assert letter["Message-ID"] == f"<{message.public_id}@expo.example>"
    assert letter["List-Unsubscribe"] is None
    assert message.state is MessageState.SENT


def test_moved_meeting_within_48_hours_is_mailed_at_once_with_an_invitation(session: Session) -> None:
    scene = _changed_scene(session)
    inbox = Inbox()
    with mail_server(inbox) as url:
        assert _send(session, url).sent == 2
    letter = next(item for item in _letters(inbox) if scene.ana.email in item["To"])
    assert "Tue 7 Nov, 10:50-11:10" in letter.get_body(("plain",)).get_content()
    assert "before it was Tue 7 Nov, 10:00-10:20" in letter.get_body(("html",)).get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (part,) = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    calendar = icalendar.Calendar.from_ical(part.get_content())
    (invitation,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert (invitation["UID"], invitation["SEQUENCE"]) == (f"{scene.meetings[0].uid}@expo.example", 1)
    assert invitation["ATTENDEE"] == f"mailto:{scene.ana.email}"


def test_cancelled_meeting_is_mailed_as_cancel(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    scene.meetings[0].state = MeetingState.CANCELLED
    refresh(session, scene.event)
    session.commit()
    inbox = Inbox()
    with mail_server(inbox) as url:
        _send(session, url)
    for letter in _letters(inbox):
        assert str(letter["Subject"]).startswith("Cancelled: ")
        assert str(letter["Subject"]).endswith(", Tue 7 Nov, 10:00")
        (part,) = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
        calendar = icalendar.Calendar.from_ical(part.get_content())
        assert part.get_param("method") == calendar["METHOD"] == "CANCEL"
        assert calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_change_that_is_far_away_waits_for_the_digest_and_joins_it(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 15:00")
    refresh(session, scene.event, mails=False)
    for slot in (2, 3):
        scene.meetings[0].slot = scene.block.slots[slot]
        refresh(session, scene.event)
    session.commit()
    digests = session.scalars(select(OutboxMessage)).all()
    assert [message.kind for message in digests] == [MessageKind.DIGEST, MessageKind.DIGEST]
    assert timedelta(hours=2) < digests[0].due_at - wall_clock() <= timedelta(hours=3)
    (change,) = digests[0].payload["changes"]
    assert change["before"]["start"].startswith("2023-11-07T09:00")
    assert change["after"]["start"].startswith("2023-11-07T10:15")


def test_first_publication_is_one_message_with_the_whole_agenda(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event)
    session.commit()
    kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert kinds == [MessageKind.AGENDA_PUBLISHED] * 3
    inbox = Inbox()
    with mail_server(inbox) as url:
        _send(session, url)
    letter = next(item for item in _letters(inbox) if scene.ana.email in item["To"])
    text = letter.get_body(("plain",)).get_content()
    assert "Tue 7 Nov, 10:00-10:20: Marta" in text
    assert "(6 min walk before)" in text


def _parts(letter: EmailMessage) -> list[tuple[str | None, str, list[icalendar.Event]]]:
    """The calendar parts of a mail: file name, method, entries."""
    found = []
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            data = cast(bytes, part.get_payload(decode=True))
            calendar = icalendar.Calendar.from_ical(data)
            assert part.get_param("method") == calendar["METHOD"]
            found.append((part.get_filename(), str(calendar["METHOD"]), list(calendar.walk("VEVENT"))))
    return found


def test_published_agenda_comes_with_one_file_that_later_changes_keep_right(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event)
    session.commit()
    inbox = Inbox()
    with mail_server(inbox) as url:
        _send(session, url)
        scene.meetings[0].state = MeetingState.CANCELLED
        refresh(session, scene.event)
        session.commit()
        _send(session, url)
    first, second = (letter for letter in _letters(inbox) if scene.ana.email in letter["To"])
    ((name, method, entries),) = _parts(first)
    assert (name, method, len(entries)) == ("agenda.ics", "PUBLISH", 2)
    ((_name, method, (gone,)),) = _parts(second)
    assert (method, gone["SEQUENCE"]) == ("CANCEL", 1)
    assert gone["UID"] in [entry["UID"] for entry in entries]


def test_digest_carries_a_file_for_each_meeting_that_changed(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 15:00")
    refresh(session, scene.event, mails=False)
    scene.meetings[0].slot = scene.block.slots[2]
    scene.meetings[1].state = MeetingState.CANCELLED
    refresh(session, scene.event)
    for message in session.scalars(select(OutboxMessage)):
        message.due_at = wall_clock()
    session.commit()
    inbox = Inbox()
    with mail_server(inbox) as url:
        _send(session, url)
    letter = next(letter for letter in _letters(inbox) if scene.ana.email in letter["To"])
    parts = _parts(letter)
    assert sorted((name, method) for name, method, _ in parts) == [
        ("01-cancel.ics", "CANCEL"),
        ("02-request.ics", "REQUEST"),
    ]
    assert {str(entry["UID"]) for _, _, entries in parts for entry in entries} == {
        f"{meeting.uid}@expo.example" for meeting in scene.meetings
    }
    assert letter.get_body(("html",)) is not None


def test_meeting_that_is_back_where_it_was_is_not_told(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 15:00")
    refresh(session, scene.event, mails=False)
    for slot in (2, 0):
        scene.meetings[0].slot = scene.block.slots[slot]
        refresh(session, scene.event)
    states = session.scalars(select(OutboxMessage.state)).all()
    assert states == [MessageState.SUPPRESSED] * 2


def test_change_at_once_takes_the_meeting_out_of_the_digest(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-05 09:00")
    refresh(session, scene.event, mails=False)
    scene.meetings[0].slot = scene.block.slots[2]
    refresh(session, scene.event)
    set_clock(scene.event, "2023-11-06 09:00")
    scene.meetings[0].slot = scene.block.slots[3]
    refresh(session, scene.event)
    mine = select(OutboxMessage).where(OutboxMessage.participant_id == scene.ana.id)
    digest, change = session.scalars(mine.order_by(OutboxMessage.id)).all()
    assert (digest.kind, digest.state) == (MessageKind.DIGEST, MessageState.SUPPRESSED)
    assert change.kind is MessageKind.CHANGE
    assert change.payload["changes"][0]["before"]["start"].startswith("2023-11-07T09:00")


def test_newest_state_replaces_changes_that_have_not_left(session: Session) -> None:
    scene = _changed_scene(session)
    mine = (
        select(OutboxMessage).where(OutboxMessage.participant_id == scene.ana.id).order_by(OutboxMessage.id)
    )
    # Put off by a server that was not there: it is worded already, and still nobody has read it.
    _send(session, "smtp://127.0.0.1:9")
    scene.meetings[0].slot = scene.block.slots[3]
    refresh(session, scene.event)
    scene.meetings[0].state = MeetingState.CANCELLED
    refresh(session, scene.event)
    session.commit()
    moved, again, cancelled = session.scalars(mine).all()
    assert [moved.state, again.state] == [MessageState.SUPPRESSED] * 2
    (change,) = cancelled.payload["changes"]
    assert change["before"]["start"].startswith("2023-11-07T09:00")
    assert (change["after"]["status"], change["after"]["sequence"]) == ("cancelled", 3)
    inbox = Inbox()
    with mail_server(inbox) as url:
        assert _send(session, url).sent == 2
    # What has left is told: the next message goes on from there.
    scene.meetings[0].state = MeetingState.PLANNED
    refresh(session, scene.event)
    assert session.scalars(mine).all()[-1].payload["changes"][0]["before"]["status"] == "cancelled"


def test_change_that_replaces_part_of_a_common_mail_leaves_the_rest(session: Session) -> None:
    scene = _changed_scene(session)
    mine = (
        select(OutboxMessage).where(OutboxMessage.participant_id == scene.ana.id).order_by(OutboxMessage.id)
    )
    first = session.scalars(mine).one()
    other = {**first.payload["changes"][0], "after": {**first.payload["changes"][0]["after"], "uid": "other"}}
    first.payload = {**first.payload, "changes": [*first.payload["changes"], other]}
    scene.meetings[0].slot = scene.block.slots[3]
    refresh(session, scene.event)
    rest, newest = session.scalars(mine).all()
    assert [item["after"]["uid"] for item in rest.payload["changes"]] == ["other"]
    assert rest.state is newest.state is MessageState.QUEUED
    assert newest.payload["changes"][0]["after"]["uid"] == scene.meetings[0].uid


def test_agenda_that_is_empty_before_its_mail_leaves_is_not_mailed(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 15:00")
    refresh(session, scene.event)
    for meeting in scene.meetings:
        meeting.state = MeetingState.CANCELLED
    refresh(session, scene.event, mails=False)
    session.commit()
    inbox = Inbox()
    with mail_server(inbox) as url:
        assert _send(session, url).sent == 0
    assert set(session.scalars(select(OutboxMessage.state))) == {MessageState.EXPIRED}


def test_person_who_wants_no_mails_gets_none_and_daily_ones_get_the_digest(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    preference_of(session, scene.ana.id).changes = ChangeMail.DAILY
    assert unsubscribe(session, preference_of(session, scene.marta.id).unsubscribe_key) is not None
    assert unsubscribe(session, "x" * 43) is None
    scene.meetings[0].slot = scene.block.slots[2]
    refresh(session, scene.event)
    found = session.scalars(select(OutboxMessage)).all()
    assert [(message.participant_id, message.kind) for message in found] == [
        (scene.ana.id, MessageKind.DIGEST)
    ]


def test_follower_of_a_feed_gets_mails_without_invitations(session: Session) -> None:
    from scheduler.services.feeds import create_feed

    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    create_feed(session, scene.ana)
    scene.meetings[0].slot = scene.block.slots[2]
    refresh(session, scene.event)
    invites = {
        message.participant_id: message.payload["invite"]
        for message in session.scalars(select(OutboxMessage))
    }
    assert invites == {scene.ana.id: False, scene.marta.id: True}


def test_greylisted_message_is_sent_at_the_second_attempt(session: Session) -> None:
    message = _queue(session)
    inbox = Inbox(greylist=True)
    with mail_server(inbox) as url:
        assert _send(session, url).later == 1
        assert message.due_at > datetime.now(UTC) + timedelta(seconds=50)
        message.due_at = wall_clock()
        session.commit()
        assert _send(session, url).sent == 1
    assert len(inbox.letters) == 1


def test_refused_address_is_remembered_and_written_to_no_more_but_for_signing_in(session: Session) -> None:
    inbox = Inbox(refuse={"gone@example.org"})
    with mail_server(inbox) as url:
        _queue(session, "gone@example.org")
        assert _send(session, url).failed == 1
        assert session.get(DeadAddress, "gone@example.org") is not None
        second = _queue(session, "Gone@example.org")
        sign_in = _queue(session, "gone@example.org", kind=MessageKind.SIGN_IN)
        _send(session, url)
    assert second.state is MessageState.SUPPRESSED
    assert sign_in.state is MessageState.FAILED
    assert sign_in.attempts == 1


def test_silent_and_absent_servers_put_messages_off_without_waiting_for_each(session: Session) -> None:
    messages = [_queue(session) for _ in range(5)]
    with silent_server() as url:
        started = wall_clock()
        assert _send(session, url).later == 1
        assert wall_clock() - started < timedelta(seconds=4)
    assert _send(session, url).later == 1
    assert {message.state for message in messages} == {MessageState.QUEUED}


def test_message_is_given_up_after_the_last_wait(session: Session) -> None:
    message = _queue(session)
    for _ in range(8):
        message.due_at = wall_clock()
        session.commit()
        _send(session, "smtp://127.0.0.1:1?timeout=1")
    assert (message.state, message.attempts) == (MessageState.FAILED, 8)


def test_line_that_breaks_after_the_content_leaves_the_message_uncertain(session: Session) -> None:
    message = _queue(session)
    with cutting_server(None) as url:
        assert _send(session, url).uncertain == 1
    assert message.state is MessageState.UNCERTAIN
    with mail_server(Inbox()) as url:
        assert _send(session, url).sent == 0


def test_content_that_is_refused_for_now_is_tried_again(session: Session) -> None:
    message = _queue(session)
    with cutting_server(b"452 disk full\r\n") as url:
        assert _send(session, url).later == 1
    assert message.state is MessageState.QUEUED


def test_what_a_dead_worker_left_is_told_apart(session: Session) -> None:
    claimed, sending = _queue(session), _queue(session)
    claimed.state, sending.state = MessageState.CLAIMED, MessageState.SENDING
    session.commit()
    assert recover(session) == 1
    session.expire_all()
    assert (claimed.state, sending.state) == (MessageState.QUEUED, MessageState.UNCERTAIN)


def test_lease_is_kept_by_the_living_and_taken_from_the_dead(session: Session) -> None:
    assert take_lease(session, holder_name())
    assert take_lease(session, holder_name())
    assert not take_lease(session, "elsewhere|1|1.00")
    host, pid, _ = holder_name().split("|")
    assert take_lease(session, f"{host}|{pid}|0.00") is False
    from scheduler.models import SenderLease

    lease = session.get_one(SenderLease, 1)
    lease.holder = f"{host}|{pid}|0.00"
    session.commit()
    assert take_lease(session, holder_name())


def test_late_message_expires_and_hostile_names_cannot_write_headers(session: Session) -> None:
    late = _queue(session, expires_at=wall_clock() - timedelta(minutes=1))
    queue_mail(
        session,
        to_address="ana@example.org",
        to_name='Ana\r\nBcc: evil@example.org\x00 \u202eЖ, "x" <y> ' + "z" * 500,
        subject="Hi\r\nX-Evil: 1 🎉",
        text="x",
    )
    broken = _queue(session, "no address")
    session.commit()
    inbox = Inbox()
    with mail_server(inbox) as url:
        _send(session, url)
    (letter,) = _letters(inbox)
    assert letter["Bcc"] is None
    assert letter["X-Evil"] is None
    assert letter["To"].addresses[0].addr_spec == "ana@example.org"
    assert late.state is MessageState.EXPIRED
    assert broken.state is MessageState.FAILED


def test_demonstration_keeps_messages_with_their_texts(session: Session) -> None:
    _changed_scene(session)
    assert keep_due(session, POST) == 2
    for message in session.scalars(select(OutboxMessage)):
        assert message.state is MessageState.KEPT
        assert "Tue 7 Nov, 10:50-11:10" in message.text
