"""The independent judge: every hard rule and the score, worked out from problem and assignments alone.

It shares no code with the model, the rules or the methods, so that a mistake there can't hide here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from solver.problem import Meeting, Participant, Problem
from solver.schedule import Assignment, Claim, Measures, Status
from solver.violations import Rule, Violation

LISTED = 20
"""How many violations are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge found: violations (the first `LISTED` of `count`), the true score and its measures.

    `involved` are the held meetings that some broken rule is about: without them every rule that forbids something
    would hold.
    """

    violations: tuple[Violation, ...]
    count: int
    score: int
    measures: Measures
    involved: frozenset[str] = frozenset()

    @property
    def clean(self) -> bool:
        """Whether every rule holds."""
        return self.count == 0


@dataclass(slots=True)
class _Engagement:
    """A held meeting or a commitment of one participant (UTC minutes)."""

    start: int
    end: int
    pavilion: str | None
    meeting: str | None


class _Findings:
    def __init__(self) -> None:
        self.listed: list[Violation] = []
        self.count = 0
        self.involved: set[str] = set()

    def add(
        self,
        rule: Rule,
        *meetings: str,
        people: tuple[str, ...] = (),
        slots: tuple[str, ...] = (),
        places: tuple[str, ...] = (),
        numbers: tuple[float, ...] = (),
        besides: Iterable[str] = (),
    ) -> None:
        """Note a broken rule; `besides` are meetings that it is about and that its record does not name."""
        self.count += 1
        self.involved.update(meetings, besides)
        if self.count <= LISTED:
            self.listed.append(Violation(rule, meetings, people, slots, places, numbers))


def check(problem: Problem, assignments: Iterable[Assignment], *, complete: bool = True) -> Verdict:
    """Judge the assignments of a schedule.

    With `complete` False the rules about what must be held (required meetings, the spread of breaks) are left
    out, as for a schedule that does not claim to be one.
    """
    findings = _Findings()
    held = _held(problem, assignments, findings)
    engagements: dict[str, list[_Engagement]] = {
        person.id: [_Engagement(c.start, c.end, c.pavilion, None) for c in person.commitments]
        for person in problem.participants
    }
    value = _judge_meetings(problem, held, engagements, findings)
    moved, dropped = _judge_promises(problem, held, findings, complete)
    _judge_places(problem, held, findings)
    breaks, minutes, shortfall, loads = _judge_people(problem, engagements, findings)
    spread = max(breaks, default=0) - min(breaks, default=0)
    limit = problem.rules.max_break_spread
    if complete and limit is not None and spread > limit:
        findings.add(Rule.BREAK_SPREAD, numbers=(spread, limit))
    weights = problem.weights
    score = (
        weights.value * value
        - weights.breaks * sum(breaks)
        - weights.walking * minutes
        - weights.guarantee * shortfall
        - weights.moved * moved
        - weights.dropped * dropped
    )
    squares = sum(load * load for load in loads)
    measures = Measures(
        held=len(held),
        wanted=len(problem.meetings),
        value=value,
        breaks=sum(breaks),
        walking_minutes=minutes,
        guarantee_shortfall=shortfall,
        moved=moved,
        dropped=dropped,
        break_spread=spread,
        participants_without_meeting=loads.count(0),
        jain_index=round(sum(loads) ** 2 / (len(loads) * squares), 4) if squares else None,
    )
    involved = frozenset(findings.involved & held.keys())
    return Verdict(tuple(findings.listed), findings.count, score, measures, involved)


def check_claim(problem: Problem, claim: Claim) -> Verdict:
    """Judge a schedule file: its meetings, and whether its status, score and bound can be true."""
    complete = claim.status in (Status.OPTIMAL, Status.FEASIBLE)
    verdict = check(problem, claim.meetings, complete=complete)
    extra: list[Violation] = []
    if not complete:
        if claim.meetings:
            proven = claim.status is Status.INFEASIBLE
            extra.append(Violation(Rule.HELD_THOUGH_INFEASIBLE if proven else Rule.HELD_THOUGH_UNKNOWN))
        return replace(verdict, violations=tuple(extra), count=len(extra))
    left = Counter(claim.unscheduled)
    here = {row.meeting for row in claim.meetings}
    if (
        any(times > 1 for times in left.values())
        or here & left.keys()
        or here | left.keys() != problem.meeting_index.keys()
    ):
        extra.append(Violation(Rule.EACH_ONCE))
    if claim.score != verdict.score:
        extra.append(Violation(Rule.SCORE, numbers=(claim.score, verdict.score)))
    if claim.bound is not None and claim.bound < verdict.score - 1e-6:
        extra.append(Violation(Rule.BOUND, numbers=(claim.bound, verdict.score)))
    if claim.status is Status.OPTIMAL and (claim.bound is None or abs(claim.bound - verdict.score) > 1e-6):
        extra.append(Violation(Rule.OPTIMAL, numbers=(claim.bound, verdict.score)))
    return replace(
        verdict,
        violations=(verdict.violations + tuple(extra))[:LISTED],
        count=verdict.count + len(extra),
    )


def _held(problem: Problem, assignments: Iterable[Assignment], findings: _Findings) -> dict[str, Assignment]:
    held: dict[str, Assignment] = {}
    for row in assignments:
        if row.meeting not in problem.meeting_index:
            findings.add(Rule.MEETING_UNKNOWN, row.meeting)
        elif row.meeting in held:
            findings.add(Rule.HELD_TWICE, row.meeting)
        else:
            held[row.meeting] = row
    return held


def _judge_meetings(
    problem: Problem,
    held: dict[str, Assignment],
    engagements: dict[str, list[_Engagement]],
    findings: _Findings,
) -> int:
    available = {
        person.id: None if person.slots is None else frozenset(person.slots)
        for person in problem.participants
    }
    value = 0
    for name, row in held.items():
        if row.slot not in problem.slot_index or row.place not in problem.place_index:
            findings.add(Rule.SLOT_OR_PLACE_UNKNOWN, name, slots=(row.slot,), places=(row.place,))
            continue
        meeting = problem.meeting(name)
        slot = problem.slot(row.slot)
        place = problem.place(row.place)
        if meeting.slots is not None and row.slot not in meeting.slots:
            findings.add(Rule.SLOT_ALLOWED, name, slots=(row.slot,))
        if meeting.places is not None and row.place not in meeting.places:
            findings.add(Rule.PLACE_ALLOWED, name, places=(row.place,))
        if place.slots is not None and row.slot not in place.slots:
            findings.add(Rule.PLACE_OPEN, name, places=(row.place,), slots=(row.slot,))
        value += meeting.value + _judge_attendees(meeting, row, findings)
        for person in row.attendees:
            if person not in available:
                findings.add(Rule.PERSON_UNKNOWN, name, people=(person,))
                continue
            slots = available[person]
            if slots is not None and row.slot not in slots:
                findings.add(Rule.PERSON_AVAILABLE, name, people=(person,), slots=(row.slot,))
            engagements[person].append(_Engagement(slot.start, slot.end, place.pavilion, name))
        for earlier in meeting.after:
            before = held.get(earlier)
            if before is None or before.slot not in problem.slot_index:
                findings.add(Rule.EARLIER_HELD, name, earlier)
            elif problem.slot(before.slot).end > slot.start:
                findings.add(Rule.ORDER, name, earlier)
    return value


def _judge_attendees(meeting: Meeting, row: Assignment, findings: _Findings) -> int:
    """The value of the optional participants who attend."""
    rest = set(row.attendees)
    if len(rest) != len(row.attendees):
        findings.add(Rule.ATTENDS_ONCE, meeting.id)
    for number, side in enumerate(meeting.sides, 1):
        here = rest.intersection(side)
        if len(here) != 1:
            findings.add(Rule.ONE_OF_EACH_SIDE, meeting.id, numbers=(len(here), number))
        rest -= here
    value = 0
    for extra in meeting.optional:
        if extra.participant in rest:
            value += extra.value
            rest.discard(extra.participant)
    if rest:
        findings.add(Rule.BELONGS, meeting.id, people=(min(rest),))
    return value


def _judge_promises(
    problem: Problem, held: dict[str, Assignment], findings: _Findings, complete: bool
) -> tuple[int, int]:
    """Required, published, locked meetings. Returns how many published ones moved and were dropped."""
    moved = dropped = 0
    for meeting in problem.meetings:
        if not meeting.required and meeting.published is None:
            continue
        row = held.get(meeting.id)
        if complete and meeting.required and row is None:
            findings.add(Rule.REQUIRED, meeting.id)
        published = meeting.published
        if published is None:
            continue
        same = row is not None and row.slot == published.slot and row.place == published.place
        if row is None:
            dropped += 1
        elif not same:
            moved += 1
        if meeting.locked:
            if same and row is not None and published.attendees is not None:
                same = set(row.attendees) == set(published.attendees)
            if not same:
                findings.add(Rule.LOCKED, meeting.id)
    return moved, dropped


def _judge_places(problem: Problem, held: dict[str, Assignment], findings: _Findings) -> None:
    use: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in held.values():
        if row.slot in problem.slot_index and row.place in problem.place_index:
            slot = problem.slot(row.slot)
            use[row.place].append((slot.start, 1, row.meeting))
            use[row.place].append((slot.end, -1, row.meeting))
    for name, steps in use.items():
        capacity = problem.place(name).capacity
        here: set[str] = set()
        said = False
        # at one minute, those who leave do so before those who come
        for minute, step, meeting in sorted(steps):
            if step < 0:
                here.discard(meeting)
                continue
            here.add(meeting)
            if len(here) > capacity:
                findings.involved |= here
                if not said:
                    findings.add(Rule.CAPACITY, places=(name,), numbers=(capacity, minute))
                said = True


def _judge_people(
    problem: Problem, engagements: dict[str, list[_Engagement]], findings: _Findings
) -> tuple[list[int], int, int, list[int]]:
    """Breaks per participant, walking minutes, missing guaranteed meetings, meetings per participant."""
    farthest = max((row.minutes for row in problem.walking), default=0)
    ordered = sorted((slot.start, slot.end) for slot in problem.slots)
    starts = [start for start, _ in ordered]
    breaks: list[int] = []
    loads: list[int] = []
    minutes = shortfall = 0
    for person in problem.participants:
        mine = sorted(engagements[person.id], key=lambda engagement: (engagement.start, engagement.end))
        _judge_clashes(problem, person, mine, farthest, findings)
        days = [problem.day_of(engagement.start) for engagement in mine]
        located = [(e.pavilion, day) for e, day in zip(mine, days, strict=True) if e.pavilion is not None]
        for (origin, day), (target, next_day) in pairwise(located):
            if day == next_day:
                minutes += problem.walk(origin, target)
        meetings = [(e, day) for e, day in zip(mine, days, strict=True) if e.meeting is not None]
        own = 0
        for (first, day), (second, next_day) in pairwise(meetings):
            if day == next_day and _idle(person, first.end, second.start, ordered, starts):
                own += 1
        breaks.append(own)
        loads.append(len(meetings))
        shortfall += max(0, person.guarantee - len(meetings))
        _judge_limits(person, [(day, e.meeting or "") for e, day in meetings], findings)
    return breaks, minutes, shortfall, loads


def _judge_clashes(
    problem: Problem, person: Participant, mine: Sequence[_Engagement], farthest: int, findings: _Findings
) -> None:
    for position, first in enumerate(mine):
        for second in mine[position + 1 :]:
            gap = second.start - first.end
            if gap >= farthest and gap >= 0:
                break
            if first.meeting is None and second.meeting is None:
                continue
            both = (first.meeting or "", second.meeting or "")
            way = problem.walk(first.pavilion, second.pavilion)
            if gap < 0:
                findings.add(Rule.OVERLAP, *both, people=(person.id,))
            elif gap < way:
                findings.add(Rule.TIME_TO_WALK, *both, people=(person.id,), numbers=(gap, way))


def _judge_limits(person: Participant, meetings: Sequence[tuple[int, str]], findings: _Findings) -> None:
    """`meetings` of a participant, each by its day and its id."""
    limit = person.max_meetings
    if limit is not None and len(meetings) > limit:
        all_ = [meeting for _, meeting in meetings]
        findings.add(Rule.MOST_MEETINGS, people=(person.id,), numbers=(len(meetings), limit), besides=all_)
    limit = person.max_meetings_per_day
    if limit is not None:
        counts = Counter(day for day, _ in meetings)
        fullest = max(counts.values(), default=0)
        if fullest > limit:
            crowded = [meeting for day, meeting in meetings if counts[day] > limit]
            findings.add(Rule.MOST_A_DAY, people=(person.id,), numbers=(fullest, limit), besides=crowded)


def _idle(
    person: Participant, begin: int, end: int, ordered: Sequence[tuple[int, int]], starts: Sequence[int]
) -> bool:
    """Whether a slot fits between two minutes without touching a commitment of the participant."""
    for start, stop in ordered[bisect_left(starts, begin) :]:
        if start >= end:
            return False
        if stop <= end and not any(c.start < stop and start < c.end for c in person.commitments):
            return True
    return False
