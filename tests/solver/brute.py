"""The optimum of a tiny problem by trying everything, judged by `solver.judge.check` alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

from solver.judge.check import check
from solver.problem import Meeting, Problem
from solver.schedule import Assignment
from solver.violations import Rule

TOO_MANY = 3_000


def placements(problem: Problem, meeting: Meeting) -> Iterator[Assignment]:
    """Every slot, place and set of attendees that a meeting's own lists allow."""
    slots = meeting.slots if meeting.slots is not None else [slot.id for slot in problem.slots]
    places = meeting.places if meeting.places is not None else [place.id for place in problem.places]
    extras = [extra.participant for extra in meeting.optional]
    groups = list(chain.from_iterable(combinations(extras, size) for size in range(len(extras) + 1)))
    for slot, place, who, more in product(slots, places, list(product(*meeting.sides)), groups):
        yield Assignment(meeting.id, slot, place, who + more)


def possible(problem: Problem, meeting: Meeting) -> list[Assignment]:
    """The placements with which nothing is wrong but, maybe, what other meetings do."""
    others = {Rule.EARLIER_HELD, Rule.LOCKED}
    return [
        row
        for row in placements(problem, meeting)
        if all(found.rule in others for found in check(problem, [row], complete=False).violations)
    ]


def too_big(problem: Problem) -> bool:
    """Whether trying everything would take long."""
    total = 1
    for meeting in problem.meetings:
        total *= 1 + len(possible(problem, meeting))
    return total > TOO_MANY


def optimum(problem: Problem) -> int | None:
    """The best score of any clean schedule, None when there is none."""
    choices = [[None, *possible(problem, meeting)] for meeting in problem.meetings]
    best: int | None = None
    for rows in product(*choices):
        verdict = check(problem, [row for row in rows if row is not None])
        if verdict.clean and (best is None or verdict.score > best):
            best = verdict.score
    return best
