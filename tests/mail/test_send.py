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
from scheduler.domain.enums import MeetingState
from scheduler.domain.messages import ChangeMail, MessageKind, MessageState
from scheduler.mail.compose import Post
from scheduler.mail.outbox import preference_of, queue_mail, unsubscribe, wall_clock
from scheduler.mail.send import (
    Lost,
    Tally,
    claim,
    claim_some,
    cross_the_brink,
    deliver_due,
    keep_due,
    recover,
    settle,
)
from scheduler.mail.smtp import Attempt, Line, Outcome, Server
from scheduler.models import DeadAddress, OutboxMessage
from scheduler.services.calendars.calendar_sync import refresh
from tests.counting import counted
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
    assert "before: Tue 7 Nov, 10:00-10:20" in letter.get_body(("html",)).get_content()
    # As it came over the line, not as a parser reads it.
    for raw in inbox.letters:
        lines = raw.split(b"\r\n")
        (way_out,) = [line for line in lines if line.lower().startswith(b"list-unsubscribe:")]
        assert way_out.startswith(b"List-Unsubscribe: <https://expo.example/mails/unsubscribe/")
        assert way_out.endswith(b">")
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
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


def test_batch_is_claimed_with_the_same_statements_however_many_its_messages(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event)
    session.commit()
    keys = list(session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)))
    for key in keys:
        preference_of(session, session.get_one(OutboxMessage, key).participant_id or 0)
    session.commit()
    session.expunge_all()
    with counted() as for_one:
        assert [key for key, _parcel in claim_some(session, keys[:1], "here", POST)] == keys[:1]
    session.expunge_all()
    with counted() as for_two:
        assert [key for key, _parcel in claim_some(session, keys[1:], "here", POST)] == keys[1:]
    reads = [[text for text in found if text.startswith("SELECT")] for found in (for_one, for_two)]
    assert len(reads[0]) == len(reads[1]) == 5


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
    from scheduler.services.calendars.feeds import create_feed

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
        begun = datetime.now(UTC)
        assert _send(session, url).later == 1
        assert message.due_at > begun + timedelta(seconds=50)
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
        assert _send(session, url).absent == 1
    assert _send(session, url).absent == 1
    session.expire_all()
    assert {(message.state, message.attempts) for message in messages} == {(MessageState.QUEUED, 0)}
    assert all(message.due_at <= wall_clock() for message in messages)


def test_message_is_given_up_after_the_last_wait(session: Session) -> None:
    message = _queue(session)
    with cutting_server(b"452 disk full\r\n") as url:
        for _ in range(8):
            message.due_at = wall_clock()
            session.commit()
            _send(session, url)
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


def test_sender_that_lost_its_message_sends_nothing_and_still_says_what_it_knows(session: Session) -> None:
    first, second = _queue(session), _queue(session)
    assert claim(session, first.id, "slow", POST)
    assert claim(session, second.id, "slow", POST)
    cross_the_brink(session, second.id, "slow")
    assert recover(session) == 1
    session.expire_all()
    assert (first.state, second.state) == (MessageState.QUEUED, MessageState.UNCERTAIN)
    assert claim(session, first.id, "quick", POST)
    with pytest.raises(Lost):
        cross_the_brink(session, first.id, "slow")
    settle(session, first.id, "slow", Attempt(Outcome.SENT), Tally())
    settle(session, second.id, "slow", Attempt(Outcome.SENT), Tally())
    session.expire_all()
    assert (first.state, second.state) == (MessageState.CLAIMED, MessageState.SENT)


def test_messages_in_hand_are_not_taken_up(session: Session) -> None:
    mine, left = _queue(session), _queue(session)
    assert claim(session, mine.id, "here", POST)
    assert claim(session, left.id, "here", POST)
    assert recover(session, in_hand={mine.id}) == 0
    session.expire_all()
    assert (mine.state, left.state) == (MessageState.CLAIMED, MessageState.QUEUED)


def test_message_that_ended_its_sender_again_and_again_waits_and_is_given_up(session: Session) -> None:
    message = _queue(session)
    for _ in range(8):
        message.due_at = wall_clock()
        session.commit()
        assert claim(session, message.id, "here", POST)
        recover(session)
        session.expire_all()
    assert message.due_at > wall_clock() + timedelta(hours=5)
    message.due_at = wall_clock()
    session.commit()
    assert claim(session, message.id, "here", POST) is None
    session.expire_all()
    assert message.state is MessageState.FAILED


