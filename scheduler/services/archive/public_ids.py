"""New public ids for an event that is brought in beside itself: each old one is replaced wherever it stands.

Elsewhere an event keeps its public ids, so that calendars and links know it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Table
from sqlalchemy.sql.schema import CallableColumnDefault

from scheduler.models import new_public_id
from scheduler.models.base import ALPHABET
from scheduler.services.archive.contents import archived_tables
from scheduler.services.archive.reading import OpenArchive

_ID = re.compile(rf"(?<![A-Za-z0-9_-])[{ALPHABET}]{{20}}(?![A-Za-z0-9_-])")


@dataclass(slots=True)
class Renamed:
    """The new ids by the old ones."""

    new: dict[str, str] = field(default_factory=dict)

    def line(self, text: str) -> str:
        """A line with new ids, in columns, in what JSON columns hold and in texts alike."""
        return _ID.sub(lambda found: self.new.get(found[0], found[0]), text)


def renamed(opened: OpenArchive) -> Renamed:
    """New ids for all that the archive's entries have as their own."""
    found = Renamed()
    for each in archived_tables():
        names = _names(each.table)
        if not names or not opened.archive.rows(each.name):
            continue
        own = re.compile(rf'"(?:{"|".join(names)})"\s*:\s*"([{ALPHABET}]{{20}})"')
        for line in opened.lines(opened.archive.file(each.name)):
            for old in own.findall(line):
                if old not in found.new:
                    found.new[old] = new_public_id()
    return found


def _names(table: Table) -> list[str]:
    """The columns of a table that hold ids of ours: `public_id`, and the UIDs of calendars."""
    return [column.name for column in table.columns if column.name == "uid" or _makes_id(column.default)]


def _makes_id(default: object) -> bool:
    made: Callable[..., object] | None = default.arg if isinstance(default, CallableColumnDefault) else None
    return made is not None and getattr(made, "__wrapped__", made).__name__ == new_public_id.__name__
