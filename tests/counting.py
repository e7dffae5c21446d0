"""Counts the statements that a piece of work sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

_LEFT_OUT = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK", "INSERT INTO user_session")


@contextmanager
def counted() -> Iterator[list[str]]:
    """A list that grows by every statement; savepoints, and the tests' own signing in, left out."""
    found: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(_LEFT_OUT):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