@pytest.mark.parametrize(
    ("address", "on_the_wire"),
    [
        ("ana@müller.example", "ana@xn--mller-kva.example"),
        ("ana@пример.example", "ana@xn--e1afmkfd.example"),
        ("ana@faß.example", "ana@xn--fa-hia.example"),
        ("ana@xn--mller-kva.example", "ana@xn--mller-kva.example"),
        ("ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_domain_beyond_ascii_is_written_to_in_its_ascii_form(
    session: Session, address: str, on_the_wire: str
) -> None:
    _queue(session, address)
    inbox = Inbox()
    with mail_server(inbox, enable_SMTPUTF8=False) as url:
        assert _send(session, url).sent == 1
    assert inbox.readers == [on_the_wire]
    assert f"<{on_the_wire}>".encode() in inbox.letters[0]


@pytest.mark.parametrize(
    "address", ["zoë@example.org", "用户@例え.テスト", "no address", "@", "a@b@c", "x@" + "ü" * 80]
)
def test_address_that_cannot_be_written_to_fails_alone_with_a_sentence(
    session: Session, address: str
) -> None:
    before, bad, after = _queue(session), _queue(session, address), _queue(session)
    with mail_server(Inbox(), enable_SMTPUTF8=False) as url:
        _send(session, url)
    session.expire_all()
    assert (before.state, after.state) == (MessageState.SENT, MessageState.SENT)
    assert bad.state is MessageState.FAILED or address == "a@b@c"
    assert bad.last_error or bad.state is MessageState.SENT


def test_local_part_beyond_ascii_is_sent_by_a_server_that_can(session: Session) -> None:
    _queue(session, "zoë@müller.example")
    inbox = Inbox()
    with mail_server(inbox, enable_SMTPUTF8=True) as url:
        assert _send(session, url).sent == 1
    assert inbox.readers == ["zoë@xn--mller-kva.example"]
    assert "To: Ana <zoë@xn--mller-kva.example>".encode() in inbox.letters[0]


def test_message_whose_text_cannot_be_made_fails_alone(session: Session) -> None:
    scene = _changed_scene(session)
    broken, whole = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    broken.payload = {"changes": [{"kind": "?"}], "invite": True}
    session.commit()
    with mail_server(Inbox()) as url:
        assert _send(session, url).sent == 1
    session.expire_all()
    assert (broken.state, whole.state) == (MessageState.FAILED, MessageState.SENT)
    assert broken.last_error == "It can't be written: KeyError"
    assert scene.event.id == broken.event_id


def test_full_mailbox_and_blocklist_leave_the_address_alive(session: Session) -> None:
    for said in (
        "552 5.2.2 mailbox full",
        "550 5.7.1 blocked, see 5.1.1",
        "550 no thanks",
        "553 5.1.8 sender",
    ):
        with mail_server(Inbox(answers={"ana@example.org": said})) as url:
            message = _queue(session)
            _send(session, url)
        session.expire_all()
        assert (message.state, message.last_error) == (MessageState.FAILED, said)
        assert session.get(DeadAddress, "ana@example.org") is None


def test_line_that_the_server_ended_is_opened_again_and_costs_no_attempt(session: Session) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        line = Line(Server.from_url(url))
        _queue(session)
        assert deliver_due(session, line, POST).sent == 1
        inbox.hang_up()
        message = _queue(session)
        assert deliver_due(session, line, POST).sent == 1
        line.close()
    session.expire_all()
    assert (message.state, message.attempts) == (MessageState.SENT, 1)


def test_server_that_takes_one_mail_in_a_line_gets_all_of_them(session: Session) -> None:
    for _ in range(4):
        _queue(session)
    inbox = Inbox(mails_in_a_line=1)
    with mail_server(inbox) as url:
        assert _send(session, url).sent == 4


def test_sender_that_is_not_welcome_costs_no_message(session: Session) -> None:
    message = _queue(session)
    with mail_server(Inbox(sender_answer="550 5.7.60 not allowed to send as this")) as url:
        assert _send(session, url).absent == 1
    session.expire_all()
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert "not allowed" in message.last_error


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
