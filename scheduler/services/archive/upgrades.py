"""Archives of earlier revisions of the schema, made to fit this one.

A table that an earlier revision did not have is empty, a column that it did not have gets its default: most migrations
need nothing here. One that renames, drops or turns something has a step, which does with entries what it did with rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scheduler.migrations import revision_of, revisions

Entry = dict[str, Any]


def _as_it_is(_table: str, entry: Entry) -> Entry:
    return entry


@dataclass(frozen=True, slots=True)
class Step:
    """From the revision before to one. `tables`: new names by the old ones.

    `change` makes an entry of a table, called as before, what it is now, or None for one that is gone.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    change: Callable[[str, Entry], Entry | None] = _as_it_is


def _rules_of_types(table: str, entry: Entry) -> Entry:
    """Types have an order; what was a cap of a type's requests is one of its rules."""
    if table == "participant_type":
        return {**entry, "position": entry["id"] - 1 if isinstance(entry.get("id"), int) else 0}
    if table == "type_cap":
        cap = entry.get("cap")
        rest = {name: value for name, value in entry.items() if name != "cap"}
        return {**rest, "request_cap": min(cap, 1000) if isinstance(cap, int) else cap}
    return entry


STEPS: Mapping[str, Step] = {
    revision_of("rules_of_cells_and_types"): Step({"type_cap": "round_type_rule"}, _rules_of_types),
}
"""By the revision that they lead to."""


def steps_since(schema: str, steps: Mapping[str, Step] = STEPS) -> Sequence[Step]:
    """What has to be done with an archive of a revision, in turn."""
    return [steps[each] for each in revisions() if each > schema and each in steps]


def former_name(table: str, steps: Sequence[Step]) -> str:
    """What a table was called before the steps."""
    for step in reversed(steps):
        table = next((old for old, new in step.tables.items() if new == table), table)
    return table


def upgraded(table: str, entry: Entry, steps: Sequence[Step]) -> Entry | None:
    """An entry after the steps; `table` is called as before them. None: it is gone."""
    found: Entry | None = entry
    for step in steps:
        if found is None:
            return None
        found = step.change(table, found)
        table = step.tables.get(table, table)
    return found
