"""Inviting people by mail, showing them at once, and opening a round with a mail: as organisers do it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, Role, RoundState
from scheduler.domain.messages import MessageKind
from scheduler.models import Event, EventRole, OutboxMessage, Participant, User
from scheduler.queries.people.people_to_meet import Filters, people_to_meet
from tests import factories as make
from tests.conftest import Client


@pytest.fixture
def event(session: Session) -> Event:
    return make.make_event(session)


@pytest.fixture
def organiser(session: Session, event: Event) -> User:
    return make.make_organiser(session, event)


def invited(session: Session, event: Event, name: str = "") -> Participant:
    return make.make_participant(session, event, name=name, state=ParticipantState.INVITED, with_user=False)


def written_to(session: Session, kind: MessageKind = MessageKind.INVITATION) -> list[str]:
    return sorted(session.scalars(select(OutboxMessage.to_address).where(OutboxMessage.kind == kind)))


def test_the_page_says_whom_and_what_before_anything_is_written(
    session: Session, client: Client, event: Event, organiser: User
) -> None:
    for _ in range(3):
        invited(session, event)
    session.commit()
    page = client.sign_in(organiser).get(f"/e/{event.slug}/organise/people/invite").text
    assert "3 people who were never written to" in page
    assert "Your invitation to Smart City Expo" in page
    assert "Show these 3 people at once" in page
    assert written_to(session) == []


def test_all_are_written_to_once_and_not_again_the_same_day(
    session: Session, client: Client, event: Event, organiser: User
) -> None:
    people = [invited(session, event) for _ in range(2)]
    make.make_participant(session, event)
    session.commit()
    client.sign_in(organiser)
    for whom in ("first", "all", "all"):
        client.post(f"/e/{event.slug}/organise/people/invite", data={"whom": whom})
    assert written_to(session) == sorted(person.email for person in people)


def test_a_filter_and_one_person_are_written_to_alone(
    session: Session, client: Client, event: Event, organiser: User
) -> None:
    one, other, third = (invited(session, event, name) for name in ("Świątek", "Other", "Third"))
    session.commit()
    client.sign_in(organiser)
    client.post(f"/e/{event.slug}/organise/people/invite?q=swiatek")
    client.post(f"/e/{event.slug}/organise/people/{other.public_id}/invite")
    assert written_to(session) == sorted([one.email, other.email])
    again = client.post(f"/e/{event.slug}/organise/people/{other.public_id}/invite", follow_redirects=True)
    assert "less than a day ago" in again.text
    page = client.get(f"/e/{event.slug}/organise/people/{third.public_id}/").text
    assert "Invite by mail" in page
    assert "see this person before they come in" in page


def test_people_are_registered_unseen_and_shown_on_demand(
    session: Session, client: Client, event: Event, organiser: User
) -> None:
    me = make.make_participant(session, event)
    session.commit()
    client.sign_in(organiser)
    base = f"/e/{event.slug}/organise/people"
    table = (
        "Name;Mail;Organisation;Type\nUlla Ek;ulla@example.org;X;Supplier\nBo Ek;bo@example.org;Y;Supplier\n"
    )
    client.post(f"{base}/import", data={"text": table, "act": "store"})
    client.post(
        f"{base}/new", data={"name": "Cy", "email": "cy@example.org", "organisation": "Z", "type": "supplier"}
    )
    table = "Name;Mail;Organisation;Type\nDi Ek;di@example.org;W;Supplier\n"
    client.post(f"{base}/import", data={"text": table, "act": "store", "shown": "1"})

    def seen() -> list[str]:
        return [row.name for row in people_to_meet(session, me, None, Filters()).rows]

    assert seen() == ["Di Ek"]
    ulla = session.scalars(select(Participant).where(Participant.email == "ulla@example.org")).one()
    assert ulla.state is ParticipantState.INVITED
    session.rollback()
    client.post(f"{base}/{ulla.public_id}/show")
    assert seen() == ["Di Ek", "Ulla Ek"]
    client.post(f"{base}/show")
    assert seen() == ["Bo Ek", "Cy", "Di Ek", "Ulla Ek"]


def test_co_organisers_write_to_those_whom_they_brought(
    session: Session, client: Client, event: Event
) -> None:
    home = make.make_organisation(session, event)
    user = make.make_user(session)
    session.add(
        EventRole(user_id=user.id, event_id=event.id, role=Role.CO_ORGANISER, organisation_id=home.id)
    )
    own, foreign = invited(session, event), invited(session, event)
    own.brought_by_id = home.id
    session.commit()
    client.sign_in(user)
    base = f"/e/{event.slug}/organise/people"
    assert "One person who was never written to" in client.get(f"{base}/invite").text
    client.post(f"{base}/invite")
    client.post(f"{base}/show")
    for act in ("invite", "show"):
        assert client.post(f"{base}/{foreign.public_id}/{act}").status_code == 403
    assert written_to(session) == [own.email]
    session.refresh(foreign)
    assert foreign.state is ParticipantState.INVITED
    session.rollback()
    lone = make.make_organiser(session, event, Role.CO_ORGANISER)
    session.commit()
    assert client.sign_in(lone).post(f"{base}/invite").status_code == 403


def test_opening_a_round_shows_its_mail_first_and_writes_to_those_who_take_part(
    session: Session, client: Client, event: Event, organiser: User
) -> None:
    block = make.make_block(session, event)
    found = make.make_round(session, event, blocks=[block], state=RoundState.DRAFT)
    person = make.make_participant(session, event)
    invited(session, event)
    session.commit()
    client.sign_in(organiser)
    address = f"/e/{event.slug}/organise/rounds/{found.public_id}/open"
    page = client.get(address).text
    assert "Write to the one person who takes part" in page
    assert "say whom you want to meet" in page
    assert "One person is registered and has not come in" in page
    assert client.post(address, data={"write": "yes"}).status_code == 302
    session.refresh(found)
    assert found.state is RoundState.OPEN
    assert written_to(session, MessageKind.ROUND_OPEN) == [person.email]
    assert client.get(address, follow_redirects=True).status_code == 409


def test_a_round_can_be_opened_without_a_mail(
    session: Session, client: Client, event: Event, organiser: User
) -> None:
    found = make.make_round(session, event, blocks=[make.make_block(session, event)], state=RoundState.DRAFT)
    make.make_participant(session, event)
    session.commit()
    address = f"/e/{event.slug}/organise/rounds/{found.public_id}/open"
    client.sign_in(organiser).post(address, data={"write": "no"})
    assert written_to(session, MessageKind.ROUND_OPEN) == []


def test_the_overview_counts_who_was_written_to_who_came_in_and_who_answered(
    session: Session, client: Client, event: Event, organiser: User
) -> None:
    found = make.make_round(session, event, blocks=[make.make_block(session, event)])
    one, other = make.make_participant(session, event), make.make_participant(session, event)
    make.make_request(session, found, one, other)
    for _ in range(3):
        invited(session, event)
    session.commit()
    client.sign_in(organiser)
    page = client.get(f"/e/{event.slug}/organise/").text
    assert "3 people are registered and were never written to." in page
    client.post(f"/e/{event.slug}/organise/people/invite")
    page = " ".join(client.get(f"/e/{event.slug}/organise/").text.split())
    for label, figure in (("registered", 5), ("written to", 3), ("came in", 2), ("answered", 1)):
        assert f"<dt>{label}</dt><dd>{figure}" in page
    assert "3 invited people have not come in yet." in page
