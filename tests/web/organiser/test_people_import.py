"""Importing people: looked at, corrected in place, stored as it was looked at."""

from __future__ import annotations

import html
import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from scheduler.imports.sheets import read_sheet
from scheduler.models import Delegation, Event, Organisation, Participant, PeopleImport, Topic
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant
from tests.imports.tables import ADA, DATA, HEADINGS, sheet_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


@pytest.fixture
def event(session: Session, client: Client) -> Event:
    event = make_event(session)
    organiser = make_organiser(session, event)
    session.commit()
    client.sign_in(organiser)
    return event


class Import:
    """The pages, used as a browser does: a list is brought, looked at, and worked on where it led."""

    def __init__(self, client: Client, event: Event) -> None:
        self._client = client
        self.first = f"/e/{event.slug}/organise/people/import"
        self.address = self.first
        self.page = ""
        self.status = 0

    def bring(self, **data: object) -> str:
        """Bring a list, and look at it."""
        return self._took(self._client.post(self.first, data=data, follow_redirects=True))

    def check(self, content: bytes, name: str = "people.csv") -> str:
        """Choose a file and look at it."""
        return self.bring(file=(io.BytesIO(content), name))

    def act(self, act: str, **data: object) -> str:
        """Press a button of the list's page, with what was entered above it."""
        return self._took(self._client.post(self.address, data={"act": act, **data}, follow_redirects=True))

    def _took(self, answer: TestResponse) -> str:
        self.page, self.status = html.unescape(answer.text), answer.status_code
        if re.search(r"/people/import/\w+/$", answer.request.path):
            self.address = answer.request.path
        return " ".join(self.page.split())


@pytest.fixture
def page(client: Client, event: Event) -> Import:
    return Import(client, event)


def names(session: Session) -> set[str]:
    session.expire_all()
    return set(session.scalars(select(Participant.name)))


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


def test_heading_row_below_blank_rows_keeps_its_number_on_the_way_through_the_page(
    session: Session, page: Import
) -> None:
    rows = [(), ("Guests, all of them",), (), HEADINGS, (), ADA, ("Bo", "no mail", "Acme", "City")]
    assert "Row 7, cell B7" in page.check(sheet_of(rows), "people.xlsx")

    page.act("store")
    assert names(session) == {"Ada Lee"}


def test_each_problem_names_row_cell_word_and_way_out(page: Import) -> None:
    text = page.check(
        b"Name;Mail;Organisation;Type;Country\n"
        b"Ada;ada@example.org;Acme;Suplier;Spain\n"
        b";bo(at)example.org;;City;Spian\n"
        b"Cy;cy@example.org;Acme;City;Neverland\n"
    )

    assert "One person is ready. 2 rows have a problem and would be left out." in " ".join(text.split())
    assert "Row 2, cell D2" in text
    assert "“Suplier” is no type of this event. Did you mean Supplier? It has: City, Supplier" in text
    assert "Row 3, cell A3" in text
    assert "“bo(at)example.org” is no mail address." in text
    assert "Row 3, cell C3" in text
    assert "“Neverland” is no country that is known here." in text
    assert "Write its name, or its two letters such as ES." in text


def test_optional_column_never_costs_the_person(session: Session, page: Import) -> None:
    text = page.check(
        f"Name;Mail;Organisation;Type;Position;Country\nAda;a@example.org;Acme;City;{'x' * 200};Spian".encode()
    )
    assert "One person is ready." in text
    assert "Did you mean Spain?" in text
    assert "Position: this has 200 characters" in text

    page.act("store")
    person = session.scalars(select(Participant)).one()
    assert (person.job_title, person.country) == ("", "")


def test_failures_are_in_no_green_box(page: Import) -> None:
    def kind(text: str) -> str:
        found = re.search(r'notice-(good|attention|wrong)"', text)
        assert found
        return found[1]

    good = b"Name;Mail;Organisation;Type\nAda;a@example.org;Acme;City"
    assert kind(page.check(good)) == "good"
    assert kind(page.check(good + b"\nBo;no;Acme;City")) == "attention"
    assert kind(page.check(b"Name;Mail;Organisation;Type\nBo;no;Acme;City")) == "wrong"
    assert kind(page.check(b"")) == "wrong"


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


