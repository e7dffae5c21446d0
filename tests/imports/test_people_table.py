"""Tables that people bring, in all the shapes they come in, and those that nobody should bring."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from scheduler.errors import Invalid
from scheduler.imports.people import people_of
from scheduler.imports.sheets import MOST_BYTES, read_sheet, read_text, write_text

ROWS = (("Name", "Mail", "Organisation", "Type"), ("Zoë Núñez", "zoe@example.org", "Nuñez; Söhne", "City"))


def workbook() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(ROWS):
            sheet.write_row(number * 2, 0, row)
    return target.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_whatever_separates_it(separator: str) -> None:
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in ROWS)
    assert read_sheet(text.encode("utf-8-sig")).rows == ROWS
    assert not read_sheet(text.encode()).guessed


def test_text_that_is_not_utf8_is_read_and_said_to_be_a_guess() -> None:
    sheet = read_sheet(write_text(ROWS).encode("cp1252"))
    assert (sheet.rows, sheet.guessed) == (ROWS, True)


def test_spreadsheet_is_read_without_its_blank_rows() -> None:
    assert read_sheet(workbook()).rows == ROWS


def test_written_text_is_read_back_the_same() -> None:
    assert read_text(write_text(ROWS)) == ROWS


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (130 * 1024 * 1024))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"PK nonsense", "can't be read"),
        (b"\xd0\xcf\x11\xe0 nonsense", "can't be read"),
        (b"\0\1\2\3 binary \0", "no text file"),
        (b"a" * (MOST_BYTES + 1), "larger than 8 MB"),
        (b"name\n" + b"x\n" * 30_001, "More than 30000 rows"),
    ],
    ids=["nothing", "blank", "no zip", "no xls", "binary", "large", "long"],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_sheet(content)


def test_spreadsheet_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="unpacked"):
        read_sheet(bomb())


def test_columns_are_found_by_their_headings_in_any_order() -> None:
    people = people_of(
        (
            ("E-Mail", "Company", "First name", "Surname", "Participant type", "Job title"),
            ("a@example.org", "Puig", "Ada", "Puig", "city", "Mayor"),
            ("b@example.org",),
        )
    )
    assert (people[0].number, people[0].name, people[0].organisation, people[0].job_title) == (
        2,
        "Ada Puig",
        "Puig",
        "Mayor",
    )
    assert (people[1].number, people[1].name, people[1].organisation) == (3, "", "")


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(Invalid, match=r"“Type”.*Name, Mail, Organisation"):
        people_of((("Name", "Mail", "Organisation"), ("x", "y", "z")))
