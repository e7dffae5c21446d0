"""Which problems satisfiability suits."""

from __future__ import annotations

from solver.problem import Problem

MOST_SEATS = 400_000
"""Literals for meetings by slot and place beyond which clauses take longer to write than others to solve."""


def suits(problem: Problem) -> bool:
    """Whether the clauses cover the problem and stay small: nothing takes time to walk, few possible seats.

    The score must consist of counts, not of many different values: where meetings differ in value, a bound
    made of cores grows too slowly to be of use.
    """
    if any(row.minutes for row in problem.walking):
        return False
    everywhere, always = len(problem.places), len(problem.slots)
    seats = sum(
        (always if meeting.slots is None else len(meeting.slots))
        * (min(everywhere, 2) if meeting.places is None else len(meeting.places))
        * max(1, sum(map(len, meeting.sides)) - len(meeting.sides))
        for meeting in problem.meetings
    )
    return 0 < seats <= MOST_SEATS
