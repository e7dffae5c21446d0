"""A bound that needs no search: what no schedule can earn, counted person by person.

Each term of the score is bounded by itself, so the sum is a bound on the score:

- value: of all meetings and optional attendees but the impossible ones;
- guarantee: a participant attends at most the possible meetings that name them, and at most as many as their
  free slots and limits allow;
- dropped: impossible meetings that were published;
- walking: between two consecutive commitments of a day a participant walks at least the shortest way, whatever
  meetings come between. Ways need not obey the triangle inequality, so the shortest may lead through others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import chain, pairwise

from solver.instance.most_meetings import most_attended
from solver.instance.slot_masks import Masks
from solver.problem import Participant, Problem


def ceiling(problem: Problem, impossible: Collection[str] = ()) -> int:
    """No schedule has a higher score. `impossible` are ids of meetings known to be held by none."""
    out = frozenset(impossible)
    weights = problem.weights
    possible = [meeting for meeting in problem.meetings if meeting.id not in out]
    value = sum(m.value + sum(extra.value for extra in m.optional) for m in possible)
    dropped = sum(m.published is not None and m.id in out for m in problem.meetings)
    score = weights.value * value - weights.dropped * dropped
    if weights.guarantee:
        masks = Masks(problem, ())
        wanted = Counter(chain.from_iterable(meeting.people() for meeting in possible))
        for number, person in enumerate(problem.participants):
            most = wanted[person.id]
            if person.guarantee and most:
                most = min(most, most_attended(problem, masks, number))
            score -= weights.guarantee * max(0, person.guarantee - most)
    if weights.walking and any(len(person.commitments) > 1 for person in problem.participants):
        ways = _shortest_ways(problem)
        score -= weights.walking * sum(_least_walk(problem, person, ways) for person in problem.participants)
    return score


def _shortest_ways(problem: Problem) -> dict[tuple[str, str], int]:
    """The shortest minutes between every two pavilions."""
    import numpy as np

    from solver.instance.walks import shortest_walks

    names = [pavilion.id for pavilion in problem.pavilions]
    direct = np.array([[problem.walk(a, b) for b in names] for a in names], dtype=np.int32)
    shortest = shortest_walks(direct).tolist()
    return {(a, b): shortest[i][j] for i, a in enumerate(names) for j, b in enumerate(names)}


def _least_walk(problem: Problem, person: Participant, ways: dict[tuple[str, str], int]) -> int:
    stops = sorted(
        ((c.start, c.end, c.pavilion) for c in person.commitments if c.pavilion is not None),
        key=lambda stop: stop[:2],
    )
    return sum(
        ways[first[2], second[2]]
        for first, second in pairwise(stops)
        if problem.day_of(first[0]) == problem.day_of(second[0])
    )
