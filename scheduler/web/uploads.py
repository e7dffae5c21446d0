"""Files that people send: read apart, before the database is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import request

from scheduler.extensions import db

Read = TypeVar("Read")


def uploaded(field: str, most: int) -> bytes | None:
    """The file of a form's field, one byte more than `most` at most; None when nobody chose one."""
    file = request.files.get(field)
    if file is None or not file.filename:
        return None
    return file.stream.read(most + 1)


def apart(read: Callable[[], Read]) -> Read:
    """What `read` returns. Until then the request lets go of the database, so that nobody waits for it.

    Rows that were loaded before are loaded again when they are next used.
    """
    db.session.rollback()
    return read()
