"""The result of a solve: what is held, what is not and why, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.findings import Finding


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


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """A meeting that is not held, with its reason and a sentence for a person.

    `people` are the participants whom the sentence names by their ids.
    """

    meeting: str
    reason: Reason
    detail: str
    people: tuple[str, ...] = ()


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
