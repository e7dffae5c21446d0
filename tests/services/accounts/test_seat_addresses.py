"""A seat that gets another mail address: who held it keeps their notes and nothing else, and both are told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind, MessageState
from scheduler.mail.outbox import preference_of, queue_for, unsubscribe
from scheduler.models import AuditEntry, MeetingMemory, OutboxMessage, Participant
from scheduler.services.accounts import sign_in_links
from scheduler.services.calendars.feeds import create_feed
from scheduler.services.meetings.meeting_notes import keep_memory
from scheduler.services.people.invitations import invite_one
from scheduler.services.people.people_admin import PersonEntry, change_person
from tests.conftest import Client
from tests.factories import NOW, make_organiser
from tests.services.scenes import Scene, published_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    return published_scene(session, "expo")


def move(session: Session, scene: Scene, address: str) -> None:
    ana = scene.ana
    entry = PersonEntry(ana.name, address, ana.organisation.name, ana.type.code)
    change_person(session, scene.event, ana, entry, make_organiser(session, scene.event))
    session.commit()


def test_both_addresses_are_told_and_the_log_says_who(session: Session, scene: Scene) -> None:
    old = scene.ana.email
    move(session, scene, "new@example.org")
    mails = {mail.to_address: mail for mail in session.scalars(select(OutboxMessage))}
    assert set(mails) == {old, "new@example.org"}
    assert "new@example.org" not in mails[old].text + mails[old].subject
    assert scene.ana.name not in mails[old].subject
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.address")).one()
    assert entry.user_id is not None
    assert (entry.detail["before"], entry.detail["after"]) == (old, "new@example.org")


def test_sessions_feeds_links_and_ways_out_of_the_old_holder_end(
    client: Client, session: Session, scene: Scene
) -> None:
    holder = scene.ana.user
    assert holder is not None
    _feed, token = create_feed(session, scene.ana)
    key = preference_of(session, scene.ana.id).unsubscribe_key
    link = sign_in_links.new_link(session, holder, "/", datetime.now(UTC), 30)
    waiting = queue_for(session, scene.ana, MessageKind.TOMORROW, {})
    session.commit()
    client.sign_in(holder)
    assert client.get("/e/expo/me/agenda").status_code == 200
    assert client.get(f"/feeds/{token}.ics").status_code == 200
    move(session, scene, "new@example.org")
    assert client.get("/account/me").status_code == 302
    assert client.get(f"/feeds/{token}.ics").status_code == 404
    assert client.get(f"/account/sign-in/{link.token}").status_code == 403
    assert client.get(f"/mails/unsubscribe/{key}").status_code == 404
    session.refresh(waiting)
    assert (waiting.to_address, waiting.state) == ("new@example.org", MessageState.QUEUED)
    session.commit()


def test_notes_stay_with_who_wrote_them(client: Client, session: Session, scene: Scene) -> None:
    uid = scene.meetings[0].uid
    keep_memory(session, scene.ana, uid, at=NOW, note="They will never buy", rating=1)
    session.commit()
    writer = scene.ana.user_id
    move(session, scene, "new@example.org")
    fresh = sign_in_links.user_by_address(session, "new@example.org", NOW)
    assert fresh is not None
    link = sign_in_links.new_link(session, fresh, "/", datetime.now(UTC), 30)
    session.commit()
    client.post(f"/account/sign-in/{link.token}")
    for page in ("pocket/data.json", f"agenda/meeting/{uid}", "contacts"):
        answer = client.get(f"/e/expo/me/{page}")
        assert answer.status_code == 200
        assert "never buy" not in answer.text
    session.expire_all()
    ana = session.get_one(Participant, scene.ana.id)
    keep_memory(session, ana, uid, at=NOW, note="Nice people")
    session.commit()
    notes = {memory.user_id: memory.note for memory in session.scalars(select(MeetingMemory))}
    assert notes == {writer: "They will never buy", fresh.id: "Nice people"}
    session.commit()


def test_the_new_address_can_be_invited_at_once_whatever_the_old_one_said(
    session: Session, scene: Scene
) -> None:
    """A mistyped address was a stranger's, who came in, or wanted no mails."""
    actor = make_organiser(session, scene.event)
    ana = scene.ana
    ana.invited_at, ana.invitations = scene.event.now(), 1
    unsubscribe(session, preference_of(session, ana.id).unsubscribe_key)
    state = ana.state
    move(session, scene, "new@example.org")

    invite_one(session, scene.event, ana, actor)

    session.commit()
    assert (ana.state, ana.came_in_at, ana.invitations) == (state, None, 1)
    assert preference_of(session, ana.id).reminders
    invited = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.INVITATION)
    assert session.scalars(invited).one().to_address == "new@example.org"


def test_the_same_address_again_changes_nothing(session: Session, scene: Scene) -> None:
    holder = scene.ana.user_id
    move(session, scene, scene.ana.email.upper())
    assert scene.ana.user_id == holder
    assert session.scalars(select(OutboxMessage)).all() == []
