"""How many meetings fit one after the other: of one participant and of all at once the same, and never too few."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from solver.instance.arrays import arrays_of
from solver.instance.most_meetings import most_attended
from solver.instance.most_meetings_arrays import most_by_participant
from solver.instance.slot_masks import Masks, bits
from solver.problem import Problem, Slot
from tests.solver.strategies import DAY, MORNING, problems
from tests.solver.test_properties import CALM


def _possible(problem: Problem, person: int, chosen: tuple[int, ...]) -> bool:
    entry, slots = problem.participants[person], [problem.slots[s] for s in chosen]
    ordered = sorted(slots, key=lambda slot: slot.start)
    days = [problem.slot_days[s] for s in chosen]
    apart = all(a.end <= b.start for a, b in pairwise(ordered))
    daily, whole = entry.max_meetings_per_day, entry.max_meetings
    return (
        apart
        and (whole is None or len(chosen) <= whole)
        and (daily is None or all(days.count(day) <= daily for day in days))
    )


@CALM
@given(problems(max_meetings=0, max_slots=6), st.booleans(), st.data())
def test_the_limit_is_one_and_no_attendance_exceeds_it(
    problem: Problem, late: bool, data: st.DataObject
) -> None:
    if late:
        # around midnight slots of two days may overlap
        starts = [MORNING + DAY * 2 // 3 + 10 * data.draw(st.integers(-6, 6)) for _ in problem.slots]
        moved = tuple(
            Slot(slot.id, start, start + slot.end - slot.start)
            for slot, start in zip(problem.slots, starts, strict=True)
        )
        problem = replace(problem, slots=moved)
    masks, everybody = Masks(problem, ()), most_by_participant(arrays_of(problem).data).tolist()
    for person, most in enumerate(everybody):
        assert most_attended(problem, masks, person) == most
        free = list(bits(masks.free(person)))
        for size in range(most + 1, len(free) + 1):
            assert not any(_possible(problem, person, chosen) for chosen in combinations(free, size))
