"""Tables that people bring: what is refused, and what comes back as it was."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from scheduler.errors import Invalid
from scheduler.imports import sheet_child
from scheduler.imports.headings import COLUMN_OF
from scheduler.imports.sheets import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_LETTERS,
    MOST_ROWS,
    SheetRow,
    column_name,
    read_sheet,
    read_text,
    write_text,
)
from tests.imports.tables import ADA, HEADINGS, ods, ods_row, people_in, said, sheet_of, workbook, xlsx_of_xml

ROWS = (
    SheetRow(1, HEADINGS[:4]),
    SheetRow(2, ("Zoë Núñez", "zoe@example.org", 'Nuñez; "Söhne", Ltd', "City")),
)


def zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def far_cell(place: str) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write(place, "x")

    return workbook(fill)


def protected() -> bytes:
    """The beginning of a workbook that is protected by a password: no workbook, but an older kind of file."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\0\0\0\0", "empty"),
        (b";;;\n;;\n", "holds no row"),
        (b"PK nonsense", "can't be read"),
        (b"PK\x03\x04" + b"\0" * 500, "can't be read"),
        (zipped("notes.txt", b"hello"), "can't be read"),
        (sheet_of([HEADINGS, ADA])[:3000], "can't be read"),
        (b"\xd0\xcf\x11\xe0 nonsense", "can't be read"),
        (protected(), "can't be read"),
        (b"\0\1\2\3 binary \0", "no text file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no text file"),
        (b"<html><table><tr><td>Name</td></tr></table>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "web page"),
        (b"a" * (MOST_BYTES + 1), "larger than 8 MB"),
        (b"name\n" + b"x\n" * (MOST_ROWS + 1), "More than 30000 rows"),
        (ods(ods_row("x", repeated=1048576)), "More than 30000 rows"),
        (ods(ods_row(*["x"] * 200, repeated=1_000_000)), "can't be read"),
        (zipped("xl/worksheets/sheet1.xml", b"0" * (130 * 1024 * 1024)), "unpacked"),
        (far_cell("XFD1048576"), "far away"),
        (far_cell("XFD200000"), "far away"),
        (xlsx_of_xml("<row>" + '<c r="A1"><v>1</v></c>' * 3_000_000 + "</row>"), "no column"),
    ],
    ids=[
        *("nothing", "blank", "zeros", "separators", "no zip", "broken zip", "other zip", "cut zip", "no xls"),
        *("protected", "binary", "picture", "web page", "xml", "large", "long", "long ods", "huge ods", "bomb"),
        *("last corner", "far", "one cell often"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        people_in(content)


@pytest.mark.parametrize("place", ["A1048576", "XFD1", "AZ30000"])
def test_note_at_an_edge_of_the_sheet_does_no_harm(place: str) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ADA)
        sheet.write(place, "end")

    assert said(people_in(workbook(fill)).rows[0]) == ADA


def test_servers_threads_read_hostile_and_good_files_at_once() -> None:
    files = [far_cell("XFD1048576"), sheet_of([HEADINGS, ADA])] * 3
    with ThreadPoolExecutor(6) as pool:
        results = [pool.submit(people_in, content) for content in files]

    assert [isinstance(result.exception(), Invalid) for result in results] == [True, False] * 3


def test_as_many_rows_as_are_allowed_are_read() -> None:
    text = ";".join(HEADINGS) + "".join(f"\nP{n};p{n}@example.org;Acme;City;;" for n in range(MOST_ROWS - 1))
    assert len(people_in(text.encode()).rows) == MOST_ROWS - 1


def test_text_that_is_not_utf8_is_said_to_be_a_guess() -> None:
    assert read_sheet(write_text(ROWS).encode("cp1252"), COLUMN_OF.keys()).guessed
    assert not read_sheet(write_text(ROWS).encode(), COLUMN_OF.keys()).guessed


def test_written_text_is_read_back_the_same() -> None:
    rows = (SheetRow(3, ("Guests; of 2023",)), *(SheetRow(row.number + 4, row.cells) for row in ROWS))

    assert read_text(write_text(rows), COLUMN_OF.keys(), ";").rows == rows


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12)


@given(st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=8), st.integers(1, 9))
@example([[";\\"]], 1)
def test_what_was_checked_is_what_is_stored(table: list[list[str]], gap: int) -> None:
    order = {
        "words": list(COLUMN_OF),
        "pasted": True,
        "rows": MOST_ROWS,
        "columns": MOST_COLUMNS,
        "letters": MOST_LETTERS,
    }
    first = sheet_child.read(
        "\n".join("\t".join(row) for row in [*([["x"]] * gap), *table]).encode(), {**order, "separator": "\t"}
    )
    rows = tuple(SheetRow(number, tuple(cells)) for number, cells in first["rows"])

    again = sheet_child.read(write_text(rows).encode(), {**order, "separator": ";"})

    assert tuple(SheetRow(number, tuple(cells)) for number, cells in again["rows"]) == rows


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_do(position: int, name: str) -> None:
    assert column_name(position) == name


def test_columns_are_found_by_their_headings_in_any_order() -> None:
    people = people_in(
        b"E-Mail;Company;First name;Surname;Participant type;Job title\n"
        b"a@example.org;Puig;Ada;Puig;city;Mayor\nb@example.org"
    )
    assert said(people.rows[0]) == ("Ada Puig", "a@example.org", "Puig", "city", "Mayor", "")
    assert (people.rows[1].number, people.rows[1].name, people.rows[1].organisation) == (3, "", "")


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(Invalid, match=r"“Type”.*row 2 says: “Name”, “Mail”, “Organisation”"):
        people_in(b"Guests\nName;Mail;Organisation\nx;y;z")


def test_headings_alone_are_no_list() -> None:
    with pytest.raises(Invalid, match="no row below the headings in row 1"):
        people_in(";".join(HEADINGS).encode())


def test_what_was_read_as_what_is_told() -> None:
    people = people_in(b"Vorname;Name;E-Mail;Firma;Typ;Diet\nAda;Lee;a@example.org;Acme;City;none")

    assert set(people.read) == {
        ("first", "Vorname"),
        ("name", "Name"),
        ("email", "E-Mail"),
        ("organisation", "Firma"),
        ("type", "Typ"),
    }
    assert people.unread == ("Diet",)
