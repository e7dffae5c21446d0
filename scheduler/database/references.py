"""Everything that points to a row, found in the tables themselves: who merges two rows can forget no table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    select,
    update,
)

from scheduler.models import Base


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that points to a table, and the unique keys of its own table that it is part of.

    Each key is told by the columns that it has beside this one; no column: one row at most may point there.
    """

    column: Column[Any]
    keys: tuple[tuple[Column[Any], ...], ...]

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    @property
    def table(self) -> Table:
        found = self.column.table
        assert isinstance(found, Table)
        return found


def references_to(target: Table) -> tuple[Reference, ...]:
    """All columns of all tables that point to the `id` of `target`, by name."""
    found = [
        Reference(column, _keys(table, column))
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column is target.c.id for key in column.foreign_keys)
    ]
    return tuple(sorted(found, key=lambda reference: reference.name))


def _keys(table: Table, column: Column[Any]) -> tuple[tuple[Column[Any], ...], ...]:
    sets: list[Iterable[Column[Any]]] = [table.primary_key.columns]
    sets += [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    # A partial index holds for some rows only; no reference is part of one.
    sets += [one.columns for one in table.indexes if one.unique]
    return tuple(
        tuple(other for other in columns if other is not column)
        for columns in map(tuple, sets)
        if column in columns
    )


def count_references(connection: Connection, target: Table, key: int) -> dict[str, int]:
    """How many rows point to a row, by `table.column`; those with none are left out. One statement."""
    references = references_to(target)
    counts = connection.execute(
        select(
            *(
                select(func.count()).select_from(one.table).where(one.column == key).scalar_subquery()
                for one in references
            )
        )
    ).one()
    return {one.name: count for one, count in zip(references, counts, strict=True) if count}


def point_to(connection: Connection, reference: Reference, gone: int, kept: int) -> None:
    """Let every row that points to `gone` point to `kept`. A row whose like is there already goes."""
    column = reference.column
    for others in reference.keys:
        connection.execute(delete(reference.table).where(column == gone, _taken(reference, others, kept)))
    connection.execute(update(reference.table).where(column == gone).values({column.name: kept}))


def _taken(reference: Reference, others: Sequence[Column[Any]], kept: int) -> ColumnElement[bool]:
    """Whether a row that points to `kept` has the same rest of a unique key."""
    twin = reference.table.alias()
    same = and_(twin.c[reference.column.name] == kept, *(twin.c[one.name] == one for one in others))
    return exists(select(1).select_from(twin).where(same))
