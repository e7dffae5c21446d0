"""How complete a profile is: what matters for good partners, each part with its weight."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The parts of a profile, in the order in which they help most."""

    SEEKS_TOPICS = "seeks-topics"
    OFFERS_TOPICS = "offers-topics"
    SEEKS_TEXT = "seeks-text"
    OFFERS_TEXT = "offers-text"
    LANGUAGES = "languages"
    COUNTRY = "country"
    JOB_TITLE = "job-title"
    GOALS = "goals"
    ORGANISATION = "organisation"
    PICTURE = "picture"


# Topics decide most of a match, free text refines it, the rest helps the reader: chosen, not measured.
WEIGHTS: dict[Part, int] = {
    Part.SEEKS_TOPICS: 20,
    Part.OFFERS_TOPICS: 20,
    Part.SEEKS_TEXT: 12,
    Part.OFFERS_TEXT: 12,
    Part.LANGUAGES: 8,
    Part.COUNTRY: 6,
    Part.JOB_TITLE: 6,
    Part.GOALS: 6,
    Part.ORGANISATION: 5,
    Part.PICTURE: 5,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """`percent` from 0 to 100; `missing` in the order in which filling helps most; `unanswered` are required questions
    of the event's own."""

    percent: int
    missing: tuple[Part, ...]
    unanswered: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.missing and not self.unanswered


def progress(present: Collection[Part], required: Mapping[str, bool] | None = None) -> Progress:
    """The progress of a profile that has some parts; `required`: whether each required question is answered.

    Required questions weigh a quarter of it together, where there are any.
    """
    have = set(present)
    percent = sum(weight for part, weight in WEIGHTS.items() if part in have)
    if required:
        percent = int(0.75 * percent + 25 * sum(required.values()) / len(required))
    return Progress(
        percent,
        tuple(part for part in Part if part not in have),
        tuple(label for label, answered in (required or {}).items() if not answered),
    )
