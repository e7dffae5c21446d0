"""Lists of pavilions, tables and stands, as organisers and fairs write them."""

from __future__ import annotations

import pytest

from scheduler.domain.enums import PlaceKind
from scheduler.errors import Invalid
from scheduler.imports.sheets import read_sheet, read_text
from scheduler.imports.venue import WORDS, VenueTable, venue_of
from tests.imports.tables import sheet_of


def table(text: str) -> VenueTable:
    return venue_of(read_text(text, WORDS))


def test_pavilions_with_their_tables() -> None:
    found = table("Pavilion;Tables\nBavaria;12\nSofia;8\nEntrance;")
    assert [(row.pavilion, row.place, row.kind, row.capacity) for row in found.rows] == [
        ("Bavaria", "Tables", PlaceKind.TABLES, 12),
        ("Sofia", "Tables", PlaceKind.TABLES, 8),
        ("Entrance", "", None, 1),
    ]


def test_a_fairs_list_of_exhibitors_with_all_its_oddities() -> None:
    rows = (
        ("Exhibitor list 2026, as of 1 October",),
        ("Exhibitor", "Country", "Website"),
        ("Acme", "Spain", "acme.example", "Hall 17, Stand F60"),
        ("Berg", "Norway", "", "Hall 2 | Booth B-4"),
        ("Cyan", "Germany", "", "Digital Only"),
        ("Dorn", "", "", "to follow"),
        ("Ek", "", "", "Pavilion 3 A12"),
        ("Acme", "Spain", "", "Hall 17, Stand F60"),
        ("Fox", "", "", ""),
    )
    found = venue_of(read_sheet(sheet_of(rows), WORDS))
    assert [(row.pavilion, row.place, row.organisation, row.country) for row in found.rows] == [
        ("Hall 17", "F60", "Acme", "ES"),
        ("Hall 2", "B-4", "Berg", "NO"),
        ("Pavilion 3", "A12", "Ek", ""),
    ]
    assert [row.organisation for row in found.homeless] == ["Cyan", "Dorn", "Fox"]
    assert [(row.number, row.text) for row in found.remarks] == [
        (5, "“Digital Only” is no stand: Cyan gets none."),
        (6, "“to follow” is no stand: Dorn gets none."),
        (8, "F60 stands in row 3 already."),
        (9, "There is no stand: Fox gets none."),
    ]


def test_what_can_not_be_is_said_and_loses_no_row() -> None:
    found = table(f"Hall;Stand;Company;Tables\nHall 1;A1;Acme;minus one\nHall 1;A2;{'x' * 300};1\n;A3;Bo;1")
    assert [(row.place, row.capacity) for row in found.rows] == [("A1", 1)]
    assert [row.number for row in found.remarks] == [2, 3, 4]
    assert "no number of tables" in found.remarks[0].text
    assert [row.organisation for row in found.homeless] == ["Bo"]


def test_a_table_of_something_else_is_refused_with_the_way_out() -> None:
    with pytest.raises(Invalid, match="One row must name the columns"):
        table("Name;Mail\nAda;a@example.org")


def test_thousands_of_rows_are_read() -> None:
    text = "Exhibitor;Stand\n" + "\n".join(f"Firm {n};Hall {n % 9}, Stand S{n}" for n in range(2700))
    assert len(table(text).rows) == 2700
