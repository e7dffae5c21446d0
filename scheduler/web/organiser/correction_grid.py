"""The rows of a list that can't be used, as a grid to correct them in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.imports.columns import Columns
from scheduler.imports.sheets import column_name
from scheduler.services.people_import.check import CheckedList
from scheduler.services.people_import.reading import ListReading
from scheduler.services.people_import.remarks import Remark

ROWS_SHOWN = 50
_NAMED = ("full", "name", "first", "last", "email", "organisation", "type")
_FIELD = re.compile(r"cell-(\d{1,7})-(\d{1,3})")


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell to correct: its field, what stands there, and whether it is one that a remark is about."""

    name: str
    text: str
    heading: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of the file with what is wrong with it."""

    number: int
    cells: tuple[GridCell, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class CorrectionGrid:
    """The first rows with a problem; `more` are not shown."""

    headings: tuple[str, ...]
    rows: tuple[GridRow, ...]
    more: int


def correction_grid(reading: ListReading, checked: CheckedList) -> CorrectionGrid:
    """The cells that make a person, of each row that can't be used, and those that its remarks are about."""
    columns = reading.columns
    by_row: dict[int, list[Remark]] = {}
    for problem in checked.problems:
        by_row.setdefault(problem.number, []).append(problem)
    positions = _positions(columns, [one for remarks in by_row.values() for one in remarks])
    shown = [row for row in columns.rows if row.number in by_row][:ROWS_SHOWN]
    rows = []
    for row in shown:
        wrong = {one.cell for one in by_row[row.number]}
        rows.append(
            GridRow(
                row.number,
                tuple(
                    GridCell(
                        f"cell-{row.number}-{n}",
                        row.at(n),
                        columns.heading(n) or column_name(n),
                        f"{column_name(n)}{row.number}" in wrong,
                    )
                    for n in positions
                ),
                tuple(by_row[row.number]),
            )
        )
    headings = tuple(columns.heading(n) or column_name(n) for n in positions)
    return CorrectionGrid(headings, tuple(rows), max(0, len(by_row) - len(rows)))


def position_of(field: str) -> tuple[int, int] | None:
    """The row and position of a field of the grid; None for any other field."""
    found = _FIELD.fullmatch(field)
    return (int(found[1]), int(found[2])) if found else None


def _positions(columns: Columns, remarks: Sequence[Remark]) -> list[int]:
    named = [n for column in _NAMED for n in columns.of.get(column, ())[:2]]
    letters = {one.cell.rstrip("0123456789") for one in remarks}
    known = [n for positions in columns.of.values() for n in positions]
    return sorted({*named, *(n for n in known if column_name(n) in letters)})
