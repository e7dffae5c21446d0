"""The instance as masks and as arrays is one instance: each question has one answer."""

from __future__ import annotations

from hypothesis import given

from solver.instance.arrays import arrays_of
from solver.instance.feasible_assignments import Options
from solver.instance.slot_masks import Masks
from solver.lagrangian.relaxation_limits import possible_meetings
from solver.problem import Problem
from tests.solver.strategies import problems
from tests.solver.test_properties import CALM


@CALM
@given(problems())
def test_masks_and_arrays_say_the_same_of_availability_and_overlaps(problem: Problem) -> None:
    if not problem.slots:
        return
    arrays, masks = arrays_of(problem), Masks(problem, ())
    number = [problem.slot_index[name] for name in arrays.slots]
    for person in range(len(problem.participants)):
        row = [bool(masks.free(person) >> slot & 1) for slot in number]
        assert row == arrays.data.available[person].astype(bool).tolist()
    for place in range(len(problem.places)):
        opened = [bool(masks.opened(place) >> slot & 1) for slot in number]
        holds = bool(arrays.data.place_capacity[place])
        assert opened == (arrays.data.place_open[place].astype(bool) & holds).tolist()
    for n, slot in enumerate(number):
        overlapping = arrays.data.overlap_idx[arrays.data.overlap_ptr[n] : arrays.data.overlap_ptr[n + 1]]
        assert {number[other] for other in overlapping.tolist()} == {
            other for other in number if masks.times.overlaps[slot] >> other & 1
        }


@CALM
@given(problems(must=False))
def test_a_meeting_without_options_is_impossible_alone(problem: Problem) -> None:
    if not problem.slots or not problem.meetings:
        return
    possible, options = possible_meetings(arrays_of(problem).data), Options(problem)
    for meeting, alone in zip(problem.meetings, possible.tolist(), strict=True):
        if alone:
            assert options.of(meeting)
