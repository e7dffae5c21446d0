"""What of a meeting is fixed: one answer for the methods, the same as the judge's."""

from __future__ import annotations

import pytest
from hypothesis import given

from solver.instance.locked import Roster, fixed, fixed_attendees, has_to_be_held, roster, saved
from solver.judge.check import check
from solver.problem import Meeting, OptionalAttendee, Problem, Published, Weights
from solver.schedule import Assignment
from solver.violations import Rule
from tests.solver.strategies import problems
from tests.solver.test_properties import CALM

STANDS = Published("s0", "x0", ("a", "c", "d"))


def _meeting(published: Published | None = STANDS, locked: bool = True) -> Meeting:
    optional = (OptionalAttendee("d", 3), OptionalAttendee("e", 5))
    return Meeting("m", (("a", "b"), ("c",)), optional, published=published, locked=locked)


def test_fixed_attendees_take_their_sides_and_nobody_else_may_come() -> None:
    assert roster(_meeting()) == Roster((("a",), ("c",), ("d",)), (), 3)
    assert (fixed(_meeting()), has_to_be_held(_meeting())) == (STANDS, True)


@pytest.mark.parametrize(
    "meeting", [_meeting(locked=False), _meeting(Published("s0", "x0"))], ids=["not locked", "nobody named"]
)
def test_open_attendees_leave_the_meeting_as_it_is(meeting: Meeting) -> None:
    assert fixed_attendees(meeting) is None
    assert roster(meeting) == Roster(meeting.sides, meeting.optional, 0)


@pytest.mark.parametrize("names", [("a", "b", "c"), ("a",), ("a", "c", "stranger")])
def test_attendees_that_do_not_fill_the_sides_make_a_meeting_impossible(names: tuple[str, ...]) -> None:
    assert roster(_meeting(Published("s0", "x0", names))).sides == ((),)


def test_staying_saves_what_moving_does_not() -> None:
    weights = Weights(moved=2, dropped=7)
    kept = _meeting(locked=False)
    assert (saved(kept, "s0", "x0", weights), saved(kept, "s0", "x1", weights)) == (7, 5)
    assert saved(_meeting(None, False), "s0", "x0", weights) == 0


@CALM
@given(problems())
def test_the_judge_takes_a_locked_meeting_where_it_stays_and_nowhere_else(problem: Problem) -> None:
    for meeting in problem.meetings:
        stays = fixed(meeting)
        if stays is None:
            continue
        who = stays.attendees or tuple(side[0] for side in meeting.sides)
        for slot in problem.slots:
            for place in problem.places:
                row = Assignment(meeting.id, slot.id, place.id, who)
                broken = {
                    each.rule
                    for each in check(problem, [row], complete=False).violations
                    if each.meetings[:1] == (meeting.id,)
                }
                assert (Rule.LOCKED not in broken) == ((slot.id, place.id) == (stays.slot, stays.place))
