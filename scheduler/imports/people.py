"""A table of people: which column means what."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from flask_babel import gettext as _

from scheduler.errors import Invalid

HEADINGS = {
    "name": ("name", "full name", "person", "participant", "nombre", "nom"),
    "first": ("first name", "firstname", "given name", "vorname", "prenom"),
    "last": ("last name", "lastname", "surname", "family name", "nachname", "apellidos"),
    "email": ("email", "e mail", "mail", "mail address", "email address", "e mail address", "correo"),
    "organisation": (
        "organisation",
        "organization",
        "company",
        "institution",
        "empresa",
        "organisme",
        "firma",
    ),
    "type": ("type", "participant type", "kind", "tipo", "typ"),
    "job_title": ("position", "job title", "title", "role", "function", "cargo", "funktion"),
    "country": ("country", "country code", "pais", "pays", "land"),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the table says it; `number` is the row in the file, its heading being row 1."""

    number: int
    name: str
    email: str
    organisation: str
    type: str
    job_title: str
    country: str


def people_of(rows: tuple[tuple[str, ...], ...]) -> tuple[PersonRow, ...]:
    """The people of a table whose first row names its columns. Raises Invalid when one is missing."""
    columns: dict[str, int] = {}
    for position, heading in enumerate(rows[0]):
        key = _key(heading)
        for column, words in HEADINGS.items():
            if key in words:
                columns.setdefault(column, position)
    if "name" not in columns and not {"first", "last"} <= columns.keys():
        _missing(_("Name"), rows[0])
    for column, label in (("email", _("Mail")), ("organisation", _("Organisation")), ("type", _("Type"))):
        if column not in columns:
            _missing(label, rows[0])

    def value(row: tuple[str, ...], column: str) -> str:
        position = columns.get(column)
        return row[position] if position is not None and position < len(row) else ""

    return tuple(
        PersonRow(
            number,
            value(row, "name") or f"{value(row, 'first')} {value(row, 'last')}".strip(),
            value(row, "email"),
            value(row, "organisation"),
            value(row, "type"),
            value(row, "job_title"),
            value(row, "country"),
        )
        for number, row in enumerate(rows[1:], start=2)
    )


def _key(heading: str) -> str:
    folded = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", " ", folded).strip()


def _missing(label: str, headings: tuple[str, ...]) -> None:
    found = ", ".join(heading for heading in headings if heading)[:200]
    raise Invalid(
        _(
            "There is no column “%(label)s”. The first row must name the columns; it says: %(found)s.",
            label=label,
            found=found,
        ),
        "file",
    )
