"""What leaves the outbox: the texts and calendar files of mails about agendas, and what takes whose place."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import cast

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState
from scheduler.domain.messages import ChangeMail, MessageKind, MessageState
from scheduler.mail.outbox import preference_of, unsubscribe, wall_clock
from scheduler.models import OutboxMessage
from scheduler.services.calendars.calendar_sync import refresh
from tests.mail.sending import changed_scene, letters_of, send_all
from tests.mail.servers import Inbox, mail_server
from tests.services.scenes import published_scene, set_clock


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.app_context():
        yield


def test_moved_meeting_within_48_hours_is_mailed_at_once_with_an_invitation(session: Session) -> None:
    scene = changed_scene(session)
    inbox = Inbox()
    with mail_server(inbox) as url:
        assert send_all(session, url).sent == 2
    letter = next(item for item in letters_of(inbox) if scene.ana.email in item["To"])
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
        send_all(session, url)
    for letter in letters_of(inbox):
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
        send_all(session, url)
    letter = next(item for item in letters_of(inbox) if scene.ana.email in item["To"])
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
        send_all(session, url)
        scene.meetings[0].state = MeetingState.CANCELLED
        refresh(session, scene.event)
        session.commit()
        send_all(session, url)
    first, second = (letter for letter in letters_of(inbox) if scene.ana.email in letter["To"])
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
        send_all(session, url)
    letter = next(letter for letter in letters_of(inbox) if scene.ana.email in letter["To"])
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
    scene = changed_scene(session)
    mine = (
        select(OutboxMessage).where(OutboxMessage.participant_id == scene.ana.id).order_by(OutboxMessage.id)
    )
    # Put off by a server that was not there: it is worded already, and still nobody has read it.
    send_all(session, "smtp://127.0.0.1:9")
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
        assert send_all(session, url).sent == 2
    # What has left is told: the next message goes on from there.
    scene.meetings[0].state = MeetingState.PLANNED
    refresh(session, scene.event)
    assert session.scalars(mine).all()[-1].payload["changes"][0]["before"]["status"] == "cancelled"


def test_change_that_replaces_part_of_a_common_mail_leaves_the_rest(session: Session) -> None:
    scene = changed_scene(session)
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
        assert send_all(session, url).sent == 0
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
