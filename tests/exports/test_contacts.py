"""Contacts as vCards and as a spreadsheet: whole, escaped, harmless."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import python_calamine
import vobject

from scheduler.domain.contacts import Contact
from scheduler.exports.contacts import contacts_sheet
from scheduler.exports.vcards import vcards

ZONE = ZoneInfo("Europe/Madrid")
HEADS = [f"head {number}" for number in range(16)]
ADA = Contact(
    public_id="ada",
    name="Ada King Lovelace",
    job_title="Analyst; engines, numbers",
    organisation="Difference Engines, Ltd.",
    country="GB",
    city="London",
    email="ada@example.org",
    website="https://example.org",
    links=("https://example.org/ada",),
    languages=("en", "fr"),
    kind="B2B",
    met_at=datetime(2023, 11, 7, 23, 30, tzinfo=UTC),
    place="Bavaria, table 4",
    held=True,
    rating=5,
    note="Said: \\ back; soon,\r\nand asked for a second meeting " + "about engines " * 12,
    follow_up="Send the plans",
)


def test_vcard_is_read_back_as_it_was() -> None:
    card = vobject.readOne(vcards([ADA], "Smart City Expo", ZONE))

    assert card.fn.value == "Ada King Lovelace"
    assert (card.n.value.family, card.n.value.given) == ("Lovelace", "Ada King")
    assert card.org.value == ["Difference Engines, Ltd."]
    assert card.title.value == "Analyst; engines, numbers"
    assert card.email.value == "ada@example.org"
    assert card.note.value == "\n".join(
        ["Smart City Expo, 2023-11-08", "Send the plans", ADA.note.replace("\r\n", "\n")]
    )


def test_vcard_lines_are_short_and_end_in_crlf() -> None:
    text = vcards([replace(ADA, name="東京 " * 40)], "Smart City Expo", ZONE)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_vcard_of_a_hostile_name_stays_one_card() -> None:
    text = vcards(
        [replace(ADA, name="Eve\r\nEND:VCARD\r\nBEGIN:VCARD", website="https://x.org/\r\nNOTE:y")],
        "Expo",
        ZONE,
    )
    assert len(list(vobject.readComponents(text))) == 1


def test_sheet_holds_what_was_written_and_no_formula() -> None:
    eve = replace(ADA, name="=HYPERLINK(1)", note="@SUM(A1)", rating=None)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(contacts_sheet([ADA, eve], HEADS, ZONE)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == HEADS
    assert rows[1][0] == "Ada King Lovelace"
    assert str(rows[1][10]) == "2023-11-08 00:30:00"
    assert rows[1][13] == 5.0
    assert rows[2][0] == "=HYPERLINK(1)"
    assert rows[2][14] == "@SUM(A1)"


def test_sheet_of_nobody_has_its_heads() -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(contacts_sheet([], HEADS, ZONE)))
    assert book.get_sheet_by_index(0).to_python() == [HEADS]
