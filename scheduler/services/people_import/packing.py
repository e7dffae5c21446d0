"""Tables and notes of what was done, as few bytes in a row of the database."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict

from scheduler.imports.sheets import Sheet, SheetRow
from scheduler.services.people_import.store import ListMade


def pack_sheet(sheet: Sheet) -> bytes:
    """A table as bytes that `unpack_sheet` reads."""
    rows = [[row.number, *row.cells] for row in sheet.rows]
    return _packed([rows, sheet.guessed, sheet.separator, sheet.name, list(sheet.others)])


def unpack_sheet(content: bytes) -> Sheet:
    """The table that was packed."""
    rows, guessed, separator, name, others = json.loads(zlib.decompress(content))
    return Sheet(
        tuple(SheetRow(number, tuple(cells)) for number, *cells in rows),
        guessed,
        separator,
        name,
        tuple(others),
    )


def pack_made(made: ListMade) -> bytes:
    """What storing a list made, as bytes that `unpack_made` reads."""
    return _packed(asdict(made))


def unpack_made(content: bytes) -> ListMade:
    """The note that was packed."""
    found = json.loads(zlib.decompress(content))
    return ListMade(
        people=found["people"],
        organisations=found["organisations"],
        delegations=found["delegations"],
        changed={
            int(person): {name: (before, after) for name, (before, after) in fields.items()}
            for person, fields in found["changed"].items()
        },
        filled={int(home): fields for home, fields in found["filled"].items()},
        topics=[(person, topic, direction) for person, topic, direction in found["topics"]],
        joined=found["joined"],
        stands=[(place, home) for place, home in found["stands"]],
    )


def _packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 6)
