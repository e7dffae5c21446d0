"""Columns that hold the key of a text beside it (see `domain.text_key`), kept whoever writes.

Inserts of every kind make the key by the column's default; a changed attribute changes it at once; a statement that
would change the text alone is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import String, Table, event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, mapped_column
from sqlalchemy.sql.dml import Update

Make = Callable[[str], str]


def key_of(make: Make, *sources: str, deferred: bool = False) -> Any:
    """A column with `make` of the row's `sources`, one a line; `deferred` leaves it out of loaded rows."""

    def default(context: Any) -> str:
        row = context.get_current_parameters()
        # The first is never left out; the others have defaults.
        return _made(make, [row[sources[0]], *(row.get(name) for name in sources[1:])])

    return mapped_column(
        String, default=default, server_default="", deferred=deferred, info={"key_of": (make, sources)}
    )


def _made(make: Make, texts: Iterable[str | None]) -> str:
    return make("\n".join(text for text in texts if text))


def keys_of(table: Table) -> dict[str, tuple[Make, tuple[str, ...]]]:
    """The key columns of a table: how each is made, and of what."""
    return {column.key: column.info["key_of"] for column in table.columns if "key_of" in column.info}


def refuse_lone_change(table: Table, names: Iterable[str]) -> None:
    """Raises TypeError when columns are to change without the keys that are made of them."""
    changed = set(names)
    for key, (_make, sources) in keys_of(table).items():
        if key not in changed and changed.intersection(sources):
            raise TypeError(f"{table.name}.{key} is made of {sources}: change them through the object.")


@event.listens_for(Mapper, "after_mapper_constructed")
def _follow(mapper: Mapper[Any], model: type[Any]) -> None:
    if not isinstance(mapper.local_table, Table):
        return
    for key, (make, sources) in keys_of(mapper.local_table).items():
        for source in sources:
            _listen(model, key, make, sources, source)


def _listen(model: type[Any], key: str, make: Make, sources: tuple[str, ...], source: str) -> None:
    @event.listens_for(getattr(model, source), "set", propagate=True)
    def changed(row: Any, value: Any, _old: Any, _initiator: Any) -> None:
        texts = [value if name == source else getattr(row, name) for name in sources]
        setattr(row, key, _made(make, texts))


@event.listens_for(Session, "do_orm_execute")
def _guard(state: ORMExecuteState) -> None:
    statement = state.statement
    if not isinstance(statement, Update) or not isinstance(statement.table, Table):
        return
    given = state.parameters or {}
    rows = [given] if isinstance(given, Mapping) else given
    refuse_lone_change(statement.table, _set_by(statement).union(*rows))


def _set_by(statement: Update) -> set[str]:
    return {str(getattr(column, "key", column)) for column in statement._values or {}}
