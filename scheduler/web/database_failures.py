"""What is said when the database refuses: whose fault it is, in one sentence, and a status."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)
from sqlalchemy.orm.exc import StaleDataError

_RACES = {"40001", "40P01", "55P03"}
"""PostgreSQL's codes: could not serialize, deadlock, lock not available."""


def sentence_of(error: SQLAlchemyError) -> tuple[str, int]:
    """The sentence and the status for an error of the database. Nothing was changed in any case."""
    if isinstance(error, IntegrityError | StaleDataError) or code_of(error) in _RACES:
        return (
            _(
                "Somebody else changed this at the same moment, so nothing was saved."
                " Look at what holds now, and send it again if it is still needed."
            ),
            409,
        )
    if isinstance(error, DataError):
        # A zero byte for PostgreSQL, a number of thirty digits for either: no page sends such a thing.
        return _("This holds a character or a number that can't be stored. Nothing was changed."), 400
    if isinstance(error, OperationalError | InterfaceError | TimeoutError):
        return _("The database is busy. Nothing was changed; try again in a moment."), 503
    return _("Something went wrong on our side. It has been noted, and nothing was changed."), 500


def code_of(error: SQLAlchemyError) -> str:
    """The database's own code of an error; empty where it has none."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return str(getattr(original, "sqlstate", None) or "")


def described(error: SQLAlchemyError) -> str:
    """An error for the log: its kinds, code and constraint, and none of the values that it is about."""
    original = error.orig if isinstance(error, DBAPIError) else None
    constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
    parts = [type(error).__name__, type(original).__name__ if original else "", code_of(error), constraint]
    if original is not None and not code_of(error):
        # SQLite names tables and columns, and quotes no values.
        parts.append(str(original).splitlines()[0][:200])
    return " ".join(str(part) for part in parts if part)
