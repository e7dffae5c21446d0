"""Looking for words in the keys that are stored for it (see `domain.text_key`), alike on every database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import FunctionElement

from scheduler.domain.text_key import search_key, search_words


class holds(FunctionElement[bool]):
    """Whether the first text holds the second as it is: no wildcards, no case of the database's own."""

    type = Boolean()
    inherit_cache = True
    name = "holds"


@compiles(holds, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(holds, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


def each_word(text: str, *keys: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    """Every word of the text stands in one of the key columns; no condition when there is no word."""
    return [or_(*(holds(key, word) for key in keys)) for word in search_words(text)]


def all_words(text: str, *keys: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """As `each_word`, as one condition."""
    return and_(True, *each_word(text, *keys))


def found_in(text: str, name: str) -> bool:
    """The same question of a text that is no column."""
    return all(word in search_key(name) for word in search_words(text))
