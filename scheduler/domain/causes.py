"""Why a wished meeting was not placed, as facts: what closes which time to whom.

A cause holds ids and times, never a sentence. `scheduler/web/labels/causes.py` words it: for the organiser with
names, for a participant in their own words and without the private facts of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class WhyNot(StrEnum):
    """The one reason that a wish is filed under. The first seven are the solver's own."""

    NO_COMMON_SLOT = "no-common-slot"
    PLACE_FULL = "place-full"
    LIMIT_REACHED = "limit-reached"
    WALKING = "walking"
    OUTRANKED = "outranked"
    RULE = "rule"
    TIME_LIMIT = "time-limit"
    BOOKED_ELSEWHERE = "booked-elsewhere"
    """They would have a slot in common, were it not for what another round has published."""
    PLACE_TAKEN = "place-taken"
    """When they can meet, another round's meetings have the tables."""
    PLACE_CLOSED = "place-closed"
    """When they can meet, no place that they may use is open."""


ROUND = "round"
"""The `key` of a limit that the organiser has set for the round."""


class CauseKind(StrEnum):
    OTHER_ROUND = "other-round"
    """`person` is at a published meeting of another round; `key` is the meeting."""
    SESSION = "session"
    """`person` attends a session of the programme; `key` is the session."""
    VISIT = "visit"
    """`person` is at a joint item of their delegation; `key` is the session."""
    BUSY = "busy"
    """`person` has said that they can't meet in `slots` of the round's `number` slots."""
    MEETING = "meeting"
    """`person` is at another meeting of this plan; `key` is the other meeting's wish."""
    LIMIT = "limit"
    """`person` has `number` meetings, which is their limit for the event; with `key` `ROUND`, that of the round."""
    DAY_LIMIT = "day-limit"
    """`person` has `number` meetings a day, which is their limit for a day; with `key` `ROUND`, that of the round."""
    HALF_DAY_LIMIT = "half-day-limit"
    """`person` has `number` meetings in half a day, which is the most that the round allows."""
    PAUSE = "pause"
    """`person` pauses then, after `number` meetings in a row."""
    WALK = "walk"
    """`person` could not walk from or to what `key` names (a session, or another round's meeting) in time."""
    BEGUN = "begun"
    """`slots` slots of the round have begun already: nothing is planned into them any more."""
    PLACE_TAKEN = "place-taken"
    """A table is taken by another round's meeting; `key` is the meeting, `place` where it is held."""
    PLACE_CLOSED = "place-closed"
    """The place `place` is not open in `slots` of the slots in which they could meet."""
    PLACE_FULL = "place-full"
    """Every table is taken in the `slots` slots in which they could meet."""
    LENGTH = "length"
    """By the matching matrix such meetings last `number` minutes; `slots` slots ahead are as long."""
    HELD_AT = "held-at"
    """By the matching matrix such meetings are held there; `key` is a `HeldAt`."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One fact. `person`, `key` and `place` are public ids, or a wish; `start` and `end` UTC minutes.

    `slots` counts the slots of the round that it closes to `person`.
    """

    kind: CauseKind
    person: str = ""
    key: str = ""
    place: str = ""
    start: int = 0
    end: int = 0
    slots: int = 0
    number: int = 0

    def stored(self) -> dict[str, Any]:
        """For a JSON column; what says nothing is left out."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Cause:
        """The way back from `stored`; unknown entries are passed over."""
        known = {each.name for each in fields(cls)} - {"kind"}
        return cls(
            CauseKind(stored["kind"]), **{name: value for name, value in stored.items() if name in known}
        )


def read_causes(stored: Iterable[Mapping[str, Any]]) -> tuple[Cause, ...]:
    """The causes of a JSON column; a kind that this version does not know is left out."""
    kinds = set(CauseKind)
    return tuple(Cause.read(each) for each in stored if each.get("kind") in kinds)