def test_rows_with_a_problem_are_corrected_in_a_grid(session: Session, page: Import) -> None:
    text = page.check(
        b"Guests\n\nName;Mail;Organisation;Type\nAda;a@example.org;Acme;City\nBo;bo(at)example.org;Acme;City"
    )
    assert "Row 5, cell B5" in text
    assert 'name="cell-5-1" value="bo(at)example.org"' in text

    text = page.act("cells", **{"cell-5-1": "bo@example.org"})
    assert "2 people are ready." in text
    page.act("store")
    assert names(session) == {"Ada", "Bo"}


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


def test_a_table_may_be_pasted(session: Session, page: Import) -> None:
    page.bring(text="Name\tMail\tOrganisation\tType\nBo; the younger\tb@example.org\tAcme\tCity")
    page.act("store")
    assert names(session) == {"Bo; the younger"}


def test_refusal_keeps_what_was_pasted(page: Import) -> None:
    page.bring(text="<html><table><tr><td>Name")

    assert page.status == 422
    assert "This is a web page" in page.page
    assert "<html><table><tr><td>Name</textarea>" in page.page


def test_columns_that_nobody_understands_are_said_by_the_organiser(session: Session, page: Import) -> None:
    text = page.check(b"Who;Where;At;Sort\nAda;a@example.org;Acme;City\nBo;b@example.org;Acme;City")
    assert "There is no column “Name”, “Organisation” yet. Say below which column holds it." in text
    assert "a@example.org · b@example.org" in text

    text = page.act("columns", headings="1", **{"column-0": "full", "column-2": "organisation"})
    assert "2 people are ready." in text
    page.act("store")
    assert names(session) == {"Ada", "Bo"}


def test_list_without_a_type_is_of_the_one_that_is_chosen(session: Session, page: Import) -> None:
    text = page.check(b"Name;Mail;Company\nAda;a@example.org;Acme")
    assert "There is no column “Type” yet." in text

    assert "One person is ready." in page.act("columns", headings="1", type="city")
    page.act("store")
    assert session.scalars(select(Participant)).one().type.code == "city"


def test_another_row_may_hold_the_headings(session: Session, page: Import) -> None:
    page.check(b"Name;Mail;Company;Type;Country\nNAME;MAIL;FIRM;SORT;X\nAda;a@example.org;Acme;City;Spain")
    page.act("columns", headings="2")
    page.act("columns", headings="2", **{"column-2": "organisation", "column-3": "type"})
    assert "One person is ready." in " ".join(page.page.split())
    page.act("store")
    assert names(session) == {"Ada"}


def test_word_that_was_explained_is_known_in_later_lists_too(session: Session, page: Import) -> None:
    text = page.check(b"Name;Mail;Company;Type;Country\nAda;a@example.org;Acme;KMU;Absurdistan")
    assert "Nobody is ready" in text
    assert "“KMU” means" in text

    text = page.act("words", **{"word:type:KMU": "supplier", "word:country:Absurdistan": "-"})
    assert "2 words are explained" in text
    assert "One person is ready." in text
    page.act("store")

    assert "One person is ready." in page.check(b"Name;Mail;Company;Type\nBo;b@example.org;Acme;kmu")


def test_topics_are_explained_one_by_one_or_all_at_once(session: Session, page: Import, event: Event) -> None:
    energy = Topic(event_id=event.id, code="energy", label="Energy")
    session.add(energy)
    session.commit()
    page.check(
        b"Name;Mail;Company;Type;Topics\nAda;a@example.org;Acme;City;Energy; Light\n"
        b'Bo;b@example.org;Acme;City;"Light; Water; Fire"'
    )
    page.act("words", topics="new", **{"word:topic:Fire": "-"})
    page.act("store")

    bo = session.scalars(select(Participant).where(Participant.name == "Bo")).one()
    assert {one.topic.label for one in bo.topics} == {"Light", "Water"}
    assert set(session.scalars(select(Topic.label))) == {"Energy", "Light", "Water"}


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


B2MATCH = (
    "Email;First name;Last name;Job description;Organization name;Phone;Website;Street;Postal code;City;Country;"
    "Participation type;Organization type;Areas of activities;Organization description;Validated\n"
    "ada@example.org;Ada;Lee;Engineer;Acme;+34 1;acme.example;Calle 1;08001;Barcelona;Spain;Onsite;Supplier;"
    '"Energy; Water";We make light;Yes\n'
    "bo@example.org;Bo;Berg;Engineer;Berg;;;;;;Norway;Onsite;Supplier;;;No\n"
)


