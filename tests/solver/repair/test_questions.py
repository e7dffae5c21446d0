"""What it takes and repair, against trying everything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.cpsat import run
from solver.incumbents import Board
from solver.judge.check import check
from solver.problem import (
    Commitment,
    Meeting,
    Participant,
    Pavilion,
    Place,
    Problem,
    Published,
    Rules,
    Slot,
    Walk,
)
from solver.repair.change import Repair
from solver.repair.questions import Question, holding, mending
from solver.schedule import Assignment, Schedule, Status
from solver.settings import Settings
from tests.solver.brute import placements, possible
from tests.solver.strategies import problems
from tests.waiting import PLENTY

CALM = settings(max_examples=30)
SETTINGS = Settings(time_limit=PLENTY, workers=1)
TOO_MANY = 4_000

Draw = Any


@st.composite
def schedules(draw: Draw) -> tuple[Problem, list[Assignment]]:
    """A problem without anything that must be, and some clean schedule of it."""
    whole = draw(problems(max_meetings=4, max_slots=4, must=False))
    whole = replace(
        whole, meetings=tuple(replace(m, after=(), published=None) for m in whole.meetings), rules=Rules()
    )
    return whole, _some_schedule(draw, whole)


def _some_schedule(draw: Draw, whole: Problem) -> list[Assignment]:
    rows: list[Assignment] = []
    for meeting in whole.meetings:
        choices = [
            row for row in possible(whole, meeting) if check(whole, [*rows, row], complete=False).clean
        ]
        if choices and draw(st.integers(0, 5)):
            rows.append(draw(st.sampled_from(choices)))
    return rows


def _choices(
    whole: Problem, meeting: Meeting, held: dict[str, Assignment], new: Collection[str]
) -> list[Assignment | None]:
    """Where a meeting could be; a held one keeps all who attend it, and of others only the `new` are held."""
    row = held.get(meeting.id)
    if row is None:
        return [None, *(possible(whole, meeting) if meeting.id in new else ())]
    here = set(row.attendees)
    return [None, *(each for each in placements(whole, meeting) if set(each.attendees) == here)]


def _best(
    whole: Problem, held: dict[str, Assignment], new: Collection[str], must: str = ""
) -> tuple[int, int] | None:
    """The fewest disturbed meetings and, with these, the best score, by trying everything; lower is better."""
    found = None
    for rows in product(*(_choices(whole, meeting, held, new) for meeting in whole.meetings)):
        after = {row.meeting: row for row in rows if row is not None}
        if must and must not in after:
            continue
        verdict = check(replace(whole, weights=replace(whole.weights, moved=0, dropped=0)), after.values())
        if verdict.clean:
            figure = (_disturbed(held, after), -verdict.score)
            found = figure if found is None else min(found, figure)
    return found


def _disturbed(held: dict[str, Assignment], after: dict[str, Assignment]) -> int:
    return sum(
        name not in after or (after[name].slot, after[name].place) != (row.slot, row.place)
        for name, row in held.items()
    )


def _small(whole: Problem, held: dict[str, Assignment], new: Collection[str]) -> bool:
    total = 1
    for meeting in whole.meetings:
        total *= len(_choices(whole, meeting, held, new))
    return total <= TOO_MANY


def _solved(question: Question) -> Repair:
    """The answer by the complete model alone, here: a child process for each of many questions would take long."""
    board = Board(question.small.problem, SETTINGS)
    run.run(board.problem, board.settings, board)
    best = board.best()
    if best is None:
        assert board.proof() is not None
        return question.answer(Schedule("", Status.INFEASIBLE, None, None, 0.0, 0, 1))
    assert board.rejections == []
    assert board.bound() == best.score
    rows = tuple(best.make())
    return question.answer(Schedule("", Status.OPTIMAL, best.score, float(best.score), 0.0, 0, 1, rows))


@CALM
@given(schedules(), st.data())
def test_holding_one_more_disturbs_as_few_as_trying_everything_finds(
    given_: tuple[Problem, list[Assignment]], data: Draw
) -> None:
    whole, rows = given_
    held = {row.meeting: row for row in rows}
    left = [meeting.id for meeting in whole.meetings if meeting.id not in held]
    assume(left and held)
    asked = data.draw(st.sampled_from(left))
    assume(_small(whole, held, (asked,)))

    answer = _solved(holding(whole, rows, asked))

    expected = _best(whole, held, (asked,), asked)
    if expected is None:
        assert answer.status is Status.INFEASIBLE
        return
    after = {row.meeting: row for row in answer.meetings}
    assert check(whole, answer.meetings, complete=False).clean
    assert asked in after
    assert answer.status is Status.OPTIMAL
    assert (answer.disturbed, -answer.score_after) == expected
    assert (answer.fewest, _disturbed(held, after)) == (expected[0], expected[0])


@CALM
@given(schedules(), st.data())
def test_a_broken_schedule_is_mended_with_the_fewest_changes(
    given_: tuple[Problem, list[Assignment]], data: Draw
) -> None:
    whole, rows = given_
    held = {row.meeting: row for row in rows}
    assume(held and whole.participants)
    broken = _disrupted(data.draw, whole)
    touched = {
        p for name in check(broken, rows, complete=False).involved for p in whole.meeting(name).people()
    }
    waiting = [m.id for m in whole.meetings if m.id not in held and not touched.isdisjoint(m.people())]
    assume(touched and _small(broken, held, waiting))

    answer = _solved(mending(broken, rows))

    assert check(broken, answer.meetings, complete=False).clean
    assert (answer.disturbed, -answer.score_after) == _best(broken, held, waiting)
    assert answer.fewest == answer.disturbed


def _disrupted(draw: Draw, whole: Problem) -> Problem:
    """Somebody is ill from a slot on, or a place is closed in some slots."""
    names = [slot.id for slot in whole.slots]
    gone = set(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
    kept = tuple(name for name in names if name not in gone)

    def without(slots: tuple[str, ...] | None) -> tuple[str, ...]:
        return kept if slots is None else tuple(name for name in slots if name not in gone)

    if draw(st.booleans()):
        one = draw(st.sampled_from(whole.participants))
        changed = replace(one, slots=without(one.slots))
        return replace(
            whole, participants=tuple(changed if p.id == one.id else p for p in whole.participants)
        )
    place = draw(st.sampled_from(whole.places))
    closed = replace(place, slots=without(place.slots))
    return replace(whole, places=tuple(closed if p.id == place.id else p for p in whole.places))


def _one_table(*meetings: tuple[str, int], slots: int = 3) -> Problem:
    """One table and some slots; a meeting of two people by their letters, with its value."""
    return Problem(
        name="one table",
        timezone="UTC",
        slots=tuple(Slot(f"s{n}", 28_322_400 + 30 * n, 28_322_420 + 30 * n) for n in range(slots)),
        pavilions=(Pavilion("v"),),
        places=(Place("x", "v", 1),),
        participants=tuple(Participant(name) for name in "abcd"),
        meetings=tuple(Meeting(name, ((name[0],), (name[1],)), value=value) for name, value in meetings),
    )


def _in_order(*held: str) -> list[Assignment]:
    return [Assignment(name, f"s{number}", "x", tuple(name)) for number, name in enumerate(held)]


def test_the_cheapest_meeting_gives_way_and_is_named() -> None:
    whole = _one_table(("ab", 5), ("ac", 3), ("cd", 9), ("bd", 1))
    answer = _solved(holding(whole, _in_order("ab", "ac", "bd"), "cd"))
    assert (answer.status, answer.disturbed, answer.fewest) == (Status.OPTIMAL, 1, 1)
    assert [(one.meeting, one.after is not None) for one in answer.changes] == [("cd", True), ("bd", False)]
    assert (answer.score_before, answer.score_after) == (9, 17)


def test_nothing_is_dropped_when_all_are_to_be_kept() -> None:
    whole = _one_table(("ab", 5), ("ac", 3), ("cd", 9), slots=4)
    rows = _in_order("ab", "ac")
    closed = replace(
        whole, participants=tuple(replace(p, slots=("s1",)) if p.id == "d" else p for p in whole.participants)
    )
    answer = _solved(holding(closed, rows, "cd", keep_all=True))
    assert {row.meeting: row.slot for row in answer.meetings}.keys() == {"ab", "ac", "cd"}
    assert [one.meeting for one in answer.changes if one.before is not None] == ["ac"]


def test_a_locked_meeting_never_gives_way() -> None:
    whole = _one_table(("ab", 1), ("cd", 9), slots=1)
    rows = _in_order("ab")
    stands = Published("s0", "x", ("a", "b"))
    locked = replace(
        whole, meetings=(replace(whole.meetings[0], locked=True, published=stands), whole.meetings[1])
    )
    assert _solved(holding(locked, rows, "cd")).status is Status.INFEASIBLE
    assert _solved(holding(whole, rows, "cd")).disturbed == 1


def test_what_was_overruled_by_hand_does_not_stand_in_the_way() -> None:
    """An organiser put a meeting where somebody is at a session: that is no reason to refuse another one."""
    whole = _one_table(("ab", 1), ("cd", 9), slots=2)
    session = Commitment(28_322_400, 28_322_420, "v")
    whole = replace(
        whole,
        participants=tuple(
            replace(p, commitments=(session,), max_meetings=0) if p.id == "a" else p
            for p in whole.participants
        ),
    )
    answer = _solved(holding(whole, _in_order("ab"), "cd"))
    assert (answer.disturbed, {row.meeting for row in answer.meetings}) == (0, {"ab", "cd"})


def test_who_loses_a_meeting_gets_another_that_was_waiting() -> None:
    whole = _one_table(("ab", 5), ("ac", 3), slots=1)
    ill = replace(
        whole, participants=tuple(replace(p, slots=()) if p.id == "b" else p for p in whole.participants)
    )
    answer = _solved(mending(ill, _in_order("ab")))
    assert [row.meeting for row in answer.meetings] == ["ac"]
    assert answer.disturbed == answer.fewest == 1


def test_meetings_of_a_slot_that_is_gone_are_placed_anew() -> None:
    whole = _one_table(("ab", 5), ("cd", 3), slots=3)
    rows = [*_in_order("ab"), Assignment("cd", "gone", "x", ("c", "d"))]
    answer = _solved(mending(whole, rows))
    assert (answer.disturbed, answer.fewest, len(answer.meetings)) == (1, 1, 2)


@CALM
@given(schedules(), st.data())
def test_without_the_meetings_involved_nothing_that_is_forbidden_is_left(
    given_: tuple[Problem, list[Assignment]], data: Draw
) -> None:
    whole, rows = given_
    broken = _disrupted(data.draw, whole)
    involved = check(broken, rows, complete=False).involved
    assert check(broken, [row for row in rows if row.meeting not in involved], complete=False).clean
    assert bool(involved) == (not check(broken, rows, complete=False).clean)


def test_nothing_is_put_where_the_way_to_an_overruled_meeting_is_too_short() -> None:
    """An organiser left Anna's own way too short; that is no leave to shorten another's."""
    whole = _one_table(("ab", 1), ("ac", 2), slots=3)
    # The session ends in another hall as her second slot begins; she was put into it all the same.
    far = Commitment(28_322_410, 28_322_425, "far")
    whole = replace(
        whole,
        slots=tuple(
            replace(slot, start=slot.start - 10 * n, end=slot.end - 10 * n)
            for n, slot in enumerate(whole.slots)
        ),
        pavilions=(*whole.pavilions, Pavilion("far"), Pavilion("off")),
        places=(*whole.places, Place("y", "far", 1), Place("z", "off", 1)),
        walking=(Walk("v", "far", 5), Walk("v", "off", 15), Walk("far", "off", 15)),
        participants=tuple(replace(p, commitments=(far,)) if p.id == "a" else p for p in whole.participants),
        meetings=tuple(
            replace(m, slots=("s0",) if m.id == "ab" else ("s1",), places=("x",) if m.id == "ab" else ("z",))
            for m in whole.meetings
        ),
    )
    rows = [Assignment("ab", "s0", "x", ("a", "b"))]
    assert not check(whole, rows, complete=False).clean
    answer = _solved(holding(whole, rows, "ac"))
    assert not answer.found
    assert check(whole, [*rows, Assignment("ac", "s1", "z", ("a", "c"))], complete=False).count > 1


def test_a_lock_that_cannot_be_kept_leaves_nothing_proven() -> None:
    whole = _one_table(("ab", 1), ("cd", 9), slots=2)
    stands = Published("s0", "x", ("a", "b"))
    locked = replace(
        whole,
        participants=tuple(replace(p, slots=("s1",)) if p.id == "a" else p for p in whole.participants),
        meetings=(replace(whole.meetings[0], locked=True, published=stands), whole.meetings[1]),
    )
    answer = _solved(mending(locked, _in_order("ab")))
    assert answer.status is Status.FEASIBLE
