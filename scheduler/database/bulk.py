"""Work on hundreds of thousands of rows at once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, Connection, Dialect, Table
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from scheduler.models.keys import refuse_lone_change


@contextmanager
def without_collector() -> Iterator[None]:
    """Python's collector of cycles rests meanwhile.

    It looks through everything that is alive each time some more rows were made, and rows have no cycles: half
    of the time of a large publication went there. What is no longer used is freed all the same.
    """
    rests = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if rests:
            gc.enable()


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns, with one preparation for all of them.

    SQLAlchemy looks at each value of each row anew; here each column's conversion is found once, and an instant or
    a word that comes a thousand times is converted once.
    """
    if not rows:
        return
    dialect = connection.dialect
    given = list(rows[0])
    # Defaults of Python's side; those of the database need no value.
    made = [column for column in table.columns if column.key not in given and column.default is not None]
    names = given + [column.key for column in made]
    convert = [_converter(table.columns[name], dialect) for name in names]
    fresh = [_default(column) for column in made]
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join([mark] * len(names))})'  # noqa: S608
    connection.exec_driver_sql(
        statement,
        [
            tuple(
                value if change is None or value is None else change(value)
                for change, value in zip(
                    convert, (*(row[name] for name in given), *(make(row) for make in fresh)), strict=True
                )
            )
            for row in rows
        ],
    )


def update_many(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Update rows by their `id`; each row names the columns that change in it."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(name for name in row if name != "id"), []).append(row)
    dialect = connection.dialect
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    for names, same in groups.items():
        refuse_lone_change(table, names)
        convert = [_converter(table.columns[name], dialect) for name in names]
        changes = ", ".join(f'"{name}" = {mark}' for name in names)
        statement = f'UPDATE "{table.name}" SET {changes} WHERE id = {mark}'  # noqa: S608
        connection.exec_driver_sql(
            statement,
            [
                (
                    *(
                        row[name] if change is None or row[name] is None else change(row[name])
                        for name, change in zip(names, convert, strict=True)
                    ),
                    row["id"],
                )
                for row in same
            ],
        )


def _converter(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """From a value to what the driver takes; None when it takes the value itself."""
    found = column.type.dialect_impl(dialect).bind_processor(dialect)
    if found is None or isinstance(column.type, JSON):
        return found
    return cache(found)


@dataclass(frozen=True, slots=True)
class _RowSoFar:
    """What a default is told of the row that it completes."""

    values: Mapping[str, Any]

    def get_current_parameters(self) -> Mapping[str, Any]:
        return self.values


def _default(column: Column[Any]) -> Callable[[Mapping[str, Any]], Any]:
    default = column.default
    if isinstance(default, CallableColumnDefault):
        make: Any = default.arg
        return lambda row: make(_RowSoFar(row))
    if isinstance(default, ScalarElementColumnDefault):
        value = default.arg
        return lambda _row: value
    raise TypeError(f"{column} has a default that only the database can make.")
