"""Tables that people bring: CSV in its variants, and spreadsheets, read by a child process."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.sandbox.run import Broken, Limits, TooMuch, read_apart

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 120 * 1024 * 1024
MOST_ROWS = 30_000
MOST_COLUMNS = 300
MOST_LETTERS = 1000
"""More than any field takes: what is cut off here is refused by the field."""
_SHEETS_TRIED = 5
_GAPS_KEPT = 2 * MOST_ROWS

_CHILD = Path(__file__).with_name("sheet_child.py")
_LIMITS = Limits(seconds=20, memory=640 * 1024 * 1024, answer=16 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not blank; `number` is its number in the file, as spreadsheet programs count."""

    number: int
    cells: tuple[str, ...]

    def at(self, position: int | None) -> str:
        """What stands in a column; nothing beyond the row's end, or in a column that the table lacks (None)."""
        return self.cells[position] if position is not None and position < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table as text.

    `guessed`: its letters may have been read wrongly. `separator`: what stands between the cells of a text. `name`
    is that of the sheet in a workbook, `others` those that were not read.
    """

    rows: tuple[SheetRow, ...]
    guessed: bool = False
    separator: str = ""
    name: str = ""
    others: tuple[str, ...] = ()


def read_sheet(
    content: bytes,
    words: Collection[str] = (),
    fits: Callable[[Sheet], bool] | None = None,
    *,
    letters: int = MOST_LETTERS,
) -> Sheet:
    """The first visible sheet of a workbook that has rows, or a text. Raises Invalid, and Busy.

    `words` are headings, as `heading_key` makes them, that help to find what separates the cells of a text. With
    `fits`, the first sheet that fits is taken, and the first of all when none does. Cells end after `letters`.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(_("The file is larger than %(n)d MB. Split it.", n=MOST_BYTES // 1024 // 1024), "file")
    if not content.strip(b"\0 \t\r\n"):
        raise Invalid(_("The file is empty."), "file")
    first = _read(content, words, letters=letters)
    if fits is None or not first.name or fits(first):
        return first
    for skip in range(1, min(_SHEETS_TRIED, len(first.others) + 1)):
        try:
            sheet = _read(content, words, skip=skip, letters=letters)
        except Invalid:
            break
        if fits(sheet):
            return sheet
    return first


def read_text(text: str, words: Collection[str] = (), separator: str = "") -> Sheet:
    """The table in a text that somebody pasted. Raises Invalid, and Busy.

    `separator` wins where it fits as well as another.
    """
    content = text.encode(errors="replace")
    if len(content) > MOST_BYTES:
        raise Invalid(_("The table is larger than %(n)d MB. Split it.", n=MOST_BYTES // 1024 // 1024), "file")
    if not content.strip():
        raise Invalid(_("Choose a file, or paste a table."), "file")
    return _read(content, words, pasted=True, separator=separator)


def write_text(rows: tuple[SheetRow, ...]) -> str:
    """The rows as a text that `read_text` reads back with `;`, each in the line of its number."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    keeps_gaps = not rows or rows[-1].number <= len(rows) + _GAPS_KEPT
    line = 1
    for row in rows:
        if keeps_gaps:
            target.write("\n" * (row.number - line))
        writer.writerow(row.cells)
        line = row.number + 1
    return target.getvalue()


def column_name(position: int) -> str:
    """A column as spreadsheet programs name it: A, B ... Z, AA."""
    name = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _read(
    content: bytes,
    words: Collection[str],
    *,
    pasted: bool = False,
    skip: int = 0,
    separator: str = "",
    letters: int = MOST_LETTERS,
) -> Sheet:
    order = {
        "words": sorted(words),
        "pasted": pasted,
        "separator": separator if len(separator) == 1 else "",
        "skip": skip,
        "rows": MOST_ROWS,
        "columns": MOST_COLUMNS,
        "letters": letters,
        "unpacked": MOST_UNPACKED,
    }
    try:
        found = read_apart(_CHILD, content, order, _LIMITS)
    except TooMuch:
        raise Invalid(
            _(
                "The table takes too much memory or time. Perhaps one cell lies far away from the others "
                "(Ctrl+End goes to the last one): copy the table into a new spreadsheet, or save it as CSV, "
                "and try again."
            ),
            "file",
        ) from None
    except Broken:
        found = {"problem": "workbook"}
    if problem := found.get("problem"):
        raise Invalid(_sentence(problem), "file")
    if not found["rows"]:
        raise Invalid(_sentence("blank"), "file")
    return Sheet(
        tuple(SheetRow(number, tuple(cells)) for number, cells in found["rows"]),
        found["guessed"],
        found["separator"],
        found["sheet"],
        tuple(found["others"]),
    )


def _sentence(problem: str) -> str:
    sentences = {
        "workbook": _(
            "The spreadsheet can't be read. Open it, save it again as .xlsx or CSV, and try once more."
        ),
        "unpacked": _("The spreadsheet is too large once unpacked. Save it as CSV."),
        "password": _("The spreadsheet is protected by a password. Save it without one."),
        "binary": _("This is no text file. Save the table as CSV or as a spreadsheet (.xlsx)."),
        "markup": _(
            "This is a web page or an XML file, whatever its name says. "
            "Open it in a spreadsheet program and save it as .xlsx."
        ),
        "text": _("The table can't be read. Save it as a spreadsheet (.xlsx) and try once more."),
        "rows": _("More than %(n)d rows. Split the file.", n=MOST_ROWS),
        "blank": _("The file holds no row."),
    }
    return str(sentences[problem])
