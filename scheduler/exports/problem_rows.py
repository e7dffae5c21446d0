"""The rows of a list that could not be used, as a spreadsheet with the reason beside each."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def problem_rows_sheet(
    headings: Sequence[str],
    rows: Mapping[int, Sequence[str]],
    reasons: Mapping[int, Sequence[str]],
    heads: tuple[str, str],
) -> bytes:
    """An .xlsx with the cells of rows as they were read, below their headings; `rows` and `reasons` by row number.

    `heads` are the heads of two more columns at the end: the row in the file, and what to do. What people wrote stays
    text: no cell becomes a formula or a link. Corrected, it can be imported as it is.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _TEXT) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        width = max(map(len, (headings, *rows.values())))
        for position, text in enumerate(headings):
            sheet.write_string(0, position, text, bold)
        sheet.write_string(0, width, heads[0], bold)
        sheet.write_string(0, width + 1, heads[1], bold)
        for line, (number, cells) in enumerate(rows.items(), start=1):
            for position, text in enumerate(cells):
                if text:
                    sheet.write_string(line, position, text, wrapped)
            sheet.write_number(line, width, number)
            sheet.write_string(line, width + 1, "\n".join(reasons.get(number, ())), wrapped)
        sheet.set_column(0, max(width - 1, 0), 22)
        sheet.set_column(width + 1, width + 1, 70)
        sheet.freeze_panes(1, 0)
    return content.getvalue()
