"""Tables that people bring: CSV in its variants, and spreadsheets. Bounded in bytes, rows and columns."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass

from flask_babel import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

from scheduler.errors import Invalid

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 120 * 1024 * 1024
MOST_ROWS = 30_000
MOST_COLUMNS = 100
MOST_LETTERS = 4000


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table as text. `guessed` is True when its characters may have been read wrongly."""

    rows: tuple[tuple[str, ...], ...]
    guessed: bool = False


def read_sheet(content: bytes) -> Sheet:
    """The first sheet of a workbook, or a CSV text; blank rows are left out. Raises Invalid."""
    if len(content) > MOST_BYTES:
        raise Invalid(_("The file is larger than %(n)d MB. Split it.", n=MOST_BYTES // 1024 // 1024), "file")
    if not content.strip():
        raise Invalid(_("The file is empty."), "file")
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return Sheet(_workbook(content))
    try:
        return Sheet(read_text(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return Sheet(read_text(content.decode("cp1252", errors="replace")), guessed=True)


def read_text(text: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a text separated by commas, semicolons or tabs, whichever its first line has most of."""
    if "\0" in text:
        raise Invalid(_("This is no text file. Save the table as CSV or as a spreadsheet (.xlsx)."), "file")
    first = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        return _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise Invalid(_("The table can't be read: %(reason)s.", reason=str(error)), "file") from None


def write_text(rows: tuple[tuple[str, ...], ...]) -> str:
    """The rows as a text that `read_text` reads back, separated by semicolons."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";", lineterminator="\n").writerows(rows)
    return target.getvalue()


def _workbook(content: bytes) -> tuple[tuple[str, ...], ...]:
    sentence = _("The spreadsheet can't be read. Open it, save it again as .xlsx or CSV, and try once more.")
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                    raise Invalid(_("The spreadsheet is too large once unpacked. Save it as CSV."), "file")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if not book.sheet_names:
            raise Invalid(sentence, "file")
        return _bounded(book.get_sheet_by_index(0).to_python())
    except PasswordError:
        raise Invalid(_("The spreadsheet is protected by a password. Save it without one."), "file") from None
    except (CalamineError, ZipError, XmlError, zipfile.BadZipFile, OSError, ValueError):
        raise Invalid(sentence, "file") from None


def _bounded(source: object) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for row in source:  # type: ignore[attr-defined]
        cells = tuple(_cell(value) for value in row[:MOST_COLUMNS])
        if not any(cells):
            continue
        if len(rows) > MOST_ROWS:
            raise Invalid(_("More than %(n)d rows. Split the file.", n=MOST_ROWS), "file")
        rows.append(cells)
    if not rows:
        raise Invalid(_("The file holds no row."), "file")
    return tuple(rows)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())[:MOST_LETTERS]
