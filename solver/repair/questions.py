"""What does it take to hold one more meeting, and how is a schedule mended? Answered with the fewest changes.

Why few meetings need to be looked at: taking a meeting out of a schedule breaks no rule. So in an answer with the
fewest disturbed meetings each of them stands in the way of what is asked; were one not, it could be put back, and
whatever has taken its time or table since be taken out instead, which disturbs one meeting less. It is enough to let
those move that may stand in the way, which a small exact problem decides (`neighbourhood.py`). Where meetings must be
held or come after others, or the spread of breaks is limited, taking one out may break a rule: nothing is claimed to
be proven then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from solver.judge.check import Verdict, check
from solver.portfolio.solve import solve
from solver.problem import Meeting, Problem
from solver.repair.change import Repair, changes_between
from solver.repair.neighbourhood import Held, Neighbourhood, neighbourhood
from solver.schedule import Assignment, Schedule, Status
from solver.settings import Settings


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a schedule, as a small problem for `solve`, and the way from its schedule to the answer."""

    whole: Problem
    held: Held
    gone: Held
    """Meetings that are held where the problem has no slot or place any more."""
    loose: frozenset[str]
    """Meetings that may be held otherwise than now."""
    small: Neighbourhood
    judged: Verdict
    exact: bool
    """Whether the best answer of the small problem is the best of all."""

    def solved(self, settings: Settings | None = None) -> Repair:
        """The answer within the settings' time limit."""
        return self.answer(solve(self.small.problem, settings, start=self.small.start))

    def answer(self, found: Schedule) -> Repair:
        """What a schedule of the small problem means for the whole."""
        before = _score(self.whole, self.judged)
        if found.score is None:
            proven = found.status is Status.INFEASIBLE and self.exact
            return Repair(
                Status.INFEASIBLE if proven else Status.UNKNOWN,
                score_before=before,
                seconds=found.seconds,
                findings=tuple(map(self.small.about_the_whole, found.findings)),
            )
        after = {name: row for name, row in self.held.items() if name not in self.loose}
        after |= self.small.told(found.meetings, self.loose)
        in_order = {name: after[name] for name in self.whole.meeting_index if name in after}
        verdict = check(self.whole, in_order.values(), complete=False)
        if verdict.involved - self.judged.involved:
            # Beside a meeting that stays against a rule a way may be too short: that is no answer.
            return Repair(Status.UNKNOWN, score_before=before, seconds=found.seconds)
        return Repair(
            status=Status.OPTIMAL if found.status is Status.OPTIMAL and self.exact else Status.FEASIBLE,
            meetings=tuple(in_order.values()),
            changes=changes_between({**self.held, **self.gone}, in_order),
            fewest=len(self.gone) + (self.small.fewest(found.bound) if self.exact else 0),
            score_before=before,
            score_after=_score(self.whole, verdict),
            seconds=found.seconds,
        )


def holding(
    problem: Problem,
    current: Iterable[Assignment],
    meeting: str,
    *,
    keep_all: bool = False,
    not_at: Collection[str] = (),
    unnoticed: Collection[str] = (),
) -> Question:
    """How could a meeting that is not held be, with the fewest others moved or dropped?

    With `keep_all` nothing is dropped, and more meetings may move; then nothing is claimed to be fewest. `not_at` are
    slots in which the meeting is not wanted, for a second answer beside a first. A held meeting keeps all who attend
    it; only of a side of people who are all `unnoticed` another one may come. KeyError for a meeting that is not in
    the problem.
    """
    held, gone = _known(problem, current)
    judged = check(problem, held.values(), complete=False)
    in_the_way = _in_the_way(problem, held, problem.meeting(meeting))
    # What an organiser put against a rule stays: no rule would let it stay where it is once it may move.
    free = in_the_way - judged.involved
    if keep_all:
        free |= _beside(problem, held, free) - judged.involved
    small = neighbourhood(
        problem,
        held,
        free,
        wanted=(meeting,),
        required=(meeting, *(free if keep_all else ())),
        overruled=judged.involved,
        not_at=[(meeting, slot) for slot in not_at],
        unnoticed=unnoticed,
    )
    exact = _is_exact(problem) and not keep_all and free == in_the_way
    return Question(problem, held, gone, frozenset({*free, meeting}), small, judged, exact)


