"""The database's history: each change of the tables is a step that `expo db upgrade` takes (see `schema.py`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def revisions() -> tuple[str, ...]:
    """The revisions of the schema that this code knows, oldest first: the numbers with which their files begin."""
    return tuple(sorted(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")))
