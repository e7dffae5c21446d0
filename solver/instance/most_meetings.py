"""How many meetings fit one after the other: into some slots, and into what a participant offers."""

from __future__ import annotations

from collections.abc import Iterable

from solver.instance.slot_masks import Masks, bits
from solver.problem import Problem


def most_disjoint(intervals: Iterable[tuple[int, int]]) -> int:
    """How many of some intervals (start, end) fit one after the other.

    Interval scheduling: the earliest end goes first (Kleinberg and Tardos: Algorithm Design, 4.1).
    """
    last = -1 << 62
    count = 0
    for start, end in sorted(intervals, key=lambda interval: interval[1]):
        if start >= last:
            last = end
            count += 1
    return count


def most_in_mask(masks: Masks, slots: int) -> int:
    """`most_disjoint` of the slots of a mask, kept: many participants are free in the same slots."""
    if slots not in masks.most:
        rows = (masks.problem.slots[s] for s in bits(slots))
        masks.most[slots] = most_disjoint((slot.start, slot.end) for slot in rows)
    return masks.most[slots]


def most_attended(problem: Problem, masks: Masks, person: int) -> int:
    """An upper limit on the meetings of a participant: free slots without overlap, and their own limits."""
    participant = problem.participants[person]
    free = masks.free(person)
    most, daily = most_in_mask(masks, free), participant.max_meetings_per_day
    if daily is not None:
        by_day = (most_in_mask(masks, free & day) for day in masks.times.of_day.values())
        most = min(most, sum(min(daily, here) for here in by_day))
    return most if participant.max_meetings is None else min(most, participant.max_meetings)
