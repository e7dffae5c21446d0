"""Rows that hang on an organisation or a person, in words: what moves when two become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import ngettext

Count = Callable[[int], str]

SAID: dict[str, Count] = {
    "participant.organisation_id": lambda n: ngettext("One representative", "%(num)d representatives", n),
    "participant.brought_by_id": lambda n: ngettext(
        "One participant whom it brought as a co-organiser",
        "%(num)d participants whom it brought as a co-organiser",
        n,
    ),
    "place.organisation_id": lambda n: ngettext("One stand or place", "%(num)d stands and places", n),
    "event_role.organisation_id": lambda n: ngettext(
        "One co-organiser, who acts for both from then on and changes the people whom either brought",
        "%(num)d co-organisers, who act for both from then on and change the people whom either brought",
        n,
    ),
    "picture.organisation_id": lambda n: ngettext("Its logo", "Its logos", n),
}
"""By `table.column`. A test holds that every column that points to either is worded."""


def references_said(counts: Mapping[str, int]) -> list[str]:
    """What moves, in words, in the order of the words above; what people have no word for is counted as other."""
    return [SAID[name](counts[name]) for name in SAID if counts.get(name)]
