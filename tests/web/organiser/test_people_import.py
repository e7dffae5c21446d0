"""Importing people: looked at, corrected in place, stored as it was looked at."""

from __future__ import annotations

import html
import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event, Organisation, Participant
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
    """The page, used as a browser does: what it shows in its form is what it is sent next."""

    def __init__(self, client: Client, event: Event) -> None:
        self._client = client
        self._address = f"/e/{event.slug}/organise/people/import"
        self.page = ""
        self.status = 0

    def send(self, act: str, **data: object) -> str:
        """Send the form, and follow where it leads."""
        answer = self._client.post(self._address, data={"act": act, **data}, follow_redirects=True)
        self.page, self.status = html.unescape(answer.text), answer.status_code
        return self.page

    def check(self, content: bytes, name: str = "people.csv") -> str:
        """Choose a file and look at it."""
        return self.send("check", file=(io.BytesIO(content), name))

    def again(self, act: str, text: str | None = None) -> str:
        """Send what the page shows, perhaps corrected."""
        found = re.search(r'<textarea [^>]*id="text"[^>]*>\n?(.*?)</textarea>', self.page, re.DOTALL)
        hidden = re.search(r'name="separator" type="hidden" value="(.?)"', self.page)
        assert found
        assert hidden
        return self.send(act, text=found[1] if text is None else text, separator=hidden[1])

    @property
    def text(self) -> str:
        """The table that the page shows."""
        found = re.search(r'<textarea [^>]*id="text"[^>]*>\n?(.*?)</textarea>', self.page, re.DOTALL)
        assert found
        return found[1]


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

    page.again("store")

    assert page.status == 200
    assert len(names(session)) == int(ready[2] or 1)


def test_new_organisation_is_one_however_its_name_is_written(session: Session, page: Import) -> None:
    page.check(
        "Name;Mail;Organisation;Type\nUlla;u@example.org;ÖKO AG;City\nBo;b@example.org;öko ag;City".encode()
    )
    page.again("store")

    assert session.scalars(select(Organisation.name)).all() == ["ÖKO AG"]
    assert names(session) == {"Ulla", "Bo"}


def test_heading_row_below_blank_rows_keeps_its_number_on_the_way_through_the_page(
    session: Session, page: Import
) -> None:
    rows = [(), ("Guests, all of them",), (), HEADINGS, (), ADA, ("Bo", "no mail", "Acme", "City")]
    assert "Row 7, cell B7" in page.check(sheet_of(rows), "people.xlsx")

    assert "Row 7, cell B7" in page.again("check")
    page.again("store")
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

    page.again("store")
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


def test_known_people_stay_as_they_are(session: Session, page: Import, event: Event) -> None:
    there = make_participant(session, event)
    session.commit()

    text = page.check(f"Name;Mail;Organisation;Type\nNew Name;{there.email.upper()};Acme;City".encode())

    assert "Nobody is ready to be registered. One is registered already and stays as it is." in " ".join(
        text.split()
    )
    assert 'value="store"' not in page.page


def test_what_was_left_out_stands_on_the_page_to_be_corrected(session: Session, page: Import) -> None:
    page.check(
        b"Guests\n\nName;Mail;Organisation;Type\nAda;a@example.org;Acme;City\nBo;bo(at)example.org;Acme;City"
    )

    text = page.again("store")

    assert "One person is registered." in text
    assert "One row was left out. It stands below" in text
    assert page.text.split() == ["Name;Mail;Organisation;Type", "Bo;bo(at)example.org;Acme;City"]
    assert "Row 2, cell B2" in text
    page.again("store", page.text.replace("(at)", "@"))
    assert names(session) == {"Ada", "Bo"}


def test_who_stands_twice_in_the_table_is_registered_once(session: Session, page: Import) -> None:
    row = "\nAda;a@example.org;Acme;City"
    text = page.check(f"Name;Mail;Organisation;Type{row}{row.upper()}".encode())
    assert "This address stands in row 2 already. One of the two rows is enough." in text

    text = page.again("store")
    assert "One person is registered." in text
    assert "One row was left out: it repeats somebody." in text
    assert names(session) == {"Ada"}


def test_another_table_may_be_pasted_over_the_first(session: Session, page: Import) -> None:
    page.check(b"Name;Mail;Organisation;Type\nAda;a@example.org;Acme;City")
    page.again("check", "Name\tMail\tOrganisation\tType\nBo; the younger\tb@example.org\tAcme\tCity")

    page.again("store")
    assert names(session) == {"Bo; the younger"}


def test_refusal_keeps_what_was_pasted(page: Import) -> None:
    text = page.send("check", text="Name,Mail\nAda,a@example.org")

    assert page.status == 422
    assert "There is no column “Organisation”" in text
    assert page.text == "Name,Mail\nAda,a@example.org"


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
    assert "“Vorname”, “Name”" in text
    assert "Not read: “Diät”" in re.sub(r"</?[^>]+>|\s+", " ", text).replace("  ", " ")
    assert "does not say how its letters are stored" in text


def test_thousands_of_unknown_words_do_not_take_minutes(page: Import) -> None:
    rows = "".join(f"\nP{n};p{n}@example.org;Acme;Kind{n};Land{n}" for n in range(4000))

    text = page.check(f"Name;Mail;Organisation;Type;Country{rows}".encode())

    assert "4,000 rows have a problem" in text or "4000 rows have a problem" in text
    assert "And 3,800 more." in text
