"""A method in a process of its own: what it posts arrives, what it breaks stays with it."""

from __future__ import annotations

import time

import pytest

from solver.incumbents import Board
from solver.portfolio.subprocess import run_in_child
from solver.problem import Problem
from solver.settings import Settings
from tests.solver.test_incumbents import FIRST, PROBLEM, SECOND
from tests.waiting import PLENTY


def post_and_sleep(problem: Problem, settings: Settings, board: Board) -> None:
    """Post what is known, then look at nothing any more."""
    board.offer([FIRST], 2, "sleeper")
    board.tighten(9.5, "sleeper")
    time.sleep(2 * PLENTY)


def wait_for_news(problem: Problem, settings: Settings, board: Board) -> None:
    """Say that it listens, then answer what the parent tells."""
    board.tighten(99, "listening")
    while (best := board.best()) is None or best.source != "parent":
        time.sleep(0.02)
    board.tighten(best.score, "child")


def fail(problem: Problem, settings: Settings, board: Board) -> None:
    """Die in the middle."""
    print("this must not get between the messages")
    board.offer([FIRST], 2, "dying")
    raise RuntimeError("on purpose")


def _here(name: str) -> str:
    return f"{__name__}:{name}"


def test_what_a_child_posts_outlives_it_and_it_is_ended_at_the_deadline() -> None:
    settings = Settings(time_limit=PLENTY)
    board = Board(PROBLEM, settings)

    def over(source: str) -> None:
        if board.bound() == 9:
            board.deadline = board.began

    board.listen(over)
    run_in_child(_here("post_and_sleep"), PROBLEM, settings, board)
    best = board.best()
    assert best is not None
    assert best.make() == (FIRST,)
    assert board.bound() == 9


def test_child_hears_what_others_find_while_it_runs() -> None:
    settings = Settings(time_limit=PLENTY)
    board = Board(PROBLEM, settings)

    def answer(source: str) -> None:
        if source == "listening":
            board.offer([FIRST, SECOND], 5, "parent")

    board.listen(answer)
    run_in_child(_here("wait_for_news"), PROBLEM, settings, board)
    assert board.bound() == 5


def test_child_that_fails_keeps_what_it_had_posted(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(time_limit=PLENTY)
    board = Board(PROBLEM, settings)
    run_in_child(_here("fail"), PROBLEM, settings, board)
    best = board.best()
    assert best is not None
    assert best.score == 2
    assert "ended with code 1" in caplog.text
