"""The result of a solve: what is held, what is not and why, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.findings import Finding

NAMED_OF_A_SIDE = 3
"""Participants of one side that are named, where it has more."""


class Status(StrEnum):
    """What is known of a schedule."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a meeting is not in the schedule; each is true of that schedule."""

    NO_COMMON_SLOT = "no-common-slot"
    PLACE_FULL = "place-full"
    LIMIT_REACHED = "limit-reached"
    WALKING = "walking"
    OUTRANKED = "outranked"
    RULE = "rule"
    TIME_LIMIT = "time-limit"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A held meeting: ids of the meeting, its slot, its place and everybody who attends."""

    meeting: str
    slot: str
    place: str
    attendees: tuple[str, ...]


class Obstacle(StrEnum):
    """What stands behind a reason, each with what it lists, in this order; "they" are the people of `sides`."""

    NEVER_AVAILABLE = "never-available"
    """They are never available at the same time; a single side: never at all."""
    NEVER_IN_ITS_SLOTS = "never-in-its-slots"
    """The same, in the slots allowed for the meeting."""
    WAY_TO_COMMITMENTS = "way-to-commitments"
    """In every slot that they share the way from or to their commitments takes too long."""
    PLACES_CLOSED = "places-closed"
    """No allowed place is open when they could meet."""
    WAITS_FOR_ITSELF = "waits-for-itself"
    """It comes after itself. Lists: the meetings of the circle, each of which comes after the next."""
    EARLIER_NOT_HELD = "earlier-not-held"
    """A meeting that comes before it is not held. Lists: meeting."""
    EARLIER_ENDS_LATE = "earlier-ends-late"
    """The same ends too late for it."""
    AT_LIMIT = "at-limit"
    """They have reached the limit of meetings: all of a single side, or in every slot one of several."""
    IN_ANOTHER_MEETING = "in-another-meeting"
    """The same: they are in another meeting."""
    WAY_TO_MEETINGS = "way-to-meetings"
    """The same: the way from or to another meeting takes too long."""
    PLACES_FULL = "places-full"
    """Every allowed place is full when they could meet. Lists: slots."""
    NO_GAIN = "no-gain"
    """They could meet, but it would not raise the score. Lists: slot, place."""
    BREAKS_UNEVEN = "breaks-uneven"
    """Wherever they could meet, breaks would be shared too unevenly."""
    TIME_UP = "time-up"
    """They could still meet. Lists: slot, place."""
    NOT_TRIED = "not-tried"
    """The time was up before it was placed or its reason worked out."""
    NO_SCHEDULE = "no-schedule"
    """There is no schedule at all. `finding` says why."""


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """A meeting that is not held, with its reason and the facts behind it. Words: `solver.sentences`.

    `sides` are groups of participants, of each of whom one would have to attend.
    """

    meeting: str
    reason: Reason
    obstacle: Obstacle
    sides: tuple[tuple[str, ...], ...] = ()
    meetings: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    finding: Finding | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """The participants whom its sentence names: the first of each side."""
        return tuple(name for side in self.sides for name in side[:NAMED_OF_A_SIDE])


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of a schedule. Minutes are minutes; the Jain index is None when nothing is held."""

    held: int
    wanted: int
    value: int
    breaks: int
    walking_minutes: int
    guarantee_shortfall: int
    moved: int
    dropped: int
    break_spread: int
    participants_without_meeting: int
    jain_index: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of the search: seconds since the call, best score, proven bound (or None), who found it."""

    seconds: float
    score: int | None
    bound: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule with its proof.

    `bound` is a proven upper bound on the score of any schedule. `score` and `measures` are None when there
    is no schedule (infeasible, unknown). `findings` say what makes the problem infeasible.
    """

    problem: str
    status: Status
    score: int | None
    bound: float | None
    seconds: float
    seed: int
    workers: int
    meetings: tuple[Assignment, ...] = ()
    unscheduled: tuple[Unscheduled, ...] = ()
    measures: Measures | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a schedule file says of itself, as read: nothing in it has been checked against a problem."""

    status: Status
    score: float | None
    bound: float | None
    meetings: tuple[Assignment, ...]
    unscheduled: tuple[str, ...]
