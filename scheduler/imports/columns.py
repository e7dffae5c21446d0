"""Which row of a table names its columns, and which column means what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scheduler.imports.heading_row import SEARCHED, heading_row
from scheduler.imports.headings import TOKENS, column_of
from scheduler.imports.sheet_child import heading_key
from scheduler.imports.sheets import Sheet, SheetRow

_SAMPLE = 500
_NEARLY_ALL = 0.7
_WORDS_OF_AN_ADDRESS = 8
"""“Dr. Ada Lee-Smith of Acme <ada@example.org>” has some; a sentence about an address has more."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table's columns are: `headings` and `rows` below it; by kind, the positions that hold it, best first."""

    headings: SheetRow
    rows: tuple[SheetRow, ...]
    of: dict[str, tuple[int, ...]]

    def heading(self, position: int) -> str:
        """What the heading of a column says."""
        return self.headings.at(position)


def find_columns(sheet: Sheet, headings_row: int = 0) -> Columns:
    """The columns of a table of people, as far as its headings tell them.

    `headings_row` is the number in the file of the row that names the columns; 0: it is found.
    """
    chosen = (index for index, row in enumerate(sheet.rows[:SEARCHED]) if row.number == headings_row)
    first = next(chosen, None)
    if first is None:
        first = heading_row(sheet, _fitness)
    headings, below = sheet.rows[first], sheet.rows[first + 1 :]
    if below and not headings_row and _is_second_line(headings, below[0]):
        width = max(len(headings.cells), len(below[0].cells))
        headings = SheetRow(below[0].number, tuple(below[0].at(n) or headings.at(n) for n in range(width)))
        below = below[1:]
    of: dict[str, list[int]] = {}
    for position, text in enumerate(headings.cells):
        if column := column_of(text):
            of.setdefault(column, []).append(position)
    if "job_title" in of:
        # Then this one holds Dr and Prof.
        of.pop("title", None)
    keys = [heading_key(text) for text in headings.cells]
    rows = tuple(row for row in below if not _repeats(keys, row, of))
    _group_names(sheet.rows[first - 1] if first else None, headings, of)
    _drop_numbers(rows, of)
    _add_longer_headings(keys, rows, of)
    _add_unnamed_addresses(keys, rows, of)
    _add_second_half_of_name(keys, rows, of)
    return Columns(headings, rows, {column: tuple(positions) for column, positions in of.items()})


def chosen_columns(columns: Columns, chosen: Mapping[int, str]) -> Columns:
    """The columns as a person says they are: by position what it holds ("" for nothing); others stay as found."""
    of: dict[str, list[int]] = {
        column: [position for position in positions if position not in chosen]
        for column, positions in columns.of.items()
    }
    for position, column in sorted(chosen.items()):
        of.setdefault(column, []).append(position)
    kept = {column: tuple(positions) for column, positions in of.items() if column and positions}
    return Columns(columns.headings, columns.rows, kept)


def width_of(columns: Columns) -> int:
    """How many columns the table has: a list may have more fields than headings."""
    return max((len(row.cells) for row in (columns.headings, *columns.rows[:_SAMPLE])), default=0)


def examples_of(columns: Columns, position: int, most: int = 3) -> tuple[str, ...]:
    """Some different things that stand in a column."""
    found = dict.fromkeys(text for row in columns.rows[:_SAMPLE] if (text := row.at(position)))
    return tuple(found)[:most]


def add_by_content(columns: Columns, column: str, fits: Callable[[str], bool]) -> Columns:
    """Find a column that no heading names by what stands in it: nearly all of it must fit."""
    if column in columns.of:
        return columns
    taken = {position for positions in columns.of.values() for position in positions}
    for position in range(width_of(columns)):
        if position in taken:
            continue
        texts = [text for row in columns.rows[:_SAMPLE] if (text := row.at(position))]
        if texts and sum(map(fits, texts)) >= _NEARLY_ALL * len(texts):
            return Columns(columns.headings, columns.rows, {**columns.of, column: (position,)})
    return columns


def best_first(columns: Columns, column: str, fits: Callable[[str], bool]) -> Columns:
    """Of several columns of one kind, put those first whose cells fit: “participation” before “type of company”."""
    positions = columns.of.get(column, ())
    if len(positions) < 2:
        return columns

    def share(position: int) -> float:
        texts = [text for row in columns.rows[:_SAMPLE] if (text := row.at(position))]
        return sum(map(fits, texts)) / max(1, len(texts))

    ordered = tuple(sorted(positions, key=share, reverse=True))
    return Columns(columns.headings, columns.rows, {**columns.of, column: ordered})


def _fitness(row: SheetRow) -> tuple[int, bool]:
    """How much a row looks like headings. A single known word may be anything: “City” is a type of participant too."""
    known = _known(row)
    return known if known > 1 else 0, sum(map(bool, row.cells)) > 1