def test_export_of_b2match_is_read_as_it_means_it(session: Session, page: Import, event: Event) -> None:
    session.add(Topic(event_id=event.id, code="energy", label="Energy"))
    session.commit()
    text = page.check(B2MATCH.encode())
    assert "This looks like an export of b2match" in text
    assert "One person is ready." in text
    assert "The other system has not validated this registration." in text
    page.act("store")

    ada = session.scalars(select(Participant)).one()
    assert (ada.name, ada.job_title, ada.country, ada.type.code) == ("Ada Lee", "Engineer", "ES", "supplier")
    home = ada.organisation
    assert (home.website, home.city, home.description) == (
        "https://acme.example",
        "Barcelona",
        "We make light",
    )
    assert [one.topic.label for one in ada.topics] == ["Energy"]


def test_export_of_grip_is_told_by_its_headings(session: Session, page: Import) -> None:
    page.check(
        b"First Name,Last Name,Email,Job Title,Company,Headline,Summary,Registration ID,Badge Scan ID\n"
        b"Ada,Lee,a@example.org,CEO,Acme,Growth,We sell lamps,77,88\n"
    )
    assert "This looks like an export of Grip" in page.page
    page.act("columns", headings="1", type="supplier")
    page.act("store")
    ada = session.scalars(select(Participant)).one()
    assert (ada.goals, ada.offers_text, ada.organisation.name) == ("Growth", "We sell lamps", "Acme")


@pytest.mark.parametrize(
    "headings",
    [
        "Vorname;Nachname;E-Mail-Adresse;Firma;Kategorie;Funktion;Land;Sprachen;Wir bieten;Wir suchen",
        "Prénom;Nom;Courriel;Entreprise;Catégorie;Fonction;Pays;Langues;Nous offrons;Nous cherchons",
        "Nombre;Apellidos;Correo electrónico;Empresa;Categoría;Cargo;País;Idiomas;Oferta;Demanda",
        "Nome;Cognome;Email;Azienda;Categoria;Ruolo;Paese;Lingue;Offerta;Cerca",
        "Nome;Apelido;Email;Empresa;Categoria;Cargo;País;Idiomas;Oferece;Procura",
        "Nom;Cognoms;Correu electrònic;Empresa;Categoria;Càrrec;País;Idiomes;Ofereix;Cerquem",
        "Име;Фамилия;Имейл;Фирма;Категория;Длъжност;Държава;Езици;Предлага;Търси",
    ],
    ids=["de", "fr", "es", "it", "pt", "ca", "bg"],
)
def test_headings_in_the_languages_of_the_field(session: Session, page: Import, headings: str) -> None:
    page.check(
        f"{headings}\nAda;Lee;a@example.org;Acme;City;Mayor;Bulgaria;Català, Deutsch;Light;Water".encode()
    )
    assert "One person is ready." in " ".join(page.page.split()), page.page
    page.act("store")
    ada = session.scalars(select(Participant)).one()
    assert (ada.name, ada.job_title, ada.country, ada.languages) == ("Ada Lee", "Mayor", "BG", "ca de")
    assert (ada.offers_text, ada.seeks_text) == ("Light", "Water")


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


def test_spreadsheet_that_would_take_all_memory_is_a_sentence(page: Import) -> None:
    name = "xlsx-one-cell-in-the-last-corner-aborts-the-server.xlsx"
    text = page.check((DATA / name).read_bytes(), name)

    assert page.status == 422
    assert "Perhaps one cell lies far away from the others" in text


def test_how_the_columns_were_read_is_shown(page: Import) -> None:
    text = page.check(
        "Vorname;Name;E-Mail;Firma;Typ;Diät\nJörg;Müller;j@example.org;Acme;City;keine".encode("cp1252")
    )

    assert "Jörg Müller" in text
    assert re.search(
        r'<label for="column-5">Diät</label>.*?<option selected value="">Not used', page.page, re.DOTALL
    )
    assert "does not say how its letters are stored" in text


def test_thousands_of_unknown_words_do_not_take_minutes(page: Import) -> None:
    rows = "".join(f"\nP{n};p{n}@example.org;Acme;Kind{n};Land{n}" for n in range(4000))

    text = page.check(f"Name;Mail;Organisation;Type;Country{rows}".encode())

    assert "4,000 rows have a problem" in text or "4000 rows have a problem" in text
    assert "And 3,950 more." in text