def mending(
    problem: Problem,
    current: Iterable[Assignment],
    *,
    around: Collection[str] = (),
    wide: bool = False,
    unnoticed: Collection[str] = (),
) -> Question:
    """How does a schedule hold every rule again, with the fewest meetings moved or dropped?

    Those that break a rule of the problem may move; meetings that are not held and concern them, or the people
    `around`, take the room that is left. With `wide` all that these people do may move as well, where that scores
    more than the problem's weights for moving and dropping cost; then nothing is claimed to be fewest.
    """
    held, gone = _known(problem, current)
    judged = check(problem, held.values(), complete=False)
    locked = {meeting.id for meeting in problem.meetings if meeting.locked}
    free = set(judged.involved) - locked
    people = {*around, *(who for name in (*free, *gone) for who in problem.meeting(name).people())}
    if wide:
        free |= {row.meeting for row in held.values() if not people.isdisjoint(row.attendees)} - locked
    wanted = [m.id for m in problem.meetings if m.id not in held and not people.isdisjoint(m.people())]
    small = neighbourhood(
        problem, held, free, wanted=wanted, overruled=judged.involved & locked, unnoticed=unnoticed
    )
    if wide:
        small = replace(small, problem=replace(small.problem, weights=problem.weights))
    exact = _is_exact(problem) and not wide and judged.involved.isdisjoint(locked)
    return Question(problem, held, gone, frozenset(free.union(wanted)), small, judged, exact)


def _known(
    problem: Problem, current: Iterable[Assignment]
) -> tuple[dict[str, Assignment], dict[str, Assignment]]:
    """The rows of a schedule whose slot and place the problem has, and those of which it has only the meeting."""
    rows = [row for row in current if row.meeting in problem.meeting_index]
    here = {
        row.meeting: row
        for row in rows
        if row.slot in problem.slot_index and row.place in problem.place_index
    }
    return here, {row.meeting: row for row in rows if row.meeting not in here}


def _in_the_way(problem: Problem, held: Held, wanted: Meeting) -> set[str]:
    """The held meetings that may stand in the way of one that is not: of its people, and at its places where these are
    full. Locked ones never move."""
    people = set(wanted.people())
    slots = _possible_slots(problem, wanted)
    places = set(problem.place_index if wanted.places is None else wanted.places)
    at_places = [row for row in held.values() if row.place in places and row.slot in problem.slot_index]
    full = _full(problem, at_places)
    found = {row.meeting for row in held.values() if not people.isdisjoint(row.attendees)}
    touched = _touching(problem, slots)
    found |= {row.meeting for row in at_places if row.slot in touched and (row.place, row.slot) in full}
    return {name for name in found if not problem.meeting(name).locked}


def _possible_slots(problem: Problem, wanted: Meeting) -> set[str]:
    """The slots in which somebody of every side is there."""
    slots = set(problem.slot_index if wanted.slots is None else wanted.slots)
    for side in wanted.sides:
        free = [problem.participant(person).slots for person in side]
        if None not in free:
            slots.intersection_update(slot for some in free for slot in some or ())
    return slots


def _touching(problem: Problem, slots: Collection[str]) -> set[str]:
    """Slots that share an instant with one of some slots."""
    times = [problem.slot(name) for name in slots]
    return {
        slot.id
        for slot in problem.slots
        if any(slot.start < other.end and other.start < slot.end for other in times)
    }


def _full(problem: Problem, rows: Iterable[Assignment]) -> set[tuple[str, str]]:
    """The places and slots, of some held meetings, where one more might find no table."""
    used: Counter[tuple[str, str]] = Counter((row.place, row.slot) for row in rows)
    near = {name: _touching(problem, (name,)) for name in {slot for _, slot in used}}
    return {
        (place, slot)
        for place, slot in used
        if sum(used[place, other] for other in near[slot]) >= problem.place(place).capacity
    }


def _beside(problem: Problem, held: Held, free: Collection[str]) -> set[str]:
    """The meetings of all who attend one of some meetings."""
    people = {person for name in free for person in held[name].attendees}
    return {
        row.meeting
        for row in held.values()
        if not people.isdisjoint(row.attendees) and not problem.meeting(row.meeting).locked
    }


def _is_exact(problem: Problem) -> bool:
    """Whether taking a meeting out of a schedule never breaks a rule."""
    return problem.rules.max_break_spread is None and not any(
        meeting.required or meeting.after for meeting in problem.meetings
    )


def _score(problem: Problem, verdict: Verdict) -> int:
    """A schedule's score without what moving and dropping cost."""
    figures, weights = verdict.measures, problem.weights
    return verdict.score + weights.moved * figures.moved + weights.dropped * figures.dropped
