"""Pavilions, tables and stands are brought as a list, looked at, and taken over."""

from __future__ import annotations

import html
import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event, Organisation, Pavilion, Place
from tests.conftest import Client
from tests.counting import counted
from tests.factories import make_organisation, make_pavilion, make_place

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


def send(client: Client, event: Event, act: str, text: str = "", **more: object) -> str:
    answer = client.post(
        f"/e/{event.slug}/organise/venue/list", data={"act": act, "text": text, **more}, follow_redirects=True
    )
    return " ".join(html.unescape(answer.text).split())


TABLES = "Pavilion;Tables\nBavaria;12\nSofia;8"
STANDS = "Exhibitor;Stand\nAcme;Hall 1, Stand A1\nBerg;Hall 1, Stand A2\nCyan;Digital Only"


def test_a_list_is_looked_at_and_taken_over(session: Session, client: Client, event: Event) -> None:
    page = send(client, event, "check", TABLES)
    assert "2 new pavilions, 2 new places, 0 new organisations, 0 changes, 0 as they were." in page
    assert session.scalars(select(Pavilion)).all() == []

    assert "2 pavilions, 2 places and" in send(client, event, "store", TABLES)
    assert session.execute(select(Pavilion.name, Place.name, Place.capacity).join(Place)).all() == [
        ("Bavaria", "Tables", 12),
        ("Sofia", "Tables", 8),
    ]


def test_brought_again_it_updates(session: Session, client: Client, event: Event) -> None:
    send(client, event, "store", TABLES)
    page = send(client, event, "check", TABLES.replace("12", "15"))
    assert "0 new pavilions, 0 new places, 0 new organisations, one change, one as it was." in page
    assert "12 meetings at once" in page
    assert "15 meetings at once" in page
    send(client, event, "store", TABLES.replace("12", "15"))
    session.expire_all()
    assert sorted(session.scalars(select(Place.capacity))) == [8, 15]


def test_stands_come_with_their_organisations(session: Session, client: Client, event: Event) -> None:
    known = make_organisation(session, event, "ACME")
    hall = make_pavilion(session, event, "hall 1")
    free = make_place(session, event, hall)
    free.name, free.organisation_id = "A2", None
    session.commit()
    page = send(client, event, "check", file=(io.BytesIO(STANDS.encode()), "exhibitors.csv"))
    assert "“Digital Only” is no stand: Cyan gets none." in page
    send(client, event, "store", STANDS)

    session.expire_all()
    assert sorted(session.scalars(select(Organisation.name))) == ["ACME", "Berg", "Cyan"]
    stands = select(Place.name, Organisation.name).outerjoin(
        Organisation, Organisation.id == Place.organisation_id
    )
    assert dict(session.execute(stands).all()) == {"A1": known.name, "A2": "Berg"}
    assert session.scalars(select(Pavilion.name)).all() == ["hall 1"]


def test_a_long_list_takes_a_fixed_number_of_queries(session: Session, client: Client, event: Event) -> None:
    def queries(rows: int) -> int:
        text = "Exhibitor;Stand\n" + "\n".join(f"Firm {n};Hall {n % 3}, Stand S{n}" for n in range(rows))
        with counted() as found:
            send(client, event, "check", text)
        return len(found)

    assert queries(600) == queries(5)


def test_a_refused_list_keeps_what_was_pasted(client: Client, event: Event) -> None:
    page = send(client, event, "check", "Name;Mail\nAda;a@example.org")
    assert "One row must name the columns" in page
    assert "Ada;a@example.org" in page
