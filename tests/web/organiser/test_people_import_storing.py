"""Importing people: a list is stored as it was looked at, once; or taken back, or thrown away."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.imports.sheets import read_sheet
from scheduler.models import Delegation, Event, Organisation, Participant, PeopleImport
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant
from tests.imports.tables import DATA
from tests.web.organiser.people_import_pages import Import, names

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


@pytest.mark.parametrize(
    "file",
    sorted(
        path.name
        for path in DATA.iterdir()
        if path.name.startswith(("csv-", "xlsx-"))
        and not any(word in path.name for word in ("corner", "non-ascii", "punycode"))
    ),
)
def test_everybody_who_is_ready_can_be_stored(session: Session, page: Import, file: str) -> None:
    page.check((DATA / file).read_bytes(), file)
    ready = re.search(r"(One person is|(\d+) people are) ready", page.page)
    assert ready, page.page

    page.act("store")

    assert page.status == 200
    assert len(names(session)) == int(ready[2] or 1)


def test_new_organisation_is_one_however_its_name_is_written(session: Session, page: Import) -> None:
    page.check(
        "Name;Mail;Organisation;Type\nUlla;u@example.org;ÖKO AG;City\nBo;b@example.org;öko ag;City".encode()
    )
    page.act("store")

    assert session.scalars(select(Organisation.name)).all() == ["ÖKO AG"]
    assert names(session) == {"Ulla", "Bo"}


def test_known_people_stay_as_they_are_unless_the_list_is_to_update_them(
    session: Session, page: Import, event: Event
) -> None:
    there = make_participant(session, event, name="Old Name")
    there.came_in_at = None
    session.commit()
    home = there.organisation.name

    text = page.check(
        f"Name;Mail;Organisation;Type;Position\nNew Name;{there.email.upper()};{home};Supplier;Mayor".encode()
    )
    assert "Nobody is ready to be registered. One is registered already." in text
    assert "The list says something else about one of them." in text
    page.act("store")
    assert names(session) == {"Old Name"}

    page.check(f"Name;Mail;Organisation;Type;Position\nNew Name;{there.email};{home};Supplier;Mayor".encode())
    assert "One was changed." in page.act("store", update="yes")
    session.expire_all()
    assert (there.name, there.job_title, there.name_key) == ("New Name", "Mayor", "new name")


def test_what_people_who_came_in_wrote_stays(session: Session, page: Import, event: Event) -> None:
    there = make_participant(session, event, name="Ada Lee")
    there.came_in_at, there.job_title, there.country = event.now(), "Mayor", ""
    session.commit()
    home = there.organisation.name

    page.check(
        "Name;Mail;Organisation;Type;Position;Country;Guaranteed meetings\n"
        f"Ada L.;{there.email};{home};Supplier;Chief;Spain;4".encode()
    )
    page.act("store", update="yes")

    session.expire_all()
    assert (there.name, there.job_title, there.country, there.guarantee) == ("Ada Lee", "Mayor", "ES", 4)


def test_rows_that_were_left_out_become_a_list_to_be_corrected(session: Session, page: Import) -> None:
    page.check(
        b"Guests\n\nName;Mail;Organisation;Type\nAda;a@example.org;Acme;City\nBo;bo(at)example.org;Acme;City"
    )

    text = page.act("store")

    assert "One person is registered." in text
    assert "One row was left out. It stands below" in text
    assert "Row 5, cell B5" in text
    page.act("cells", **{"cell-5-1": "bo@example.org"})
    page.act("store")
    assert names(session) == {"Ada", "Bo"}


def test_rows_that_were_left_out_can_be_taken_away_with_the_reason_beside_each(
    client: Client, page: Import
) -> None:
    page.check(b"Name;Mail;Organisation;Type\nAda;a@example.org;Acme;City\n=Bo;bo(at)example.org;Acme;City")
    book = client.get(page.address + "left-out.xlsx")

    rows = read_sheet(book.data).rows
    assert [row.cells[:4] for row in rows] == [
        ("Name", "Mail", "Organisation", "Type"),
        ("=Bo", "bo(at)example.org", "Acme", "City"),
    ]
    assert rows[1].cells[4] == "3"
    assert "“bo(at)example.org” is no mail address." in rows[1].cells[5]
    assert "Row 2, cell B2" in page.check(book.data, "left-out.xlsx")


def test_who_stands_twice_in_the_table_is_registered_once(session: Session, page: Import) -> None:
    row = "\nAda;a@example.org;Acme;City"
    text = page.check(f"Name;Mail;Organisation;Type{row}{row.upper()}".encode())
    assert "This address stands in row 2 already. One of the two rows is enough." in text

    text = page.act("store")
    assert "One person is registered." in text
    assert "One row was left out: it repeats somebody." in text
    assert names(session) == {"Ada"}


def test_somebody_under_another_address_is_asked_about(session: Session, page: Import, event: Event) -> None:
    there = make_participant(session, event, name="Ada Lee")
    session.commit()
    home = there.organisation.name
    text = page.check(
        f"Name;Mail;Organisation;Type\nADA LEE;new@example.org;{home};City\nBo;bo@example.org;{home};City".encode()
    )
    assert "One may be registered under another address: say who it is." in text
    assert f"Registered with {there.email}; the list says new@example.org." in text

    assert "2 people are ready." in page.act("who", **{"who-2": "other"})
    assert "One is registered already" in page.act("who", **{"who-2": "same"})
    page.act("store")
    assert names(session) == {"Ada Lee", "Bo"}


def test_list_is_taken_back_as_a_whole(session: Session, client: Client, page: Import, event: Event) -> None:
    there = make_participant(session, event, name="Old")
    there.came_in_at = None
    session.commit()
    home = there.organisation.name
    page.check(
        "Name;Mail;Organisation;Type;Delegation;Website\n"
        f"New;{there.email};{home};City;;\nAda;a@example.org;Fresh;City;Sofia;fresh.example\n"
        f"Bo;b@example.org;{home};City;Sofia;home.example".encode()
    )
    page.act("store", update="yes")
    assert names(session) == {"New", "Ada", "Bo"}
    assert session.scalars(select(Delegation.name)).all() == ["Sofia"]

    undo = page.address + "undo"
    seen = html.unescape(client.get(undo).text)
    assert "2 people whom it registered go" in seen
    assert "One person whom it changed becomes what they were." in seen
    client.post(undo)

    session.expire_all()
    assert names(session) == {"Old"}
    assert there.type.code == "supplier"
    assert session.scalars(select(Organisation.name)).all() == [home]
    assert session.scalars(select(Organisation.website)).all() == [""]
    assert session.scalars(select(Delegation)).all() == []
    assert client.post(undo).status_code == 409


def test_who_did_something_since_stays_when_a_list_is_taken_back(
    session: Session, client: Client, page: Import, event: Event
) -> None:
    page.check(b"Name;Mail;Organisation;Type\nAda;a@example.org;Fresh;City\nBo;b@example.org;Fresh;City")
    page.act("store")
    ada = session.scalars(select(Participant).where(Participant.name == "Ada")).one()
    ada.came_in_at = event.now()
    session.commit()

    assert "One person stays" in client.get(page.address + "undo").text
    client.post(page.address + "undo")
    assert names(session) == {"Ada"}
    assert session.scalars(select(Organisation.name)).all() == ["Fresh"]


def test_list_of_another_event_or_of_another_co_organiser_is_not_found(
    session: Session, client: Client, page: Import
) -> None:
    page.check(b"Name;Mail;Organisation;Type\nAda;a@example.org;Acme;City")
    mine = page.address.rstrip("/").rsplit("/", 1)[1]
    elsewhere = make_event(session)
    client.sign_in(make_organiser(session, elsewhere))
    session.commit()
    for tail in ("", "left-out.xlsx", "undo"):
        address = f"/e/{elsewhere.slug}/organise/people/import/{mine}/{tail}"
        assert client.get(address).status_code == 404


def test_list_can_be_thrown_away(session: Session, page: Import) -> None:
    page.check(b"Name;Mail;Organisation;Type\nAda;a@example.org;Acme;City")
    page.act("discard")
    assert session.scalars(select(PeopleImport)).all() == []


def test_list_is_stored_once(session: Session, client: Client, page: Import) -> None:
    page.check(b"Name;Mail;Organisation;Type\nAda;a@example.org;Acme;City")
    page.act("store")
    assert client.post(page.address, data={"act": "store"}).status_code == 409
    assert names(session) == {"Ada"}
