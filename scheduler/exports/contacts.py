"""Contacts as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import tzinfo

import xlsxwriter

from scheduler.domain.contacts import Contact

WIDTHS = (26, 24, 28, 12, 18, 32, 30, 30, 14, 18, 18, 24, 8, 8, 40, 40)


def contacts_sheet(contacts: Sequence[Contact], heads: Sequence[str], zone: tzinfo) -> bytes:
    """An .xlsx file with one row per contact.

    `heads` are the sixteen column heads, from the name to what was agreed. What people wrote stays text: no cell
    becomes a formula or a link. Times are the event's.
    """
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (head, width) in enumerate(zip(heads, WIDTHS, strict=True)):
            sheet.write_string(0, column, head, bold)
            sheet.set_column(column, column, width)
        for row, contact in enumerate(contacts, start=1):
            for column, text in enumerate(_texts(contact)):
                if text:
                    sheet.write_string(row, column, text, wrapped)
            sheet.write_datetime(row, 10, contact.met_at.astimezone(zone).replace(tzinfo=None), moment)
            if contact.rating is not None:
                sheet.write_number(row, 13, contact.rating)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(contacts), 1), len(heads) - 1)
    return content.getvalue()


def _texts(contact: Contact) -> list[str]:
    held = "" if contact.held is None else ("x" if contact.held else "-")
    return [
        contact.name,
        contact.job_title,
        contact.organisation,
        contact.country,
        contact.city,
        contact.email,
        contact.website,
        "\n".join(contact.links),
        " ".join(contact.languages),
        contact.kind,
        "",
        contact.place,
        held,
        "",
        contact.note,
        contact.follow_up,
    ]
