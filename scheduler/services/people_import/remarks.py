"""What is said about a cell of a list, and what its columns are called."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from scheduler.imports.people import ImportedPerson

_SHOWN = 60
_NAME = _l("Name")
_PARTS = frozenset(("first", "middle", "particle", "last", "second last"))
# Words of the reader's language are made when one is said: a list has hundreds of thousands of cells.
_LABELS = {
    "full": _l("Name"),
    "first": _l("First name"),
    "middle": _l("Middle name"),
    "particle": _l("Name particle (van, de)"),
    "last": _l("Last name"),
    "second last": _l("Second last name"),
    "email": _l("Mail"),
    "organisation": _l("Organisation"),
    "type": _l("Type"),
    "job_title": _l("Position"),
    "country": _l("Country"),
    "languages": _l("Languages"),
    "offers": _l("What they offer"),
    "seeks": _l("What they seek"),
    "goals": _l("Goals"),
    "topics": _l("Topics they offer"),
    "topics sought": _l("Topics they seek"),
    "links": _l("Links"),
    "website": _l("Website of the organisation"),
    "city": _l("City of the organisation"),
    "about": _l("About the organisation"),
    "employees": _l("People employed"),
    "guarantee": _l("Guaranteed meetings"),
    "most meetings": _l("Most meetings"),
    "most a day": _l("Most meetings a day"),
    "delegation": _l("Delegation"),
    "stand": _l("Stand"),
    "validated": _l("Validated (yes or no)"),
    "title": _l("Position"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a cell: its row in the file, its name (D5), the column's, what it says, and the way out."""

    number: int
    text: str
    cell: str = ""
    column: str = ""
    word: str = ""


def remark(row: ImportedPerson, column: str, text: str, word: str | None = None) -> Remark:
    """A remark about a column of a row, or about a `word` in it."""
    said = getattr(row, column) if word is None else word
    return Remark(row.number, text, row.cells.get(column, ""), column_label(column), said[:_SHOWN])


def column_label(column: str) -> str:
    """What is read from a column of the table; parts of a name make the name."""
    return str(_LABELS.get(column, _NAME) if column not in _PARTS else _NAME)


def column_labels() -> dict[str, str]:
    """All that a column may hold, as a person chooses it; parts of a name are told apart."""
    return {column: str(label) for column, label in _LABELS.items()}


def field_label(name: str) -> str:
    """What a field of a person is called, by the column that brings it."""
    columns = {
        "name": "full",
        "offers_text": "offers",
        "seeks_text": "seeks",
        "max_meetings": "most meetings",
        "max_meetings_per_day": "most a day",
    }
    return column_label(columns.get(name, name))
