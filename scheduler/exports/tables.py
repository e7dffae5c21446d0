"""A list as a spreadsheet or as CSV: the same cells in both, none of which becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter

Cell = str | int | float | datetime | None

_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60


def as_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """An .xlsx with one sheet. Times carry no zone there: give those of the event's clock."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _TEXT) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        top = book.add_format({"valign": "top"})
        wrapped = book.add_format({"valign": "top", "text_wrap": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"})
        widths = [len(head) + 2 for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        count = 0
        for line, row in enumerate(rows, start=1):
            count = line
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(line, column, cell.replace(tzinfo=None), moment)
                    widths[column] = max(widths[column], 17)
                elif isinstance(cell, (int, float)):
                    sheet.write_number(line, column, cell, top)
                elif cell:
                    look = wrapped if len(cell) > _WIDEST or "\n" in cell else top
                    # A cell of Excel ends there.
                    sheet.write_string(line, column, cell[:32_000], look)
                    widths[column] = max(widths[column], min(_WIDEST, len(cell) + 2))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(count, 1), len(heads) - 1)
    return content.getvalue()


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV in UTF-8 with its mark, which Excel needs, separated by commas.

    What a spreadsheet program would take for a formula begins with an apostrophe.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_STARTS_A_FORMULA) else text
