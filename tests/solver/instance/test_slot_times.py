"""Whether an idle slot lies between two meetings: masks, the compiled kernel and the judge say the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given

from solver.instance.arrays import Data, Flags, arrays_of
from solver.instance.slot_times import SlotTimes, in_order_of_time
from solver.instance.timeline import idle
from solver.instance.views import data_view
from solver.jit.pointers import kernel
from solver.jit.views import Addresses, addresses
from solver.judge.check import check
from solver.problem import Meeting, Problem
from solver.reasons.day_cost import Costs
from solver.schedule import Assignment
from tests.solver.strategies import problems
from tests.solver.test_properties import CALM


@kernel
def _idle_by_kernel(data: Addresses, found: Flags) -> None:
    d = data_view(data)
    for p in range(found.shape[0]):
        for first in range(d.slots):
            for second in range(d.slots):
                found[p, first, second] = idle(d, p, first, second)


def _by_kernel(data: Data) -> Flags:
    found = np.zeros((len(data.most), data.slots, data.slots), dtype=np.uint8)
    _idle_by_kernel(addresses(data), found)
    return found


def _by_judge(problem: Problem, person: int, first: int, second: int) -> bool:
    """The breaks that the judge counts when a participant meets in two slots, and everybody else once."""
    names = [entry.id for n, entry in enumerate(problem.participants) if n != person][:2]
    me, slots, place = problem.participants[person].id, problem.slots, problem.places[0].id
    pair = tuple(Meeting(name, ((me,), (name,))) for name in names)
    rows = [
        Assignment(name, slots[s].id, place, (me, name))
        for name, s in zip(names, (first, second), strict=True)
    ]
    return bool(check(replace(problem, meetings=pair), rows).measures.breaks)


def _one_after_the_other(problem: Problem, first: int, second: int) -> bool:
    days, slots = problem.slot_days, problem.slots
    return days[first] == days[second] and slots[first].end <= slots[second].start


@CALM
@given(problems(max_meetings=0, max_slots=6))
def test_all_ask_alike_whether_an_idle_slot_fits_between_two_meetings(problem: Problem) -> None:
    times, order = SlotTimes(problem), in_order_of_time(problem)
    kernels, costs = _by_kernel(arrays_of(problem).data), Costs(problem)
    in_time = SlotTimes(problem, order)
    for p, person in enumerate(problem.participants):
        clear, clear_in_time = times.clear_of(person.commitments), in_time.clear_of(person.commitments)
        for n, first in enumerate(order):
            for k, second in enumerate(order):
                if not _one_after_the_other(problem, first, second):
                    continue
                answer = times.idle(first, second, clear)
                assert in_time.idle(n, k, clear_in_time) == answer
                assert bool(kernels[p, n, k]) == answer
                a, b = problem.slots[first], problem.slots[second]
                assert costs.breaks(person, [(a.start, a.end, ""), (b.start, b.end, "")]) == answer
                if len(problem.participants) > 2:
                    assert _by_judge(problem, p, first, second) == answer


@CALM
@given(problems(max_meetings=0, max_slots=6))
def test_masks_by_time_hold_the_slots_that_they_say(problem: Problem) -> None:
    for order in (None, in_order_of_time(problem)):
        times = SlotTimes(problem, order)
        slots = [problem.slot(name) for name in times.ids]
        for a in slots:
            for minute in (a.start - 1, a.start, a.end, a.end + 1):
                from_, by = times.beginning_from(minute), times.ending_by(minute)
                assert [bool(from_ >> s & 1) for s in range(len(slots))] == [b.start >= minute for b in slots]
                assert [bool(by >> s & 1) for s in range(len(slots))] == [b.end <= minute for b in slots]
            shared = times.during(a.start, a.end)
            expected = [b.start < a.end and a.start < b.end for b in slots]
            assert [bool(shared >> s & 1) for s in range(len(slots))] == expected
