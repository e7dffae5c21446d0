"""An invitation from the import of a list to the person whom others see; and its link when it is used again."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.enums import ParticipantState, Role
from scheduler.domain.messages import MessageKind
from scheduler.mail.compose import Post, fill, letter_of
from scheduler.models import Event, EventRole, OutboxMessage, Participant
from scheduler.queries.people.people_to_meet import Filters, people_to_meet
from scheduler.services.accounts.sign_in_links import new_link, user_by_address
from scheduler.services.people.invitations import invite_one
from tests import factories as make
from tests.conftest import Client


@pytest.fixture
def event(session: Session) -> Event:
    return make.make_event(session)


def mailed_path(app: Flask, session: Session, email: str) -> str:
    """The path in the newest invitation to an address, as the mail leaves; it is stored nowhere."""
    message = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.to_address == email, OutboxMessage.kind == MessageKind.INVITATION)
        .order_by(OutboxMessage.id.desc())
    ).first()
    assert message is not None
    post = Post.from_config(app.config, str(template_folder()))
    with app.app_context():
        fill(session, message, post)
        letter = letter_of(session, message, post)
    session.commit()
    found = re.search(re.escape(app.config["BASE_URL"]) + r"(/invitation/\S+)", letter.texts.text)
    assert found is not None
    assert found[1] in letter.texts.html
    assert found[1].rsplit("/", 1)[1] not in message.text + message.html
    return found[1]


def invited(app: Flask, session: Session, event: Event, name: str = "Ulla Ek") -> tuple[Participant, str]:
    person = make.make_participant(session, event, name=name, state=ParticipantState.INVITED, with_user=False)
    with app.app_context():
        invite_one(session, event, person, make.make_organiser(session, event))
    session.commit()
    return person, mailed_path(app, session, person.email)


def test_from_the_list_to_a_person_whom_others_see(
    app: Flask, client: Client, session: Session, event: Event
) -> None:
    me = make.make_participant(session, event)
    organiser = make.make_organiser(session, event)
    session.commit()
    client.sign_in(organiser)
    base = f"/e/{event.slug}/organise/people"
    table = "Name;Mail;Organisation;Type\nUlla Ek;Ulla@ÖKO.example;ÖKO AG;Supplier\n"
    client.post(f"{base}/import", data={"text": table, "act": "store"})
    client.post(f"{base}/invite")
    address = session.scalars(select(OutboxMessage.to_address)).one()
    path = mailed_path(app, session, address)
    client.post("/account/sign-out")
    page = client.get(path)
    assert page.status_code == 200
    assert "You take part for ÖKO AG." in page.text
    assert people_to_meet(session, me, None, Filters()).rows == ()

    answer = client.post(path, follow_redirects=True)
    assert answer.request.path == f"/e/{event.slug}/me/"
    assert "Good to see you, Ulla" in answer.text
    assert client.post(f"/e/{event.slug}/me/profile", data={}).status_code != 403
    assert [row.name for row in people_to_meet(session, me, None, Filters(text="ulla oko")).rows] == [
        "Ulla Ek"
    ]
    ulla = session.scalars(select(Participant).where(Participant.name == "Ulla Ek")).one()
    assert ulla.came_in_at is not None
    assert ulla.state is ParticipantState.ACTIVE


def test_a_link_that_was_used_sends_a_fresh_one_and_signs_nobody_in(
    app: Flask, client: Client, session: Session, event: Event
) -> None:
    person, path = invited(app, session, event)
    client.post(path)
    client.post("/account/sign-out")
    assert "fresh sign-in link" in client.get(path).text
    assert client.post(path).status_code == 200
    assert client.get(f"/e/{event.slug}/me/").status_code == 302
    links = session.scalars(
        select(OutboxMessage.to_address).where(OutboxMessage.kind == MessageKind.SIGN_IN)
    ).all()
    assert links == [person.email]


def test_the_link_of_somebody_with_more_to_lose_only_sends_a_sign_in_link(
    app: Flask, client: Client, session: Session, event: Event
) -> None:
    person, path = invited(app, session, event)
    user = make.make_user(session, person.email)
    session.add(EventRole(user_id=user.id, event_id=make.make_event(session).id, role=Role.ORGANISER))
    session.commit()
    assert client.post(path).status_code == 200
    assert client.get(f"/e/{event.slug}/me/").status_code == 302
    session.refresh(person)
    assert person.state is ParticipantState.INVITED


def test_a_link_is_worth_nothing_for_others_and_after_another_address(
    app: Flask, client: Client, session: Session, event: Event
) -> None:
    person, path = invited(app, session, event)
    other, _ = invited(app, session, event, "Bo")
    assert client.get(path.replace(person.public_id, other.public_id)).status_code == 404
    assert client.post(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 404
    person.email = "new@example.org"
    session.commit()
    assert client.post(path).status_code == 404


def test_who_cant_come_says_so_by_the_link(
    app: Flask, client: Client, session: Session, event: Event
) -> None:
    person, path = invited(app, session, event)
    assert client.post(f"{path}/decline", data={"sure": "1"}).status_code == 302
    session.refresh(person)
    assert person.state is ParticipantState.WITHDRAWN
    session.rollback()
    assert "This invitation is over" in client.get(path).text
    assert client.post(path).status_code == 409


def test_signing_in_the_usual_way_comes_in_too(client: Client, session: Session, event: Event) -> None:
    person = make.make_participant(session, event, state=ParticipantState.INVITED, with_user=False)
    other = make.make_participant(session, event)
    now = datetime.now(UTC)
    user = user_by_address(session, person.email, now)
    assert user is not None
    token = new_link(session, user, "/", now, 15).token
    session.commit()
    client.post(f"/account/sign-in/{token}")
    session.refresh(person)
    assert person.state is ParticipantState.ACTIVE
    assert [row.name for row in people_to_meet(session, other, None, Filters()).rows] == [person.name]


def test_of_two_invitations_only_the_one_that_was_followed_is_accepted(
    client: Client, session: Session, event: Event
) -> None:
    person = make.make_participant(session, event, state=ParticipantState.INVITED, with_user=False)
    second = make.make_event(session)
    twin = make.make_participant(session, second, state=ParticipantState.INVITED, with_user=False)
    twin.email = person.email
    session.flush()
    now = datetime.now(UTC)
    user = user_by_address(session, person.email, now)
    assert user is not None
    token = new_link(session, user, f"/e/{event.slug}/me/agenda", now, 15).token
    session.commit()
    client.post(f"/account/sign-in/{token}")
    for row in (person, twin):
        session.refresh(row)
    assert (person.state, twin.state) == (ParticipantState.ACTIVE, ParticipantState.INVITED)
    session.rollback()
    assert "You are invited" in client.get(f"/e/{second.slug}/me/").text
    client.post(f"/e/{second.slug}/me/take-part")
    session.refresh(twin)
    assert twin.state is ParticipantState.ACTIVE
