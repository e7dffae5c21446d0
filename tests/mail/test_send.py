"""Sending the outbox to real and to bad mail servers on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind, MessageState
from scheduler.mail.outbox import preference_of, queue_mail, wall_clock
from scheduler.mail.send import (
    Lost,
    SendTally,
    claim,
    claim_some,
    cross_the_brink,
    deliver_due,
    keep_due,
    recover,
    settle,
)
from scheduler.mail.smtp import Attempt, DeliveryOutcome, Server, SmtpConnection
from scheduler.models import DeadAddress, OutboxMessage
from scheduler.services.calendars.calendar_sync import refresh
from tests.counting import counted
from tests.mail.sending import POST, changed_scene, letters_of, queue, send_all
from tests.mail.servers import Inbox, cutting_server, mail_server, silent_server
from tests.services.scenes import published_scene, set_clock


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.app_context():
        yield


def test_message_arrives_once_with_its_text_and_stays_sent(session: Session) -> None:
    message = queue(session, kind=MessageKind.SIGN_IN)
    inbox = Inbox()
    with mail_server(inbox) as url:
        assert send_all(session, url).sent == 1
        assert send_all(session, url).sent == 0
    (letter,) = letters_of(inbox)
    assert letter["To"] == "Ana <ana@example.org>"
    assert letter.get_content().splitlines() == [".a dot", "and Grüße"]
    assert letter["Message-ID"] == f"<{message.public_id}@expo.example>"
    assert letter["List-Unsubscribe"] is None
    assert message.state is MessageState.SENT


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


def test_greylisted_message_is_sent_at_the_second_attempt(session: Session) -> None:
    message = queue(session)
    inbox = Inbox(greylist=True)
    with mail_server(inbox) as url:
        begun = datetime.now(UTC)
        assert send_all(session, url).later == 1
        assert message.due_at > begun + timedelta(seconds=50)
        message.due_at = wall_clock()
        session.commit()
        assert send_all(session, url).sent == 1
    assert len(inbox.letters) == 1


def test_refused_address_is_remembered_and_written_to_no_more_but_for_signing_in(session: Session) -> None:
    inbox = Inbox(refuse={"gone@example.org"})
    with mail_server(inbox) as url:
        queue(session, "gone@example.org")
        assert send_all(session, url).failed == 1
        assert session.get(DeadAddress, "gone@example.org") is not None
        second = queue(session, "Gone@example.org")
        sign_in = queue(session, "gone@example.org", kind=MessageKind.SIGN_IN)
        send_all(session, url)
    assert second.state is MessageState.SUPPRESSED
    assert sign_in.state is MessageState.FAILED
    assert sign_in.attempts == 1


def test_silent_and_absent_servers_put_messages_off_without_waiting_for_each(session: Session) -> None:
    messages = [queue(session) for _ in range(5)]
    with silent_server() as url:
        assert send_all(session, url).absent == 1
    assert send_all(session, url).absent == 1
    session.expire_all()
    assert {(message.state, message.attempts) for message in messages} == {(MessageState.QUEUED, 0)}
    assert all(message.due_at <= wall_clock() for message in messages)


def test_message_is_given_up_after_the_last_wait(session: Session) -> None:
    message = queue(session)
    with cutting_server(b"452 disk full\r\n") as url:
        for _ in range(8):
            message.due_at = wall_clock()
            session.commit()
            send_all(session, url)
    assert (message.state, message.attempts) == (MessageState.FAILED, 8)


def test_line_that_breaks_after_the_content_leaves_the_message_uncertain(session: Session) -> None:
    message = queue(session)
    with cutting_server(None) as url:
        assert send_all(session, url).uncertain == 1
    assert message.state is MessageState.UNCERTAIN
    with mail_server(Inbox()) as url:
        assert send_all(session, url).sent == 0


def test_content_that_is_refused_for_now_is_tried_again(session: Session) -> None:
    message = queue(session)
    with cutting_server(b"452 disk full\r\n") as url:
        assert send_all(session, url).later == 1
    assert message.state is MessageState.QUEUED


def test_what_a_dead_worker_left_is_told_apart(session: Session) -> None:
    claimed, sending = queue(session), queue(session)
    claimed.state, sending.state = MessageState.CLAIMED, MessageState.SENDING
    session.commit()
    assert recover(session) == 1
    session.expire_all()
    assert (claimed.state, sending.state) == (MessageState.QUEUED, MessageState.UNCERTAIN)


def test_sender_that_lost_its_message_sends_nothing_and_still_says_what_it_knows(session: Session) -> None:
    first, second = queue(session), queue(session)
    assert claim(session, first.id, "slow", POST)
    assert claim(session, second.id, "slow", POST)
    cross_the_brink(session, second.id, "slow")
    assert recover(session) == 1
    session.expire_all()
    assert (first.state, second.state) == (MessageState.QUEUED, MessageState.UNCERTAIN)
    assert claim(session, first.id, "quick", POST)
    with pytest.raises(Lost):
        cross_the_brink(session, first.id, "slow")
    settle(session, first.id, "slow", Attempt(DeliveryOutcome.SENT), SendTally())
    settle(session, second.id, "slow", Attempt(DeliveryOutcome.SENT), SendTally())
    session.expire_all()
    assert (first.state, second.state) == (MessageState.CLAIMED, MessageState.SENT)


def test_messages_in_hand_are_not_taken_up(session: Session) -> None:
    mine, left = queue(session), queue(session)
    assert claim(session, mine.id, "here", POST)
    assert claim(session, left.id, "here", POST)
    assert recover(session, in_hand={mine.id}) == 0
    session.expire_all()
    assert (mine.state, left.state) == (MessageState.CLAIMED, MessageState.QUEUED)


def test_message_that_ended_its_sender_again_and_again_waits_and_is_given_up(session: Session) -> None:
    message = queue(session)
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
    queue(session, address)
    inbox = Inbox()
    with mail_server(inbox, enable_SMTPUTF8=False) as url:
        assert send_all(session, url).sent == 1
    assert inbox.readers == [on_the_wire]
    assert f"<{on_the_wire}>".encode() in inbox.letters[0]


@pytest.mark.parametrize(
    "address", ["zoë@example.org", "用户@例え.テスト", "no address", "@", "a@b@c", "x@" + "ü" * 80]
)
def test_address_that_cannot_be_written_to_fails_alone_with_a_sentence(
    session: Session, address: str
) -> None:
    before, bad, after = queue(session), queue(session, address), queue(session)
    with mail_server(Inbox(), enable_SMTPUTF8=False) as url:
        send_all(session, url)
    session.expire_all()
    assert (before.state, after.state) == (MessageState.SENT, MessageState.SENT)
    assert bad.state is MessageState.FAILED or address == "a@b@c"
    assert bad.last_error or bad.state is MessageState.SENT


def test_local_part_beyond_ascii_is_sent_by_a_server_that_can(session: Session) -> None:
    queue(session, "zoë@müller.example")
    inbox = Inbox()
    with mail_server(inbox, enable_SMTPUTF8=True) as url:
        assert send_all(session, url).sent == 1
    assert inbox.readers == ["zoë@xn--mller-kva.example"]
    assert "To: Ana <zoë@xn--mller-kva.example>".encode() in inbox.letters[0]


def test_message_whose_text_cannot_be_made_fails_alone(session: Session) -> None:
    scene = changed_scene(session)
    broken, whole = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    broken.payload = {"changes": [{"kind": "?"}], "invite": True}
    session.commit()
    with mail_server(Inbox()) as url:
        assert send_all(session, url).sent == 1
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
            message = queue(session)
            send_all(session, url)
        session.expire_all()
        assert (message.state, message.last_error) == (MessageState.FAILED, said)
        assert session.get(DeadAddress, "ana@example.org") is None


def test_line_that_the_server_ended_is_opened_again_and_costs_no_attempt(session: Session) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        line = SmtpConnection(Server.from_url(url))
        queue(session)
        assert deliver_due(session, line, POST).sent == 1
        inbox.hang_up()
        message = queue(session)
        assert deliver_due(session, line, POST).sent == 1
        line.close()
    session.expire_all()
    assert (message.state, message.attempts) == (MessageState.SENT, 1)


def test_server_that_takes_one_mail_in_a_line_gets_all_of_them(session: Session) -> None:
    for _ in range(4):
        queue(session)
    inbox = Inbox(mails_in_a_line=1)
    with mail_server(inbox) as url:
        assert send_all(session, url).sent == 4


def test_sender_that_is_not_welcome_costs_no_message(session: Session) -> None:
    message = queue(session)
    with mail_server(Inbox(sender_answer="550 5.7.60 not allowed to send as this")) as url:
        assert send_all(session, url).absent == 1
    session.expire_all()
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert "not allowed" in message.last_error


def test_late_message_expires_and_hostile_names_cannot_write_headers(session: Session) -> None:
    late = queue(session, expires_at=wall_clock() - timedelta(minutes=1))
    queue_mail(
        session,
        to_address="ana@example.org",
        to_name='Ana\r\nBcc: evil@example.org\x00 \u202eЖ, "x" <y> ' + "z" * 500,
        subject="Hi\r\nX-Evil: 1 🎉",
        text="x",
    )
    broken = queue(session, "no address")
    session.commit()
    inbox = Inbox()
    with mail_server(inbox) as url:
        send_all(session, url)
    (letter,) = letters_of(inbox)
    assert letter["Bcc"] is None
    assert letter["X-Evil"] is None
    assert letter["To"].addresses[0].addr_spec == "ana@example.org"
    assert late.state is MessageState.EXPIRED
    assert broken.state is MessageState.FAILED


def test_demonstration_keeps_messages_with_their_texts(session: Session) -> None:
    changed_scene(session)
    assert keep_due(session, POST) == 2
    for message in session.scalars(select(OutboxMessage)):
        assert message.state is MessageState.KEPT
        assert "Tue 7 Nov, 10:50-11:10" in message.text
