"""Writing to many people: what they read and how many first; sent once; kept, and read by participants."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, RequestState, Role
from scheduler.domain.messages import MessageKind
from scheduler.mail.compose import Post, fill, letter_of, stock_for
from scheduler.mail.outbox import preference_of, unsubscribe
from scheduler.models import Announcement, AuditEntry, DeadAddress, Event, OutboxMessage
from tests.conftest import Client
from tests.counting import counted
from tests.factories import NOW, make_event, make_organiser, make_participant, make_request, make_round

PAGE = "/e/expo/organise/people/write"
ENTRY = {
    "kind": "announcement",
    "subject": "Hall 4 opens at nine",
    "text": "Come early.\n\nMap: https://example.org/map <b>",
}


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session, self.client = session, client
        self.event: Event = make_event(session, "expo")
        self.ada, self.bo, self.cem, self.dee = (
            make_participant(session, self.event, name=name) for name in ("Ada", "Bo", "Cem", "Dee")
        )
        self.cem.state = ParticipantState.WITHDRAWN
        preference_of(session, self.bo.id).reminders = False
        session.add(DeadAddress(address=self.dee.email, bounced_at=NOW))
        make_participant(session, make_event(session, "other"), name="Ada")
        self.nora = make_organiser(session, self.event)
        session.commit()
        client.sign_in(self.nora)

    def press(self, page: str, entry: dict[str, str]) -> dict[str, str]:
        """What the page's form sends after the preview."""
        found = {name: _value(page, name) for name in ("seen", "press")}
        return {**entry, **found}

    def send(self, entry: dict[str, str], query: str = "") -> str:
        preview = self.client.post(PAGE + query, data=entry)
        assert preview.status_code == 200, preview.text
        done = self.client.post(PAGE + query, data=self.press(preview.text, entry), follow_redirects=True)
        return done.text

    def mails(self) -> list[OutboxMessage]:
        self.session.expire_all()
        return list(self.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def test_an_announcement_is_read_first_then_goes_to_those_who_may_get_it(
    scene: Scene, client: Client, app: Flask
) -> None:
    preview = client.post(PAGE, data=ENTRY).text
    assert all(
        words in preview
        for words in (
            "One person gets this mail.",
            "One person has left",
            "wants no such mail",
            "came back",
            "Hall 4 opens at nine",
            "Come early.",
        )
    )
    assert scene.mails() == []
    assert "One mail is on its way." in scene.send(ENTRY)
    (mail,) = scene.mails()
    assert (mail.kind, mail.participant_id) == (MessageKind.ANNOUNCEMENT, scene.ada.id)
    post = Post.from_config(app.config, "templates")
    with app.app_context():
        assert fill(scene.session, mail, post, stock_for(scene.session, [mail]))
        letter = letter_of(scene.session, mail, post)
    assert (mail.subject, "Come early.\n\nMap: https://example.org/map <b>" in mail.text) == (
        ENTRY["subject"],
        True,
    )
    assert '<a href="https://example.org/map"' in mail.html
    assert "<b>" not in mail.html.replace("<body", "")
    assert letter.unsubscribe.startswith("http")
    entry = scene.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.write")).one()
    assert (entry.detail["count"], entry.detail["title"]) == (1, ENTRY["subject"])
    listed = client.get("/e/expo/organise/people/announcements").text
    assert all(words in listed for words in (ENTRY["subject"], "one mail", "one wanted no mail"))


def test_pressing_twice_sends_once(scene: Scene, client: Client) -> None:
    data = scene.press(client.post(PAGE, data=ENTRY).text, ENTRY)
    assert [client.post(PAGE, data=data).status_code for _ in range(2)] == [302, 302]
    assert len(scene.mails()) == 1
    assert scene.session.scalar(select(func.count(Announcement.id))) == 1


def test_changed_text_or_number_is_shown_once_more(scene: Scene, client: Client) -> None:
    data = scene.press(client.post(PAGE, data=ENTRY).text, ENTRY)
    other = client.post(PAGE, data={**data, "text": "Something else"})
    assert ("look once more" in other.text, scene.mails()) == (True, [])
    make_participant(scene.session, scene.event, name="Eve")
    scene.session.commit()
    grown = client.post(PAGE, data=data)
    assert ("2 people get this mail." in grown.text, scene.mails()) == (True, [])


def test_only_those_of_the_filter_and_the_ticked_are_meant(scene: Scene, client: Client) -> None:
    eve = make_participant(scene.session, scene.event, name="Eve")
    scene.session.commit()
    scene.send(ENTRY, "?q=Eve")
    scene.send(ENTRY, f"?ticked=1&person={eve.public_id}")
    assert {mail.participant_id for mail in scene.mails()} == {eve.id}
    assert "Tick the people first." in client.get(f"{PAGE}?ticked=1", follow_redirects=True).text


def test_a_reminder_goes_to_those_whom_it_concerns(scene: Scene) -> None:
    found = make_round(scene.session, scene.event)
    eve = make_participant(scene.session, scene.event, name="Eve")
    make_request(scene.session, found, eve, scene.ada)
    make_request(scene.session, found, scene.ada, eve, RequestState.ACCEPTED)
    eve.availability_confirmed_at = NOW
    scene.session.commit()
    scene.send({"kind": "answer"})
    scene.send({"kind": "times"})
    assert [(mail.kind, mail.participant_id) for mail in scene.mails()] == [
        (MessageKind.REQUESTS_WAITING, scene.ada.id),
        (MessageKind.ANNOUNCEMENT, scene.ada.id),
    ]
    waiting = scene.mails()[0].payload
    assert waiting is not None
    assert (waiting["open"], len(waiting["people"])) == (1, 1)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({**ENTRY, "subject": " "}, "Give the announcement a subject"),
        ({**ENTRY, "text": ""}, "Write what you announce"),
        ({**ENTRY, "subject": "x" * 79}, "78 are allowed"),
        ({**ENTRY, "text": "x" * 5001}, "5000 are allowed"),
        ({**ENTRY, "kind": "nonsense"}, "Choose what to write"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    scene: Scene, client: Client, entry: dict[str, str], sentence: str
) -> None:
    answer = client.post(PAGE, data=entry)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "Come early." in answer.text or entry["text"][:50] in answer.text
    assert scene.mails() == []


def test_nobody_to_write_to_is_said(scene: Scene, client: Client) -> None:
    data = scene.press(client.post(f"{PAGE}?q=Bo", data=ENTRY).text, ENTRY)
    answer = client.post(f"{PAGE}?q=Bo", data=data)
    assert (answer.status_code, "Nobody of those who are meant" in answer.text) == (422, True)


def test_participants_read_it_on_their_pages_with_a_mail_or_without(scene: Scene, client: Client) -> None:
    scene.send(ENTRY)
    for person, reads in ((scene.ada, True), (scene.bo, True), (scene.dee, True)):
        assert person.user is not None
        client.sign_in(person.user)
        page = client.get("/e/expo/me/announcements")
        assert (page.status_code, ENTRY["subject"] in page.text, "&lt;b&gt;" in page.text) == (
            200,
            reads,
            reads,
        )
    assert ENTRY["subject"] in client.get("/e/expo/me/").text
    eve = make_participant(scene.session, scene.event, name="Eve")
    scene.session.commit()
    assert eve.user is not None
    client.sign_in(eve.user)
    assert "Nothing was announced yet" in client.get("/e/expo/me/announcements").text


def test_unsubscribing_ends_announcements(scene: Scene, client: Client) -> None:
    key = preference_of(scene.session, scene.ada.id).unsubscribe_key
    unsubscribe(scene.session, key)
    scene.session.commit()
    assert "0 people get this mail." in client.post(PAGE, data=ENTRY).text


def test_many_people_take_a_fixed_number_of_statements(scene: Scene, client: Client) -> None:
    with counted() as few:
        scene.send(ENTRY)
    for _ in range(3):
        make_participant(scene.session, scene.event)
    scene.session.commit()
    with counted() as many:
        scene.send(ENTRY)
    assert len(scene.mails()) == 5
    assert len(many) == len(few)


def test_co_organisers_write_to_nobody(scene: Scene, client: Client) -> None:
    helper = make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client.sign_in(helper)
    assert client.get(PAGE).status_code == client.post(PAGE, data=ENTRY).status_code == 403
    assert "Write to" not in client.get("/e/expo/organise/people/").text
