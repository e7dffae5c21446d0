"""Importing people: a list is read, explained and corrected in place."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event, Participant, Topic
from tests.imports.tables import ADA, DATA, HEADINGS, sheet_of
from tests.web.organiser.people_import_pages import Import, names

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


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
