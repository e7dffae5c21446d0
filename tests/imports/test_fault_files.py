"""Files that failed, each with what is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.imports.headings import TOPIC_HEADINGS
from scheduler.imports.sheets import read_sheet
from scheduler.services.people_import.check import CheckedList
from tests.factories import make_event
from tests.imports.tables import DATA, check_rows, people_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files; one database says it

ADA = ("Ada Lee", "ada@invented.example", "Acme", "city", "CEO", "ES")


def checked(session: Session, file: str) -> CheckedList:
    return check_rows(session, make_event(session), people_in((DATA / file).read_bytes()).rows)


def found(session: Session, file: str) -> list[tuple[str, ...]]:
    """The people who are ready, when nothing is wrong with the file."""
    result = checked(session, file)
    assert result.problems == ()
    return [
        (one.name, one.email, one.organisation, one.type, one.job_title, one.country)
        for one in (ready.person for ready in result.ready)
    ]


@pytest.mark.parametrize(
    ("file", "right"),
    [
        ("csv-sep-line-of-excel.csv", ("Ada Lee", "ada.lee@invented.example", "Acme", "city", "CEO", "ES")),
        (
            "csv-utf16-unicode-text-of-excel.txt",
            ("Ada Lee", "ada.lee@invented.example", "Acme", "city", "CEO", "ES"),
        ),
        (
            "csv-separator-guessed-from-commas-in-headings.csv",
            ("Ada Lee", "ada@invented.example", "Acme", "city", "", ""),
        ),
        (
            "csv-name-is-surname-first-name-lost.csv",
            ("Ada Lee", "ada@invented.example", "Acme", "city", "", ""),
        ),
        (
            "csv-name-vorname-german.csv",
            ("Jörg Müller", "joerg.mueller@invented.example", "Stadtwerke", "city", "Leiter", ""),
        ),
        (
            "csv-nom-prenom-first-name-lost.csv",
            ("Zoé Dupont", "zoe@invented.example", "Ville", "city", "", ""),
        ),
        (
            "csv-new-organisation-with-capital-umlaut-500.csv",
            ("Ulla Ek", "ulla.ek@invented.example", "ÖKO AG", "city", "", ""),
        ),
        (
            "csv-zero-width-space-before-address.csv",
            ("Ada Lee", "ada@invented.example", "Acme", "city", "", ""),
        ),
        ("xlsx-chart-sheet-first-says-no-row.xlsx", ADA),
        ("xlsx-empty-first-sheet-says-no-row.xlsx", ADA),
        ("xlsx-hidden-first-sheet-is-read.xlsx", ADA),
        ("xlsx-people-of-a-hidden-sheet-are-registered.xlsx", ADA),
        (
            "xlsx-merged-heading-over-first-and-last-name.xlsx",
            ("Ada Lee", "ada@invented.example", "Acme", "city", "", ""),
        ),
        (
            "xlsx-checked-well-but-store-fails-heading-with-commas.xlsx",
            ("Ada Lee", "ada.remark@invented.example", "Acme", "city", "", ""),
        ),
    ],
)
def test_one_person_is_read(session: Session, file: str, right: tuple[str, ...]) -> None:
    assert found(session, file) == [right]


def test_joiners_stay_in_names(session: Session) -> None:
    names = [(one[0], one[2]) for one in found(session, "csv-joiners-stripped-from-names.csv")]

    flag = "\U0001f3f4" + "".join(map(chr, (0xE0067, 0xE0062, 0xE0073, 0xE0063, 0xE0074, 0xE007F)))
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert names == [
        ("علی\u200cرضا احمدی", "شرکت نمونه\u200cها"),
        ("ශ්\u200dරී ලංකා", "Sri"),
        (f"{flag} Team", f"{family} Org"),
    ]


def test_of_two_addresses_the_filled_one_is_taken_and_the_other_told(session: Session) -> None:
    result = checked(session, "csv-second-email-column-ignored-unsaid.csv")

    assert [one.person.email for one in result.ready] == ["ada@invented.example", "bo@invented.example"]
    assert [(one.number, one.word) for one in result.remarks] == [(3, "bo2@invented.example")]


def test_countries_are_known_however_people_write_them(session: Session) -> None:
    result = checked(session, "csv-countries-people-write.csv")

    assert [one.person.country for one in result.ready] == [
        *(
            "ES",
            "ES",
            "ES",
            "ES",
            "ES",
            "DE",
            "US",
            "US",
            "GB",
            "GB",
            "GB",
            "TR",
            "TR",
            "CI",
            "CI",
            "CI",
            "KR",
            "KR",
        ),
        *("CZ", "CZ", "NL", "NL", "HK", "VN", "VN", "RU", "BA", "MK", "GR", "XK", "XK", "", "ES", "DE", "AT"),
    ]
    assert result.problems == ()
    assert [(one.number, one.cell, one.word) for one in result.remarks] == [(33, "F33", "EU")]
    assert "no country that is known here" in result.remarks[0].text


def test_rows_have_the_numbers_that_they_have_in_the_file(session: Session) -> None:
    result = checked(session, "csv-row-numbers-wrong-after-blank-rows.csv")

    assert [(one.number, one.cell, one.word) for one in result.problems] == [(5, "B5", "nomail")]


@pytest.mark.parametrize(
    "file", ["csv-punycode-address-stops-all-mail.csv", "csv-non-ascii-local-part-stops-all-mail.csv"]
)
def test_addresses_beyond_ascii_are_read_or_named(session: Session, file: str) -> None:
    result = checked(session, file)

    assert len(result.ready) + len(result.problems) == 1


def test_cell_far_away_costs_a_sentence_and_no_server(session: Session) -> None:
    with pytest.raises(Invalid, match="far away from the others"):
        people_in((DATA / "xlsx-one-cell-in-the-last-corner-aborts-the-server.xlsx").read_bytes())


@pytest.mark.parametrize(
    ("file", "right"),
    [
        (
            "topics-one-column-with-commas.csv",
            [("Topic",), ("Water, waste and heat",), ("Quiet nights",)],
        ),
        (
            "topics-same-name-under-two-branches.csv",
            [
                ("Topic", "Above"),
                ("Branch A",),
                ("Branch B",),
                ("Other things", "Branch A"),
                ("Other things", "Branch B"),
            ],
        ),
    ],
)
def test_topics_are_read_as_they_stand(session: Session, file: str, right: list[tuple[str, ...]]) -> None:
    sheet = read_sheet((DATA / file).read_bytes(), TOPIC_HEADINGS)

    assert [row.cells for row in sheet.rows] == right


def test_every_file_is_tested(database_url: str) -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in DATA.iterdir() if path.name not in source] == []
