"""Archives of earlier revisions of the schema, made to fit this one.

A table that an earlier revision did not have is empty, a column that it did not have gets its default: most migrations
need nothing here. One that renames, drops or turns values does: its function takes each entry of a file as its
migration took each row, and gives the entry as it would be now, or None for one that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scheduler.migrations import revisions

Entry = dict[str, Any]
Upgrade = Callable[[str, Entry], Entry | None]
"""Of a table's name and an entry."""

UPGRADES: Mapping[str, Upgrade] = {}
"""By the revision that they lead to."""


def upgrades_since(schema: str, upgrades: Mapping[str, Upgrade] = UPGRADES) -> tuple[Upgrade, ...]:
    """What has to be done with the entries of an archive of a revision, in turn."""
    return tuple(upgrades[each] for each in revisions() if each > schema and each in upgrades)
