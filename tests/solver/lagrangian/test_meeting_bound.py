"""The most meetings any schedule could hold is never below what one does hold."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.judge.check import check
from solver.lagrangian.meeting_bound import most_held
from solver.problem import Commitment, Meeting, Participant, Pavilion, Place, Problem, Slot
from solver.schedule import Assignment

SLOTS = (Slot("s0", 0, 20), Slot("s1", 20, 40), Slot("s2", 30, 50))


def problem(people: list[Participant], pairs: list[tuple[str, str]], capacity: int = 9) -> Problem:
    meetings = tuple(Meeting(f"{a}{b}", ((a,), (b,))) for a, b in pairs)
    return Problem(
        "x", "UTC", SLOTS, (Pavilion("v"),), (), (Place("t", "v", capacity),), tuple(people), meetings
    )


def people(*names: str) -> list[Participant]:
    return [Participant(name) for name in names]


def test_everybody_wants_one_person_who_has_two_slots_that_do_not_overlap():
    wanted = problem(people("a", "b", "c", "d", "e"), [("a", each) for each in "bcde"])
    assert most_held(wanted) == 2


def test_without_wishes_there_is_nothing_to_hold():
    assert most_held(problem(people("a"), [])) == 0


def test_nobody_available_means_no_meeting():
    assert most_held(problem([Participant("a", slots=()), Participant("b")], [("a", "b")])) == 0


def test_commitments_and_limits_count():
    busy = Participant("a", commitments=(Commitment(0, 25),))
    assert most_held(problem([busy, *people("b", "c")], [("a", "b"), ("a", "c")])) == 1
    limited = Participant("a", max_meetings=1)
    assert most_held(problem([limited, *people("b", "c")], [("a", "b"), ("a", "c")])) == 1


def test_tables_count():
    pairs = [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h")]
    assert most_held(problem(people(*"abcdefgh"), pairs, capacity=1)) == 2


@settings(max_examples=60)
@given(st.data())
def test_ceiling_is_never_below_a_schedule(data):
    names = "abcd"
    someone = [
        Participant(
            name,
            slots=tuple(sorted(data.draw(st.sets(st.sampled_from(["s0", "s1", "s2"]))))),
            max_meetings=data.draw(st.none() | st.integers(0, 2)),
        )
        for name in names
    ]
    pairs = data.draw(st.lists(st.sampled_from(list(combinations(names, 2))), unique=True, max_size=4))
    ours = problem(someone, pairs, capacity=data.draw(st.integers(1, 2)))
    best = 0
    for choice in product([None, "s0", "s1", "s2"], repeat=len(pairs)):
        held = [
            Assignment(meeting.id, slot, "t", (meeting.sides[0][0], meeting.sides[1][0]))
            for meeting, slot in zip(ours.meetings, choice, strict=True)
            if slot is not None
        ]
        if check(ours, held).clean:
            best = max(best, len(held))
    assert best <= most_held(ours) <= len(pairs)
