"""What must come before what: meetings that wait for others, directly or through others."""

from __future__ import annotations

from collections.abc import Iterable

from solver.instance.locked import has_to_be_held
from solver.problem import Problem


def must_be_held(problem: Problem) -> set[int]:
    """The numbers of the meetings that are required or locked, and of those that must come before them."""
    return with_earlier(problem, [m for m, row in enumerate(problem.meetings) if has_to_be_held(row)])


def with_earlier(problem: Problem, numbers: Iterable[int]) -> set[int]:
    """These meetings and all that must come before them."""
    found = set(numbers)
    todo = list(found)
    while todo:
        for name in problem.meetings[todo.pop()].after:
            earlier = problem.meeting_index[name]
            if earlier not in found:
                found.add(earlier)
                todo.append(earlier)
    return found


def behind(problem: Problem, order: list[int]) -> list[int]:
    """The same order with every meeting behind those it comes after."""
    if not any(meeting.after for meeting in problem.meetings):
        return order
    done: set[int] = set()
    found = []
    for first in order:
        todo = [first]
        while todo:
            m = todo[-1]
            waits = [problem.meeting_index[name] for name in problem.meetings[m].after]
            waits = [other for other in waits if other not in done]
            if m not in done and waits:
                todo += waits
                continue
            todo.pop()
            if m not in done:
                done.add(m)
                found.append(m)
    return found


def followers(problem: Problem) -> dict[int, list[int]]:
    """The meetings that wait for each."""
    found: dict[int, list[int]] = {}
    for m, meeting in enumerate(problem.meetings):
        for name in meeting.after:
            found.setdefault(problem.meeting_index[name], []).append(m)
    return found
