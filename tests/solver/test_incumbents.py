"""The board keeps the best schedule and the tightest bound, refuses what is wrong, and says when to stop."""

from __future__ import annotations

from solver.findings import Bearing, Fact, Finding
from solver.incumbents import Board, Rejection
from solver.problem import Meeting, Participant, Pavilion, Place, Problem, Slot
from solver.schedule import Assignment
from solver.settings import Settings
from solver.violations import Rule, Violation
from tests.solver.strategies import MORNING

PROBLEM = Problem(
    "two",
    "UTC",
    (Slot("a", MORNING, MORNING + 20), Slot("b", MORNING + 20, MORNING + 40)),
    (Pavilion("hall"),),
    (),
    (Place("table", "hall"),),
    (Participant("p"), Participant("q"), Participant("r")),
    (Meeting("m", (("p",), ("q",)), value=2), Meeting("n", (("p",), ("r",)), value=3)),
)
FIRST = Assignment("m", "a", "table", ("p", "q"))
SECOND = Assignment("n", "b", "table", ("p", "r"))

NOTHING = Finding(Bearing.INFEASIBLE, Fact.CHAIN, ("m",))


def _board(**settings: float) -> Board:
    return Board(PROBLEM, Settings(**settings))  # type: ignore[arg-type]


def test_better_schedule_replaces_the_worse_one() -> None:
    board = _board()
    assert board.offer([FIRST], 2, "one")
    assert not board.offer([FIRST], 2, "again")
    assert board.offer([FIRST, SECOND], 5, "two")
    best = board.best()
    assert best is not None
    assert (best.score, best.source, len(best.make())) == (5, "two", 2)


def test_schedule_that_breaks_a_rule_or_claims_too_much_is_refused() -> None:
    board = _board()
    assert not board.offer([FIRST, Assignment("n", "a", "table", ("p", "r"))], 5, "crowd")
    assert not board.offer([FIRST], 3, "boast")
    assert board.best() is None
    assert board.rejections == [
        Rejection("crowd", Violation(Rule.CAPACITY, places=("table",), numbers=(1, MORNING))),
        Rejection("boast", Violation(Rule.SCORE, numbers=(3, 2))),
    ]


def test_bound_is_rounded_down_and_only_tightens() -> None:
    board = _board()
    assert board.tighten(7.9)
    assert not board.tighten(8.5)
    assert board.bound() == 7
    assert board.tighten(4.9999999999)
    assert board.bound() == 5
    assert not board.tighten(float("nan"))


def test_closed_gap_stops_the_search() -> None:
    board = _board()
    board.tighten(5)
    board.offer([FIRST], 2)
    assert not board.should_stop()
    board.offer([FIRST, SECOND], 5)
    assert board.should_stop()


def test_gap_that_is_small_enough_stops_the_search() -> None:
    board = _board(relative_gap=0.65)
    board.tighten(5)
    board.offer([FIRST], 2)
    assert board.should_stop()


def test_deadline_stop_request_and_proof_each_stop_the_search() -> None:
    late = Board(PROBLEM, Settings(), deadline=0.0)
    assert late.should_stop()
    asked = _board()
    asked.request_stop()
    assert asked.should_stop()
    proven = _board()
    proven.infeasible([NOTHING])
    assert proven.should_stop()
    assert proven.proof() == (NOTHING,)


def test_infeasible_is_not_believed_against_a_schedule() -> None:
    board = _board()
    board.offer([FIRST], 2)
    board.infeasible([NOTHING], "wrong")
    assert board.proof() is None
    assert board.rejections == [Rejection("wrong", Violation(Rule.HELD_THOUGH_INFEASIBLE))]


def test_schedule_found_broken_later_makes_room_for_the_one_before() -> None:
    board = _board()
    board.offer([FIRST], 2, "one")
    board.offer([FIRST, SECOND], 5, "two")
    best = board.best()
    assert best is not None
    broken = Violation(Rule.LOCKED, ("n",))
    board.withdraw(best, broken)
    assert [left.source for left in board.candidates()] == ["one"]
    assert board.rejections == [Rejection("two", broken)]


def test_view_with_an_earlier_deadline_shares_everything_else() -> None:
    board = _board()
    view = board.until(0.0)
    assert view.should_stop()
    assert not board.should_stop()
    view.tighten(5, "view")
    view.offer([FIRST, SECOND], 5, "view")
    assert board.bound() == 5
    assert board.closed()


def test_progress_tells_every_step_once() -> None:
    board = _board()
    board.tighten(9, "bounds")
    board.offer([FIRST], 2, "search")
    steps = board.steps()
    assert [(step.score, step.bound, step.source) for step in steps] == [
        (None, 9.0, "bounds"),
        (2, 9.0, "search"),
    ]
    assert board.steps() == []
