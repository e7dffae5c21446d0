"""What the judge finds wrong with a schedule, as records: the rule that is broken, and the ids and numbers it is
about. Words are found in `solver.sentences`, or by an application in its own language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The hard rules, each with what its violation lists, in this order. "The meeting" is the first of `meetings`."""

    MEETING_UNKNOWN = "meeting-unknown"
    """The meeting is not in the problem."""
    HELD_TWICE = "held-twice"
    """The meeting is held twice."""
    SLOT_OR_PLACE_UNKNOWN = "slot-or-place-unknown"
    """The meeting names a slot and a place of which one is not in the problem. Lists: slot, place."""
    SLOT_ALLOWED = "slot-allowed"
    """The slot is not allowed for the meeting. Lists: slot."""
    PLACE_ALLOWED = "place-allowed"
    """The place is not allowed for the meeting. Lists: place."""
    PLACE_OPEN = "place-open"
    """The place is closed. Lists: place, slot."""
    PERSON_UNKNOWN = "person-unknown"
    """Somebody attends who is not in the problem. Lists: person."""
    PERSON_AVAILABLE = "person-available"
    """An attendee is not available. Lists: person, slot."""
    EARLIER_HELD = "earlier-held"
    """The second meeting, which comes before the first, is not held."""
    ORDER = "order"
    """The meeting starts before the second one, which comes before it, ends."""
    ATTENDS_ONCE = "attends-once"
    """Somebody attends the meeting twice."""
    ONE_OF_EACH_SIDE = "one-of-each-side"
    """Not one participant of a side attends. Numbers: how many do, which side, from 1."""
    BELONGS = "belongs"
    """Somebody attends who does not belong to the meeting. Lists: person."""
    REQUIRED = "required"
    """The meeting is required, but not held."""
    LOCKED = "locked"
    """The meeting is locked, but not held as published."""
    CAPACITY = "capacity"
    """A place holds more meetings at once than it can. Lists: place. Numbers: capacity, a minute at which it does."""
    OVERLAP = "overlap"
    """Two engagements of a person overlap: two meetings, "" for a commitment. Lists: person."""
    TIME_TO_WALK = "time-to-walk"
    """The same, with too little time between them. Numbers: minutes between them, minutes on foot."""
    MOST_MEETINGS = "most-meetings"
    """Somebody has more meetings than their limit. Lists: person. Numbers: how many, the limit."""
    MOST_A_DAY = "most-a-day"
    """The same, on a day."""
    BREAK_SPREAD = "break-spread"
    """The breaks of participants differ too much. Numbers: by how much, the limit."""
    HELD_THOUGH_INFEASIBLE = "held-though-infeasible"
    """The claim is that there is no schedule, but meetings are held."""
    HELD_THOUGH_UNKNOWN = "held-though-unknown"
    """The claim is that no schedule was found, but meetings are held."""
    EACH_ONCE = "each-once"
    """Held and unscheduled meetings together are not the problem's, each once."""
    SCORE = "score"
    """The claimed score is not the true one. Numbers: claimed (none: none), true."""
    BOUND = "bound"
    """The claimed bound lies below the score. Numbers: bound, score."""
    OPTIMAL = "optimal"
    """The claim is that no schedule is better, but the bound is not the score. Numbers: bound (none: none), score."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that is broken. What it does not speak of is empty; `Rule` says what stands where.

    `many`, where it is not 0, counts violations of the rule that are not named one by one.
    """

    rule: Rule
    meetings: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[float | None, ...] = ()
    many: int = 0
