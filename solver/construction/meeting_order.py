"""The meetings of a problem by numbers, and the order in which a first schedule takes them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.construction.partial_schedule import Times
from solver.instance.locked import fixed, roster
from solver.instance.precedence import behind, must_be_held
from solver.problem import Meeting, Problem


@dataclass(frozen=True, slots=True)
class Wish:
    """A meeting by numbers. `seats`: who may take each side; `extras`: who may come as well, for how much."""

    meeting: Meeting
    seats: tuple[tuple[int, ...], ...]
    extras: tuple[tuple[int, int], ...]
    slots: int
    value: int
    must: bool


def wishes_of(problem: Problem, times: Times) -> list[Wish]:
    """Every meeting of a problem by numbers."""
    must = must_be_held(problem)
    return [_wish(problem, times, m, m in must) for m in range(len(problem.meetings))]


def first_order(problem: Problem, wishes: Sequence[Wish], free: Sequence[int]) -> list[int]:
    """Must before may; then by how few slots there are, or by value less the price of the people's time.

    `free` are the slots in which each participant may meet.
    """
    stakes = problem.weights.moved + problem.weights.dropped
    wanted = [0] * len(free)
    for wish in wishes:
        for side in wish.seats:
            for p in side:
                wanted[p] += 1
    crowd = [min(20.0, number / max(1, mask.bit_count())) for number, mask in zip(wanted, free, strict=True)]

    def rank(m: int) -> tuple[bool, float]:
        wish = wishes[m]
        most = max((crowd[p] for side in wish.seats for p in side), default=0.0)
        if not wish.must:
            stake = stakes if wish.meeting.published is not None else 0
            return True, -(wish.value + stake) / (1 + most)
        room = wish.slots
        for side in wish.seats:
            able = 0
            for p in side:
                able |= free[p]
            room &= able
        return False, room.bit_count() - most

    return behind(problem, sorted(range(len(wishes)), key=rank))


def _wish(problem: Problem, times: Times, m: int, must: bool) -> Wish:
    meeting, index, weight = problem.meetings[m], problem.participant_index, problem.weights.value
    people = roster(meeting)
    seats = tuple([tuple([index[name] for name in side]) for side in people.sides])
    extras = tuple((index[extra.participant], weight * extra.value) for extra in people.optional)
    slots, stays = times.named(meeting.slots), fixed(meeting)
    if stays is not None:
        slots &= 1 << times.rank[stays.slot]
    return Wish(meeting, seats, extras, slots, weight * (meeting.value + people.value), must)
