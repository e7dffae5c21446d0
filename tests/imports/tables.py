"""Helpers for tables: read as the pages read them, and workbooks made on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter
from sqlalchemy.orm import Session

from scheduler.imports.headings import COLUMN_OF
from scheduler.imports.people import ImportedPerson, PeopleTable, holds_people, people_of
from scheduler.imports.sheets import read_sheet, read_text
from scheduler.models import Event
from scheduler.services.people_import.check import CheckedList, check_people
from scheduler.services.people_import.judge import judge_people
from scheduler.services.people_import.vocabulary import vocabulary_of

DATA = Path(__file__).parent / "data"

HEADINGS = ("Name", "Mail", "Organisation", "Type", "Position", "Country")
ADA = ("Ada Lee", "ada@example.org", "Acme", "City", "CEO", "Spain")


def people_in(content: bytes) -> PeopleTable:
    """The people of a file."""
    return people_of(read_sheet(content, COLUMN_OF.keys(), holds_people))


def people_in_text(text: str) -> tuple[ImportedPerson, ...]:
    """The people of a pasted table."""
    return people_of(read_text(text, COLUMN_OF.keys())).rows


def said(row: ImportedPerson) -> tuple[str, ...]:
    """A row's values in the order of HEADINGS."""
    return (row.name, row.email, row.organisation, row.type, row.job_title, row.country)


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """An .xlsx that `fill` writes."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        fill(book)
    return target.getvalue()


def sheet_of(rows: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx with one sheet."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return workbook(fill)


_ODS = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="A">{}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def ods(*rows: str) -> bytes:
    """An .ods whose rows are given in its own XML."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", _ODS.format("".join(rows)))
    return target.getvalue()


def ods_row(*cells: str, repeated: int = 1, empty: int = 0) -> str:
    """A row of an .ods, with empty cells to the end of the sheet."""
    written = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    if empty:
        written += f'<table:table-cell table:number-columns-repeated="{empty}"/>'
    return f'<table:table-row table:number-rows-repeated="{repeated}">{written}</table:table-row>'


def xlsx_of_xml(sheet: str) -> bytes:
    """An .xlsx whose only sheet is given in its own XML, as other programs than Excel write it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            'worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<sheetData>{sheet}</sheetData></worksheet>",
        )
    return target.getvalue()


def check_rows(session: Session, event: Event, rows: Sequence[ImportedPerson]) -> CheckedList:
    """What rows would do at an event."""
    return check_people(session, event, judge_people(vocabulary_of(session, event), rows))
