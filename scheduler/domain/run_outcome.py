"""Why a run ended as it did, as facts: stored with the run, worded where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class RunEnd(StrEnum):
    """The ends of a run that have to be said. Values are named in brackets."""

    TEXT = "text"
    """Of a run that ended before facts were stored: its sentence. [text]"""
    STOPPED_EARLY = "stopped-early"
    """The best schedule so far was kept."""
    STOPPED_WAITING = "stopped-waiting"
    """Stopped before it began."""
    STOPPED_EMPTY = "stopped-empty"
    """Stopped before a schedule was found."""
    STOPPED_DEAF = "stopped-deaf"
    """Stopped, and the solver did not answer: nothing was kept."""
    INFEASIBLE = "infeasible"
    """It is proven that no schedule can keep every rule; findings say why."""
    NOT_FOUND = "not-found"
    """No schedule was found in the time given."""
    NO_BLOCK = "no-block"
    NO_TIME_LEFT = "no-time-left"
    NO_PEOPLE = "no-people"
    NO_WISHES = "no-wishes"
    UNKNOWN_WALKS = "unknown-walks"
    """Nobody knows how long a walk takes, and more of them. [origin, target: pavilions' names; more]"""
    BASE_GONE = "base-gone"
    """The plan that it was to begin from has been deleted."""
    ROUND_GONE = "round-gone"
    UNKNOWN_WEIGHT = "unknown-weight"
    """A weight that the score does not have. [name]"""
    BROKEN = "broken"
    """A schedule breaks rules; findings are the first of them. [count]"""
    CHANGED = "changed"
    """What the schedule needs was taken away during the run."""
    OUR_FAULT = "our-fault"
    OUT_OF_MEMORY = "out-of-memory"
    ENDED = "ended"
    """The solver ended unexpectedly."""
    OVERRAN = "overran"
    """The solver did not end in its time and was stopped by force."""
    WORKER_GONE = "worker-gone"
    """The worker stopped under it."""


@dataclass(frozen=True, slots=True)
class RunFinding:
    """A finding of the solver, or a rule that a schedule breaks: `fact` is its name there, ids are those of the problem
    (public ids, wish keys)."""

    fact: str
    meetings: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """An end with its values and the solver's findings."""

    end: RunEnd
    values: Mapping[str, str | int] = field(default_factory=dict)
    findings: tuple[RunFinding, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As JSON takes it."""
        found = [
            {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(each).items()}
            for each in self.findings
        ]
        return {"end": self.end.value, "values": dict(self.values), "findings": found}


def read_outcome(stored: Mapping[str, Any] | None) -> RunOutcome | None:
    """A stored outcome; None for a run that has nothing to say."""
    if not stored:
        return None
    findings = tuple(
        RunFinding(
            fact=each["fact"],
            **{key: tuple(each.get(key, ())) for key in ("meetings", "people", "slots", "places", "numbers")},
        )
        for each in stored.get("findings", ())
    )
    return RunOutcome(RunEnd(stored["end"]), stored.get("values", {}), findings)
