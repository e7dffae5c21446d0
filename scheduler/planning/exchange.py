"""Problems and schedules as files: solved elsewhere, judged here before they become a draft."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.models import Event, Plan
from scheduler.planning.draft import store_draft
from scheduler.planning.facts import broken_rules
from scheduler.planning.problem import round_problem
from scheduler.planning.refusal import BreaksRules
from scheduler.planning.result import next_name
from scheduler.planning.solving import figures_of
from solver import Claim, Schedule, ScheduleError, Status, check, explain, read_claim, write_problem

MOST_BYTES = 200_000_000
"""Reading a file takes several times its size in memory; no event comes near."""


@dataclass(frozen=True, slots=True)
class ProblemSize:
    """How large an exported problem is."""

    participants: int
    meetings: int


def write_round(session: Session, round_id: int, path: Path) -> ProblemSize:
    """Write the very problem that a run of the round would solve. Raises CannotPlan."""
    problem = round_problem(session, round_id).half_days.problem
    write_problem(path, problem)
    return ProblemSize(len(problem.participants), len(problem.meetings))


def read_schedule(path: Path) -> Claim:
    """What a schedule file says; read before the database is taken. Raises Invalid when it can't be read."""
    if not path.is_file():
        raise Invalid(f"{path.name} is no file. Store the schedule in one first.")
    if path.stat().st_size > MOST_BYTES:
        raise Invalid(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB: no schedule of an event is.")
    try:
        return read_claim(path)
    except ScheduleError as error:
        raise Invalid(f"{path.name} can't be used: {error}.") from None


def store_claim(session: Session, round_id: int, claim: Claim) -> Plan:
    """A draft plan from what a schedule file says. Raises BreaksRules when it breaks one by now."""
    ours = round_problem(session, round_id)
    asked = ours.half_days.problem
    verdict = check(asked, claim.meetings)
    if not verdict.clean:
        raise BreaksRules(broken_rules(verdict))
    schedule = Schedule(
        problem=asked.name,
        status=Status.FEASIBLE,
        score=verdict.score,
        bound=None,
        seconds=0.0,
        seed=0,
        workers=1,
        meetings=claim.meetings,
        unscheduled=explain(asked, claim.meetings, proven=False),
        measures=verdict.measures,
    )
    event = session.get_one(Event, ours.event_id)
    return store_draft(
        session,
        ours,
        ours.half_days.without_shadows(schedule),
        name=next_name(session, ours.event_id),
        now=event.now(),
        figures=figures_of(ours),
    )