def _known(row: SheetRow) -> int:
    return len({column for text in row.cells if (column := column_of(text))})


def _is_second_line(headings: SheetRow, below: SheetRow) -> bool:
    """Whether the next row parts the headings further, such as a name into first and last."""
    named = {column_of(text) for text in below.cells if text}
    return None not in named and bool(named & {"first", "last"}) and _known(headings) > 1


def _repeats(keys: list[str], row: SheetRow, of: dict[str, list[int]]) -> bool:
    """Whether a row is the headings once more, as on each page of a list that was printed."""
    known = [position for positions in of.values() for position in positions]
    return bool(known) and all(heading_key(row.at(position)) == keys[position] for position in known)


def _taken(of: dict[str, list[int]]) -> set[int]:
    return {position for positions in of.values() for position in positions}


def _add_longer_headings(keys: list[str], rows: tuple[SheetRow, ...], of: dict[str, list[int]]) -> None:
    taken = _taken(of)
    for column in TOKENS:
        if column in of or (column == "job_title" and "title" in of):
            continue
        for position, key in enumerate(keys):
            meant = {name for name, others in TOKENS.items() if others & set(_head(key).split())}
            holds = column != "email" or _share(rows, position, "@") > 0.5
            if position not in taken and meant == {column} and holds:
                of[column] = [position]
                break


def _head(key: str) -> str:
    """What a heading speaks of: a “type of company” is a type, a “name of the company” is one."""
    head = key.partition(" of ")[0]
    return key if head.split()[-1:] == ["name"] else head


def _add_unnamed_addresses(keys: list[str], rows: tuple[SheetRow, ...], of: dict[str, list[int]]) -> None:
    """A column of mail addresses tells itself, whatever its heading says."""
    if "email" in of and any(_share(rows, position, "@") > 0.1 for position in of["email"]):
        return
    width = max((len(row.cells) for row in rows[:_SAMPLE]), default=len(keys))
    taken = _taken(of)
    found = [n for n in range(width) if n not in taken and _share(rows, n, "@") > 0.7 and _is_short(rows, n)]
    if not found and "email" not in of:
        # “Ada Lee <ada@example.org>” is a name and an address.
        found = [n for column in ("name", "full") for n in of.get(column, ()) if _share(rows, n, "@") > 0.7]
    if found:
        of["email"] = [found[0], *of.get("email", ())]


def _is_short(rows: tuple[SheetRow, ...], position: int) -> bool:
    """Whether no cell of a column is a sentence, which may speak of an address."""
    return all(len(row.at(position).split()) <= _WORDS_OF_AN_ADDRESS for row in rows[:_SAMPLE])


def _group_names(above: SheetRow | None, headings: SheetRow, of: dict[str, list[int]]) -> None:
    """Under a heading “Company” over several columns, “Name” is the company's."""
    names = of.get("name", [])
    if above is None or "organisation" in of or len(names) < 2:
        return
    over = ""
    for position in range(len(headings.cells)):
        over = above.at(position) or over
        if position in names and column_of(over) == "organisation":
            names.remove(position)
            of["organisation"] = [position]


def _drop_numbers(rows: tuple[SheetRow, ...], of: dict[str, list[int]]) -> None:
    """“Attendee #” counts people and names nobody."""
    for column in ("name", "full"):
        kept = [n for n in of.get(column, ()) if not _counts(rows, n)]
        if column in of and (kept or of.keys() & ({"name", "full", "first"} - {column})):
            of[column] = kept
        if not of.get(column, True):
            del of[column]


def _counts(rows: tuple[SheetRow, ...], position: int) -> bool:
    texts = [text for row in rows[:_SAMPLE] if (text := row.at(position))]
    return bool(texts) and all(not any(letter.isalpha() for letter in text) for text in texts)


def _add_second_half_of_name(keys: list[str], rows: tuple[SheetRow, ...], of: dict[str, list[int]]) -> None:
    """A heading merged over two columns names the first only, once it is saved as text."""
    if "last" in of or "first" in of or len(of.get("name", ())) != 1:
        return
    beside = of["name"][0] + 1
    unnamed = beside >= len(keys) or not keys[beside]
    if unnamed and beside not in _taken(of) and _share(rows, beside) > 0.5 and not _share(rows, beside, "@"):
        of["name"].append(beside)


def _share(rows: tuple[SheetRow, ...], position: int, sign: str = "") -> float:
    """How many of the first rows hold something in a column; with a sign, how many of those that do have it."""
    counts = Counter(sign in text for row in rows[:_SAMPLE] if (text := row.at(position)))
    if not sign:
        return counts[True] / max(1, len(rows[:_SAMPLE]))
    return counts[True] / max(1, counts.total())
