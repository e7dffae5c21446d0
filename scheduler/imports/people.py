"""The people of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.imports.columns import Columns, find_columns
from scheduler.imports.sheet_child import heading_key
from scheduler.imports.sheets import Sheet, SheetRow, column_name

# fmt: off
_SALUTATIONS = frozenset((
    "mr", "mrs", "ms", "miss", "mx", "sir", "madam", "herr", "frau", "m", "mme", "mlle", "monsieur", "madame", "sr",
    "sra", "srta", "senor", "senora", "don", "dona", "sig", "sigra", "dott", "dr", "prof", "professor", "ing", "dipl",
    "mag", "phd", "msc", "bsc", "mba",
))
# fmt: on
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "esq", "msc", "bsc", "dr", "prof"))
_ASIDE = re.compile(r"\s*\([^()@]*\)\s*$")
MORE = (
    *(
        "languages",
        "offers",
        "seeks",
        "goals",
        "topics",
        "topics sought",
        "links",
        "website",
        "city",
        "about",
    ),
    *("employees", "guarantee", "most meetings", "most a day", "delegation", "stand", "validated"),
)
"""Columns that a list of people may have beside who they are."""
OWN = "question-"
"""So begin the columns of the event's own questions."""
_TEXTS = ("offers", "seeks", "goals", "about", "links", "topics", "topics sought", "languages")
"""Several columns of one of these are read one after the other."""
_OPTIONAL = ("job_title", "title", "country", *MORE)
_NOTHING = frozenset(("-", "--", "–", "—", ".", "?", "n/a", "n.a.", "#n/a", "#nv", "none", "null", "nil"))
_BRACKETS = re.compile(r"[<(\[]\s*(?:mailto:)?([^<>()\[\]\s]+@[^<>()\[\]\s]+)\s*[>)\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """One person as the table says it; `number` is the row in the file.

    `cells` names the cell of each value (`email`: C5); `unread` are further addresses, which nobody will write to.
    """

    number: int
    name: str
    email: str
    organisation: str
    type: str
    job_title: str = ""
    country: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    """What stands in the columns of `MORE` and of the event's own questions, by column."""


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """What was found in a table: its people, the headings that were read and as what, and those that were not."""

    rows: tuple[ImportedPerson, ...]
    read: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]
    headings: SheetRow


def holds_people(sheet: Sheet) -> bool:
    """Whether the headings of a table are those of a list of people."""
    return not lacking_columns(find_columns(sheet))


def people_of(sheet: Sheet) -> PeopleTable:
    """The people of a table. Raises Invalid when a column is missing."""
    columns = find_columns(sheet)
    if lacking := lacking_columns(columns):
        found = ", ".join(f"“{text}”" for text in columns.headings.cells if text)[:300]
        raise Invalid(
            _(
                "There is no column “%(label)s”. One row must name the columns; row %(number)d says: %(found)s.",
                label=lacking[0],
                number=columns.headings.number,
                found=found,
            ),
            "file",
        )
    return people_below(columns)


def people_below(columns: Columns) -> PeopleTable:
    """The people of a table whose columns are known. Raises Invalid when it has no row."""
    turned = _comes_last_name_first(columns)
    rows = tuple(
        person for row in columns.rows if (person := _person(columns, row, turned=turned)) is not None
    )
    if not rows:
        raise Invalid(
            _("There is no row below the headings in row %(n)d.", n=columns.headings.number), "file"
        )
    used = {position for positions in columns.of.values() for position in positions}
    return PeopleTable(
        rows,
        tuple(
            (kind, columns.heading(position) or column_name(position))
            for kind, positions in columns.of.items()
            for position in positions
        ),
        tuple(text for position, text in enumerate(columns.headings.cells) if text and position not in used),
        columns.headings,
    )


def address_in(text: str) -> tuple[str, tuple[str, ...]]:
    """The first mail address that a cell holds, without what people write around it, and further ones.

    A text that is no address and holds none comes back as it is, so that it can be named.
    """
    text = _ASIDE.sub("", text.replace("\N{FULLWIDTH COMMERCIAL AT}", "@")).strip(" \t\"'“”‘’«»")
    found = _BRACKETS.findall(text)
    if not found:
        parts = [
            part
            for part in re.split(r"(?:[\s;,|/]|:::)+", text)
            if part.casefold() not in ("", "or", "and", "&")
        ]
        # A word beside an address may be a part of it: then the whole is named to the person, and nothing guessed.
        found = parts if parts and all("@" in part for part in parts) else [text]
    clean = [re.sub(r"\?.*$", "", re.sub(r"^mailto:", "", one, flags=re.IGNORECASE)) for one in found]
    # A dot before it is a mistake that may hide another: it is named to the person.
    clean = [one.strip(" ,;:<>\"'“”").rstrip(" .,;:<>\"'“”") for one in clean]
    unique = list({one.casefold(): one for one in reversed(clean)}.values())[::-1]
    return unique[0], tuple(unique[1:])


