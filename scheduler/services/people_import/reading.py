"""A list as somebody says it is to be read: its columns, corrected cells, and options. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scheduler.domain.text_key import name_key
from scheduler.imports.columns import (
    Columns,
    add_by_content,
    best_first,
    chosen_columns,
    find_columns,
)
from scheduler.imports.countries import country_code
from scheduler.imports.people import OWN, PeopleTable, lacking_columns, people_below
from scheduler.imports.presets import preset_columns, preset_of
from scheduler.imports.sheets import Sheet, SheetRow
from scheduler.services.people_import.judge import JudgedRow, ListOptions, judge_people
from scheduler.services.people_import.progress import Tell, silent
from scheduler.services.people_import.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class ListChoices:
    """What somebody said of a list.

    `columns`: by position what it holds. `cells`: by row and position what should stand there. `twins`: by row who it
    is. `headings`: the row that names the columns, 0 when it is found. `type`: of everybody whose row names none.
    """

    columns: Mapping[int, str] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    twins: Mapping[int, str] = field(default_factory=dict)
    headings: int = 0
    type: str = ""
    unvalidated: bool = False
    update: bool = False
    shown: bool = False
    approved: bool = False
    """Whether the new ones need no approval when they come in."""

    def as_data(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "columns": {str(position): column for position, column in self.columns.items()},
            "cells": [[row, position, text] for (row, position), text in self.cells.items()],
            "twins": {str(row): who for row, who in self.twins.items()},
            "headings": self.headings,
            "type": self.type,
            "unvalidated": self.unvalidated,
            "update": self.update,
            "shown": self.shown,
            "approved": self.approved,
        }


def choices_of(data: Mapping[str, Any]) -> ListChoices:
    """What was kept."""
    return ListChoices(
        {int(position): column for position, column in data.get("columns", {}).items()},
        {(row, position): text for row, position, text in data.get("cells", [])},
        {int(row): who for row, who in data.get("twins", {}).items()},
        data.get("headings", 0),
        data.get("type", ""),
        data.get("unvalidated", False),
        data.get("update", False),
        data.get("shown", False),
        data.get("approved", False),
    )


@dataclass(frozen=True, slots=True)
class ListReading:
    """A list as it was read.

    `system`: whose export it is, if that is known. `people` is None while the list lacks a column.
    """

    sheet: Sheet
    columns: Columns
    system: str
    lacking: tuple[str, ...]
    people: PeopleTable | None
    judged: tuple[JudgedRow, ...]


def read_list(sheet: Sheet, choices: ListChoices, known: Vocabulary, tell: Tell = silent) -> ListReading:
    """Read a list and judge its rows. Raises Invalid when nothing stands below its headings."""
    sheet = replace(sheet, rows=tuple(_corrected(row, choices) for row in sheet.rows))
    columns = find_columns(sheet, choices.headings)
    system = preset_of(columns.headings.cells)
    if system is not None:
        columns = chosen_columns(columns, preset_columns(system, columns.headings.cells))
    columns = _with_questions(columns, known)
    columns = add_by_content(columns, "type", lambda text: known.type_of(text) is not None)
    columns = add_by_content(columns, "country", lambda text: country_code(text) is not None)
    columns = best_first(columns, "type", lambda text: known.type_of(text) is not None)
    chosen = {n: column for n, column in choices.columns.items() if _is_there(column, known)}
    columns = chosen_columns(columns, chosen)
    lacking = lacking_columns(columns, type_given=bool(choices.type))
    people = people_below(columns) if not lacking else None
    options = ListOptions(choices.type, choices.unvalidated)
    judged = judge_people(known, people.rows, options, tell) if people is not None else ()
    return ListReading(sheet, columns, system.name if system is not None else "", lacking, people, judged)


def _with_questions(columns: Columns, known: Vocabulary) -> Columns:
    """Headings that are questions of the event's own, word for word, are that before they are anything else."""
    asked = {name_key(question.label): column for column, question in known.questions.items()}
    found = {
        n: asked[name_key(heading)]
        for n, heading in enumerate(columns.headings.cells)
        if name_key(heading) in asked
    }
    return chosen_columns(columns, found)


def _is_there(column: str, known: Vocabulary) -> bool:
    return not column.startswith(OWN) or column in known.questions


def holds_list(sheet: Sheet) -> bool:
    """Whether the headings of a table are those of a list of people, or of an export that is known."""
    columns = find_columns(sheet)
    return not lacking_columns(columns, type_given=True) or preset_of(columns.headings.cells) is not None


def _corrected(row: SheetRow, choices: ListChoices) -> SheetRow:
    said = {position: text for (number, position), text in choices.cells.items() if number == row.number}
    if not said:
        return row
    width = max(len(row.cells), max(said) + 1)
    return SheetRow(row.number, tuple(said.get(n, row.at(n)) for n in range(width)))
