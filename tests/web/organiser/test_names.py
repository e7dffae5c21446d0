"""Names with letters beyond ASCII, as an organiser enters and looks for them; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.models import Delegation, Event, Organisation, Participant, Pavilion
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def organiser(client: Client, session: Session, event: Event) -> Client:
    user = make_organiser(session, event)
    session.commit()
    return client.sign_in(user)


def register(organiser: Client, event: Event, **entry: str) -> int:
    data = {"type": "supplier", "country": "", "guarantee": "0", **entry}
    return organiser.post(f"/e/{event.slug}/organise/people/new", data=data).status_code


def test_one_organisation_whoever_writes_it_how(organiser: Client, session: Session, event: Event) -> None:
    for number, home in enumerate(("ÖKO AG", "öko ag", "Öko  AG", "O\u0308KO AG", "Öko\u200b AG")):
        status = register(
            organiser, event, name=f"Åsa {number}", email=f"a{number}@invented.example", organisation=home
        )
        assert status == 302
    table = "Name;Mail;Organisation;Type;Position;Country\nUlla Ek;ulla.ek@invented.example;ökO aG;City;;\n"
    address = f"/e/{event.slug}/organise/people/import"
    assert organiser.post(address, data={"text": table, "act": "store"}).status_code == 302
    assert session.scalars(select(Organisation.name)).all() == ["ÖKO AG"]


def test_an_imported_row_whose_organisation_begins_with_a_capital_umlaut_is_registered(
    organiser: Client, session: Session, event: Event
) -> None:
    table = "Name;Mail;Organisation;Type;Position;Country\nUlla Ek;ulla.ek@invented.example;ÖKO AG;City;;\n"
    address = f"/e/{event.slug}/organise/people/import"
    answer = organiser.post(address, data={"text": table, "act": "store"})
    assert answer.status_code == 302
    assert session.scalars(select(Organisation.name)).all() == ["ÖKO AG"]


def test_a_leader_is_found_by_name_and_a_twin_of_a_name_is_named(
    organiser: Client, session: Session, event: Event
) -> None:
    make_participant(session, event, name="Åsa Öberg")
    session.commit()
    entry = {"name": "Österreich", "country": "", "note": "", "leader": "åsa  ÖBERG"}
    assert organiser.post(f"/e/{event.slug}/organise/delegations/new", data=entry).status_code == 302
    again = organiser.post(
        f"/e/{event.slug}/organise/delegations/new",
        data={**entry, "name": "ÖSTERREICH"},
        follow_redirects=True,
    )
    assert again.status_code == 422
    assert "There is a delegation “ÖSTERREICH” already." in again.text
    assert session.scalar(select(func.count(Delegation.id))) == 1


def test_a_pavilion_entered_twice_is_refused_with_a_sentence(
    organiser: Client, session: Session, event: Event
) -> None:
    for name, status in (("Österreich", 302), ("ÖSTERREICH", 422), ("österreich ", 422)):
        entry = {"name": name, "x": "10", "y": "10"}
        answer = organiser.post(f"/e/{event.slug}/organise/venue/pavilions/new", data=entry)
        assert answer.status_code == status
    assert "There is a pavilion “österreich” already." in answer.text
    assert session.scalar(select(func.count(Pavilion.id))) == 1


def test_an_address_is_one_however_it_is_written(organiser: Client, session: Session, event: Event) -> None:
    for number, (address, status) in enumerate(
        (
            ("ünal@öko.example", 302),
            ("ÜNAL@ÖKO.example", 422),
            ("u\u0308nal@xn--ko-eka.example", 422),
            ("\u200bünal@öko.example", 422),
        )
    ):
        assert register(organiser, event, name=f"Ü {number}", email=address, organisation="X") == status
    assert session.scalars(select(Participant.email)).all() == ["ünal@öko.example"]
