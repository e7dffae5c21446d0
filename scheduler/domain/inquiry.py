"""What an organiser asks of a plan, and what comes back: the changes that it would take, as facts.

Ids are those of rows, so that an answer can be carried out; names and times are looked up where it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from scheduler.domain.run_outcome import RunOutcome, read_outcome


class InquiryEnd(StrEnum):
    """Why an inquiry has no offer."""

    IMPOSSIBLE = "impossible"
    """It is proven that no change helps."""
    NOT_FOUND = "not-found"
    """None was found in the time."""
    NOBODY_WANTS = "nobody-wants"
    """The wish is none any more: withdrawn, called off, or somebody has left."""
    HELD = "held"
    """The meeting is held by now."""
    CANNOT_PLAN = "cannot-plan"
    """The round can't be planned as it is; `outcome` says why."""
    NOTHING_BROKEN = "nothing-broken"
    """Everything can stay as it is."""
    OUR_FAULT = "our-fault"
    """Nobody has answered: the worker's log says why."""


@dataclass(frozen=True, slots=True)
class Where:
    """A slot and a place, by their rows."""

    slot_id: int
    place_id: int


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One meeting that would change. `before` None: it is not held now; `after` None: it would not be held."""

    wish: str
    kind: str
    value: int
    first_id: int
    second_id: int
    attendees: tuple[tuple[int, int], ...]
    """Who attends, by row, and on which side (-1: optional)."""
    before: Where | None
    after: Where | None


@dataclass(frozen=True, slots=True)
class Offer:
    """Changes that together answer the question. `least`: the proven number that every answer disturbs."""

    steps: tuple[PlanStep, ...]
    least: int
    proven: bool
    """Whether no other answer disturbs as few and scores better."""
    gain: int
    """Points by which the plan's score rises, or falls."""

    @property
    def disturbed(self) -> int:
        """How many meetings that people have are moved or fall away."""
        return sum(step.before is not None for step in self.steps)

    @property
    def dropped(self) -> int:
        """How many of them fall away."""
        return sum(step.after is None for step in self.steps)

    @property
    def people(self) -> frozenset[int]:
        """Everybody whose agenda it changes."""
        return frozenset(person for step in self.steps for person, _side in step.attendees)


@dataclass(frozen=True, slots=True)
class InquiryAnswer:
    """The offers, the one with the fewest changes first; without any, why there is none."""

    offers: tuple[Offer, ...] = ()
    end: InquiryEnd | None = None
    outcome: RunOutcome | None = None

    def stored(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "offers": [asdict(offer) for offer in self.offers],
            "end": self.end.value if self.end is not None else None,
            "outcome": self.outcome.stored() if self.outcome is not None else None,
        }


def read_answer(stored: Mapping[str, Any]) -> InquiryAnswer:
    """An answer as it was stored; one without offers or end is not there yet."""
    return InquiryAnswer(
        tuple(
            Offer(
                tuple(_step(step) for step in offer["steps"]), offer["least"], offer["proven"], offer["gain"]
            )
            for offer in stored.get("offers", ())
        ),
        InquiryEnd(stored["end"]) if stored.get("end") else None,
        read_outcome(stored.get("outcome")),
    )


def _step(stored: Mapping[str, Any]) -> PlanStep:
    values = dict(stored)
    for key in ("before", "after"):
        values[key] = Where(**values[key]) if values[key] is not None else None
    values["attendees"] = tuple((person, side) for person, side in values["attendees"])
    return PlanStep(**values)


@dataclass(frozen=True, slots=True)
class Happening:
    """What has happened, from when until when: somebody is away, or a place has fewer tables."""

    starts_at: datetime
    ends_at: datetime
    person_id: int | None = None
    place_id: int | None = None
    tables: int = 0
    """How many tables of the place are lost."""

    def stored(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            **asdict(self),
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }


def read_happening(stored: Mapping[str, Any]) -> Happening:
    """A happening as it was stored."""
    times = {key: datetime.fromisoformat(stored[key]) for key in ("starts_at", "ends_at")}
    return Happening(**{**stored, **times})
