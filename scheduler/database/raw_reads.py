"""Reading a few rows past the ORM, for the one page that programs ask for day and night.

A session and a compiled select cost several times what SQLite needs to find a row by its key; a feed that did
not change has nothing else to do. Statements are text with named parameters, values come back as the driver
gives them: `instant` and `values` make of them what the models would.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

Row = tuple[Any, ...]


def quick_rows(engine: Engine, statement: str, **parameters: object) -> list[Row]:
    """The rows of a read-only statement whose parameters are written `:name`, in a transaction of its own.

    Raises the errors of SQLAlchemy: a database that is busy, or was never set up, is the same trouble here as
    anywhere else.
    """
    if engine.dialect.paramstyle == "pyformat":
        for name in parameters:
            statement = statement.replace(f":{name}", f"%({name})s")
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(statement, parameters)
        rows = [tuple(row) for row in cursor.fetchall()]
        cursor.close()
        return rows
    except engine.dialect.loaded_dbapi.Error as error:
        raise OperationalError(statement, parameters, error) from error
    finally:
        # Back into the pool, which ends the transaction that PostgreSQL's driver has begun.
        connection.close()


def instant(value: Any) -> datetime | None:
    """An instant as stored (see `UtcInstant`): text without zone on SQLite, aware on PostgreSQL."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return None if value is None else value.astimezone(UTC)


def values(value: Any) -> Any:
    """A JSON value as stored: text on SQLite, already read on PostgreSQL."""
    return json.loads(value) if isinstance(value, str) else value
