"""The database's history: each change of the tables is a step that `expo db upgrade` takes (see `schema.py`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def revisions() -> tuple[str, ...]:
    """The revisions of the schema that this code knows, oldest first: the numbers with which their files begin."""
    return tuple(stem[:4] for stem in _stems())


def revision_of(name: str) -> str:
    """The revision that a migration leads to, by what its file is called behind the number. Raises LookupError."""
    for stem in _stems():
        if stem[5:] == name:
            return stem[:4]
    raise LookupError(f"There is no migration {name!r}.")


@cache
def _stems() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")))
