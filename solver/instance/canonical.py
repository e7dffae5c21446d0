"""One form of a problem for all methods: what says the same in several ways says it in one.

A schedule of the canonical problem is one of the problem itself, with the same score, and the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from solver.findings import Bearing, Fact, Finding, some
from solver.problem import Participant, Problem
from solver.schedule import Obstacle, Reason, Schedule, Status, Unscheduled


@dataclass(frozen=True, slots=True)
class Canonical:
    """The problem in its one form. `circles`: by meeting that waits for itself, the circle from it on, by id."""

    problem: Problem
    circles: Mapping[str, tuple[str, ...]]

    def told(self, schedule: Schedule) -> Schedule:
        """The schedule with the true reason for meetings that wait for themselves."""
        if not self.circles:
            return schedule
        if schedule.status is Status.INFEASIBLE:
            findings = tuple(self._finding(finding) for finding in schedule.findings)
            left = tuple(
                row if row.finding is None else replace(row, finding=self._finding(row.finding))
                for row in schedule.unscheduled
            )
            return replace(schedule, findings=findings, unscheduled=left)
        return replace(schedule, unscheduled=tuple(self._reason(row) for row in schedule.unscheduled))

    def _finding(self, finding: Finding) -> Finding:
        circle = self.circles.get(finding.meetings[0]) if finding.meetings else None
        if circle is None:
            return finding
        return Finding(Bearing.INFEASIBLE, Fact.CIRCLE, some(circle))

    def _reason(self, row: Unscheduled) -> Unscheduled:
        circle = self.circles.get(row.meeting)
        if circle is None:
            return row
        return Unscheduled(row.meeting, Reason.RULE, Obstacle.WAITS_FOR_ITSELF, meetings=some(circle))


def canonical(problem: Problem) -> Canonical:
    """The canonical form of a problem.

    - Commitments are in order of time; of two at the same time, the one that is written first comes first.
    - A place holds at most as many meetings as there are.
    - A limit on uneven breaks that no schedule can pass is none: nobody has more breaks than there are slots.
    - A meeting that waits for itself, through others or not, is allowed in no slot, and waits for nothing.
    """
    circles = _circles(problem)
    meetings = tuple(
        replace(meeting, slots=(), after=()) if meeting.id in circles else meeting
        for meeting in problem.meetings
    )
    most = max(1, len(problem.meetings))
    places = tuple(
        replace(place, capacity=most) if place.capacity > most else place for place in problem.places
    )
    people = tuple(map(_in_order, problem.participants))
    spread = problem.rules.max_break_spread
    loose = spread is not None and spread >= len(problem.slots)
    rules = replace(problem.rules, max_break_spread=None) if loose else problem.rules
    same = not circles and not loose and places == problem.places
    if same and all(a is b for a, b in zip(people, problem.participants, strict=True)):
        return Canonical(problem, circles)
    changed = replace(problem, meetings=meetings, places=places, participants=people, rules=rules)
    return Canonical(changed, circles)


def _in_order(person: Participant) -> Participant:
    ordered = tuple(sorted(person.commitments, key=lambda c: (c.start, c.end)))
    return person if ordered == person.commitments else replace(person, commitments=ordered)


def _circles(problem: Problem) -> dict[str, tuple[str, ...]]:
    """By meeting on a circle of `after`, the circle from it on.

    A meeting that only waits for one of them is on none: like all that wait for what can't be held.
    """
    waits = {meeting.id: set(meeting.after) for meeting in problem.meetings if meeting.after}
    awaited: dict[str, set[str]] = {}
    for name, earlier in waits.items():
        for other in earlier:
            awaited.setdefault(other, set()).add(name)
    # What waits for nothing that is left, and what nothing that is left waits for, goes, until nothing more does.
    _peel(waits, awaited)
    _peel(awaited, waits)
    return {name: circle for name in waits if (circle := _circle_from(name, waits)) is not None}


def _peel(after: dict[str, set[str]], before: dict[str, set[str]]) -> None:
    """Take out all that has nothing in `after`, with the marks of it; both are changed."""
    todo = [name for name in {*after, *before} if not after.get(name)]
    while todo:
        name = todo.pop()
        after.pop(name, None)
        for other in before.pop(name, ()):
            if other in after:
                after[other].discard(name)
                if not after[other]:
                    todo.append(other)


def _circle_from(name: str, waits: Mapping[str, set[str]]) -> tuple[str, ...] | None:
    """The shortest circle through a meeting; None when it lies between two circles and on none."""
    came: dict[str, str] = {}
    todo = [name]
    for current in todo:
        for earlier in sorted(waits.get(current, ())):
            if earlier == name:
                circle = [current]
                while circle[-1] != name:
                    circle.append(came[circle[-1]])
                return tuple(reversed(circle))
            if earlier not in came:
                came[earlier] = current
                todo.append(earlier)
    return None