def lacking_columns(columns: Columns, *, type_given: bool = False) -> tuple[str, ...]:
    """What a list of people can't do without and this one has no column for, in words.

    `type_given`: everybody of the list is of one type, which somebody chose.
    """
    of = columns.of
    named = of.keys() & {"name", "full"} or {"first", "last"} <= of.keys()
    lacking = [] if named else [str(_("Name"))]
    for column, label in (("email", _("Mail")), ("organisation", _("Organisation")), ("type", _("Type"))):
        if column not in of and not (column == "type" and type_given):
            lacking.append(str(label))
    return tuple(lacking)


def _person(columns: Columns, row: SheetRow, *, turned: bool) -> ImportedPerson | None:
    values: dict[str, str] = {}
    cells: dict[str, str] = {}
    for column, positions in columns.of.items():
        filled = [n for n in positions if row.at(n) and not (column in _OPTIONAL and _says_nothing(row, n))]
        if filled:
            read = filled if column in _TEXTS else filled[:1]
            values[column] = "\n".join(row.at(n) for n in read)
        cells[column] = f"{column_name((filled or positions)[0])}{row.number}"
    if not values:
        return None
    name = _name(columns, row, values)
    address, unread, where = _address(columns, row)
    if "job_title" not in columns.of and "title" in values:
        title = values["title"]
        cells["job_title"] = cells["title"]
        values["job_title"] = "" if set(heading_key(title).split()) <= _SALUTATIONS else title
    cells["name"] = next((cells[part] for part in ("full", "name", "first", "last") if part in cells), "")
    cells["email"] = where
    return ImportedPerson(
        row.number,
        _turned(name) if turned else name,
        address,
        values.get("organisation", ""),
        values.get("type", ""),
        values.get("job_title", ""),
        values.get("country", ""),
        cells,
        unread,
        {column: values[column] for column in values if column in MORE or column.startswith(OWN)},
    )


def _address(columns: Columns, row: SheetRow) -> tuple[str, tuple[str, ...], str]:
    """The address of a row, the others that it holds, and its cell: of several columns, the first with an address."""
    positions = columns.of.get("email", ())
    found = [(n, one) for n in positions if (text := row.at(n)) for one in _all(address_in(text))]
    found.sort(key=lambda pair: "@" not in pair[1])
    if not found:
        return "", (), f"{column_name(positions[0])}{row.number}" if positions else ""
    where, address = found[0]
    others = {one.casefold(): one for _where, one in found[1:] if "@" in one}
    others.pop(address.casefold(), None)
    return address, tuple(others.values()), f"{column_name(where)}{row.number}"


def _all(found: tuple[str, tuple[str, ...]]) -> tuple[str, ...]:
    return found[0], *found[1]


def _says_nothing(row: SheetRow, position: int) -> bool:
    return row.at(position).casefold() in _NOTHING


def _name(columns: Columns, row: SheetRow, values: dict[str, str]) -> str:
    """The full name, whatever its parts are called."""
    if full := values.get("full"):
        return _without_address(full)
    named = columns.of.get("name", ())
    # A heading over two columns beside each other.
    halves = [row.at(n) for n in named if n - named[0] < 2 and row.at(n)]
    name = " ".join(dict.fromkeys(halves)) if len(halves) > 1 else values.get("name", "")
    first = " ".join(part for part in (values.get("first", ""), values.get("middle", "")) if part)
    last = " ".join(part for part in (values.get("particle", ""), _family(columns, row)) if part)
    if second := values.get("second last"):
        last = f"{last} {second}".strip()
    if not name or (first and last and name in (first, last)):
        return f"{first} {last}".strip()
    if first and "last" not in columns.of:
        return name if _holds(name, first) else f"{first} {name}"
    if last and "first" not in columns.of:
        return name if _holds(name, last) else f"{name} {last}"
    return _without_address(name)


def _family(columns: Columns, row: SheetRow) -> str:
    """The family name; “Apellido 1” and “Apellido 2” are its halves."""
    named = [n for n in columns.of.get("last", ()) if row.at(n)]
    if not named:
        return ""
    key = heading_key(columns.heading(named[0]))
    counted = [
        n for n in named if heading_key(columns.heading(n)) == key and columns.heading(n)[-1:].isdigit()
    ]
    return " ".join(dict.fromkeys(row.at(n) for n in counted or named[:1]))


def _without_address(name: str) -> str:
    return " ".join(_BRACKETS.sub(" ", name).split()) or name


def _holds(name: str, part: str) -> bool:
    """Whether a name has a part of it as words of its own, and more."""
    words, wanted = name.casefold().split(), part.casefold().split()
    return len(words) > len(wanted) and set(wanted) <= set(words)


def _comes_last_name_first(columns: Columns) -> bool:
    """Whether nearly all names are written “Lee, Ada”."""
    if columns.of.keys() & {"first", "last"} or len(columns.of.get("name", ())) > 1:
        return False
    if not (named := columns.of.get("full") or columns.of.get("name")):
        return False
    position = named[0]
    names = [text for row in columns.rows[:500] if (text := row.at(position))]
    return bool(names) and sum(_turned(name) != name for name in names) >= 0.8 * len(names)


def _turned(name: str) -> str:
    last, comma, first = name.partition(",")
    if not comma or "," in first or not first.strip() or heading_key(first) in _SUFFIXES:
        return name
    return f"{first.strip()} {last.strip()}"
