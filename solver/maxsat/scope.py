"""Which problems satisfiability suits."""

from __future__ import annotations

from solver.instance.locked import has_to_be_held
from solver.instance.place_groups import place_groups
from solver.problem import Problem

MOST_SEATS = 400_000
"""Literals for meetings by slot and place beyond which clauses take longer to write than others to solve."""


MOST_COUNTED = 1_500_000
"""Inputs times outputs of the counters of all slots; three clauses or so for each, and 100 bytes for a clause."""


def suits(problem: Problem) -> bool:
    """Whether satisfiability is the way to prove a problem: it covers it, and no value is at stake.

    Where meetings compete for being held, a bound made of cores grows by too little at a time; what it is good at
    is schedules in which everything must be held and few breaks, moves or shortfalls remain.
    """
    valuable = problem.weights.value and any(
        extra.value for meeting in problem.meetings for extra in meeting.optional
    )
    wished = any(not has_to_be_held(meeting) for meeting in problem.meetings)
    return not valuable and not wished and covers(problem)


def covers(problem: Problem) -> bool:
    """Whether the clauses mean all that the problem means and stay small: no walking, few possible seats."""
    if any(row.minutes for row in problem.walking):
        return False
    everywhere, always = len(place_groups(problem)[0]), len(problem.slots)
    seats = sum(
        (always if meeting.slots is None else len(meeting.slots))
        * (everywhere if meeting.places is None else min(everywhere, len(meeting.places)))
        * max(1, sum(map(len, meeting.sides)) - len(meeting.sides))
        for meeting in problem.meetings
    )
    if not 0 < seats <= MOST_SEATS:
        return False
    wanted, people = len(problem.meetings), len(problem.participants)
    room = sum(place.capacity for place in problem.places)
    meetings = wanted * (room + 1) if room < wanted else 0
    busy = people * (2 * room + 1) if 2 * room < people else 0
    return always * (meetings + busy) <= MOST_COUNTED
