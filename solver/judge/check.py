"""The independent judge: every hard rule and the score, worked out from problem and assignments alone.

It shares no code with the model, the rules or the ways of solving, so that a mistake there can't hide here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from solver.problem import Meeting, Participant, Problem
from solver.schedule import Assignment, Claim, Measures, Status

LISTED = 20
"""How many violations are put into words; all are counted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge found: sentences (the first `LISTED` of `count`), the true score and its measures."""

    violations: tuple[str, ...]
    count: int
    score: int
    measures: Measures

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

    def words(self) -> str:
        return "a commitment" if self.meeting is None else f"meeting {self.meeting!r}"


class _Findings:
    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.count = 0

    def add(self, sentence: str) -> None:
        self.count += 1
        if self.count <= LISTED:
            self.sentences.append(sentence)


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
        findings.add(f"the breaks of participants differ by {spread}, the limit is {limit}")
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
    return Verdict(tuple(findings.sentences), findings.count, score, measures)


def check_claim(problem: Problem, claim: Claim) -> Verdict:
    """Judge a schedule file: its meetings, and whether its status, score and bound can be true."""
    complete = claim.status in (Status.OPTIMAL, Status.FEASIBLE)
    verdict = check(problem, claim.meetings, complete=complete)
    extra: list[str] = []
    if not complete:
        if claim.meetings:
            extra.append(f"the status is {claim.status}, but meetings are held")
        return replace(verdict, violations=tuple(extra), count=len(extra))
    left = Counter(claim.unscheduled)
    here = {row.meeting for row in claim.meetings}
    if (
        any(times > 1 for times in left.values())
        or here & left.keys()
        or here | left.keys() != problem.meeting_index.keys()
    ):
        extra.append("held and unscheduled meetings together are not the problem's meetings, each once")
    if claim.score != verdict.score:
        extra.append(f"the claimed score is {claim.score}, the true one {verdict.score}")
    if claim.bound is not None and claim.bound < verdict.score - 1e-6:
        extra.append(f"the bound {claim.bound} is below the score {verdict.score}")
    if claim.status is Status.OPTIMAL and (claim.bound is None or abs(claim.bound - verdict.score) > 1e-6):
        extra.append(f"called optimal, but the bound is {claim.bound} and the score {verdict.score}")
    return replace(
        verdict,
        violations=(verdict.violations + tuple(extra))[:LISTED],
        count=verdict.count + len(extra),
    )


def _held(problem: Problem, assignments: Iterable[Assignment], findings: _Findings) -> dict[str, Assignment]:
    held: dict[str, Assignment] = {}
    for row in assignments:
        if row.meeting not in problem.meeting_index:
            findings.add(f"meeting {row.meeting!r} is not in the problem")
        elif row.meeting in held:
            findings.add(f"meeting {row.meeting!r} is held twice")
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
            findings.add(f"meeting {name!r} names slot {row.slot!r} and place {row.place!r}, not both known")
            continue
        meeting = problem.meeting(name)
        slot = problem.slot(row.slot)
        place = problem.place(row.place)
        if meeting.slots is not None and row.slot not in meeting.slots:
            findings.add(f"meeting {name!r}: slot {row.slot!r} is not allowed for it")
        if meeting.places is not None and row.place not in meeting.places:
            findings.add(f"meeting {name!r}: place {row.place!r} is not allowed for it")
        if place.slots is not None and row.slot not in place.slots:
            findings.add(f"meeting {name!r}: place {row.place!r} is closed in slot {row.slot!r}")
        value += meeting.value + _judge_attendees(meeting, row, findings)
        for person in row.attendees:
            if person not in available:
                findings.add(f"meeting {name!r}: participant {person!r} is not in the problem")
                continue
            slots = available[person]
            if slots is not None and row.slot not in slots:
                findings.add(f"meeting {name!r}: {person!r} is not available in slot {row.slot!r}")
            engagements[person].append(_Engagement(slot.start, slot.end, place.pavilion, name))
        for earlier in meeting.after:
            before = held.get(earlier)
            if before is None or before.slot not in problem.slot_index:
                findings.add(f"meeting {name!r}: meeting {earlier!r}, which comes before it, is not held")
            elif problem.slot(before.slot).end > slot.start:
                findings.add(f"meeting {name!r} starts before meeting {earlier!r} ends")
    return value


def _judge_attendees(meeting: Meeting, row: Assignment, findings: _Findings) -> int:
    """The value of the optional participants who attend."""
    rest = set(row.attendees)
    if len(rest) != len(row.attendees):
        findings.add(f"meeting {meeting.id!r}: somebody attends twice")
    for number, side in enumerate(meeting.sides, 1):
        here = rest.intersection(side)
        if len(here) != 1:
            findings.add(f"meeting {meeting.id!r}: {len(here)} participants of side {number} attend, not 1")
        rest -= here
    value = 0
    for extra in meeting.optional:
        if extra.participant in rest:
            value += extra.value
            rest.discard(extra.participant)
    if rest:
        findings.add(f"meeting {meeting.id!r}: {min(rest)!r} attends, but does not belong to it")
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
            findings.add(f"meeting {meeting.id!r} is required, but not held")
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
                findings.add(f"meeting {meeting.id!r} is locked, but not held as published")
    return moved, dropped


def _judge_places(problem: Problem, held: dict[str, Assignment], findings: _Findings) -> None:
    use: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in held.values():
        if row.slot in problem.slot_index and row.place in problem.place_index:
            slot = problem.slot(row.slot)
            use[row.place].append((slot.start, 1))
            use[row.place].append((slot.end, -1))
    for name, steps in use.items():
        capacity = problem.place(name).capacity
        now = 0
        # at one minute, those who leave do so before those who come
        for minute, step in sorted(steps):
            now += step
            if now > capacity:
                findings.add(f"place {name!r}: more than {capacity} meetings at minute {minute}")
                break


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
        _judge_limits(person, [day for _, day in meetings], findings)
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
            if gap < 0:
                findings.add(f"participant {person.id!r}: {first.words()} and {second.words()} overlap")
            elif gap < problem.walk(first.pavilion, second.pavilion):
                findings.add(
                    f"participant {person.id!r}: {gap} minutes between {first.words()} and {second.words()}, "
                    f"but the way takes {problem.walk(first.pavilion, second.pavilion)}"
                )


def _judge_limits(person: Participant, days: Sequence[int], findings: _Findings) -> None:
    if person.max_meetings is not None and len(days) > person.max_meetings:
        findings.add(f"participant {person.id!r}: {len(days)} meetings, the limit is {person.max_meetings}")
    if person.max_meetings_per_day is not None:
        fullest = max(Counter(days).values(), default=0)
        if fullest > person.max_meetings_per_day:
            findings.add(
                f"participant {person.id!r}: {fullest} meetings on a day, "
                f"the limit is {person.max_meetings_per_day}"
            )


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
