"""Headings as people write them: which of a table's rows holds them, and where the columns are then."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import resources

from scheduler.imports.sheet_child import heading_key
from scheduler.imports.sheets import Sheet, SheetRow

SEARCHED = 30
"""Titles, notes and blank lines may stand above the headings; nobody writes more of them."""


def heading_words(name: str) -> dict[str, str]:
    """What each heading of a file in `scheduler/data` means, by its key as `heading_key` makes it."""
    text = resources.files("scheduler.data").joinpath(name).read_text(encoding="utf-8")
    headings: dict[str, list[str]] = json.loads(text)
    # Of a word that stands under two meanings, the first counts.
    return {heading_key(word): kind for kind, words in reversed(headings.items()) for word in words}


def heading_row(sheet: Sheet, fitness: Callable[[SheetRow], tuple[int, ...]]) -> int:
    """The index of the row that looks most like headings; the first of those that look alike."""
    # `max` keeps the first of equals.
    return max(range(min(SEARCHED, len(sheet.rows))), key=lambda index: fitness(sheet.rows[index]))


def known_columns(sheet: Sheet, words: Mapping[str, str]) -> tuple[dict[str, int], tuple[SheetRow, ...]]:
    """By meaning, the position of the first column with such a heading; and the rows below the headings."""

    def meanings(row: SheetRow) -> list[str | None]:
        return [words.get(heading_key(text)) for text in row.cells]

    first = heading_row(sheet, lambda row: (len({*meanings(row)} - {None}),))
    of: dict[str, int] = {}
    for position, meaning in enumerate(meanings(sheet.rows[first])):
        if meaning is not None:
            of.setdefault(meaning, position)
    return of, sheet.rows[first + 1 :]
