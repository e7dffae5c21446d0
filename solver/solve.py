"""Solve a problem: run the chosen ways side by side and hand back the best schedule with its proof."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from solver.board import Board
from solver.ceiling import ceiling
from solver.check import Verdict, check
from solver.child import load_way, run_in_child
from solver.explain import explain, unexplained
from solver.portfolio import Lane, choose
from solver.precheck import Kind, precheck
from solver.problem import Problem
from solver.schedule import Assignment, Progress, Schedule, Status
from solver.settings import Settings

log = logging.getLogger(__name__)

TICK = 0.1
"""Seconds between looks at the caller's stop wish."""

GRACE = 2.0
"""Seconds that the ways may take to end after they were told to."""

CLOSING = 16
"""Checking and explaining a finished schedule takes at most so many times as long as checking an empty one."""

SEEDS_APART = 7919
"""How far apart the seeds of two lanes lie, so that a search in each finds something else."""

HURRY = 0.5
"""Seconds that reasons get when there is no time left, or somebody waits."""

LONGEST_CLOSING = 0.3
"""The part of the time limit that closing may take."""


def solve(
    problem: Problem,
    settings: Settings | None = None,
    *,
    start: Iterable[Assignment] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Schedule:
    """The best schedule found within the settings' time limit, counted from this call.

    `start` is a schedule to begin with; where it breaks a rule, only a part of it is used. `on_progress` is
    called in this thread for every better schedule and tighter bound. `should_stop` is asked in this thread
    about ten times a second; once it says yes, the best schedule so far comes back within about two seconds.
    """
    settings = settings or Settings()
    board = Board(problem, settings)
    verdict = check(problem, ())
    closing = max(settings.reserve * min(settings.time_limit, 10.0), CLOSING * board.elapsed())
    board.deadline -= min(LONGEST_CLOSING * settings.time_limit, closing)
    findings = precheck(problem)
    proof = [finding.sentence for finding in findings if finding.kind is Kind.INFEASIBLE]
    if proof:
        board.infeasible(proof, "precheck")
    else:
        impossible = [finding.subject for finding in findings if finding.kind is Kind.IMPOSSIBLE]
        board.tighten(ceiling(problem, impossible), "ceiling")
        if verdict.clean:
            board.offer((), verdict.score, "nothing")
            if not problem.meetings:
                board.tighten(verdict.score, "nothing")
        if start is not None:
            _begin(board, tuple(start))
        _search(board, choose(problem, settings), on_progress, should_stop)
    _report(board, on_progress)
    if should_stop is not None and should_stop():
        return _finish(board, time.monotonic() + HURRY)
    return _finish(board, max(time.monotonic() + HURRY, board.began + settings.time_limit))


def _begin(board: Board, start: tuple[Assignment, ...]) -> None:
    board.start = start
    verdict = check(board.problem, start)
    if verdict.clean:
        board.offer(start, verdict.score, "start")


def _search(
    board: Board,
    lanes: tuple[Lane, ...],
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> None:
    if should_stop is not None and should_stop():
        board.request_stop()
        return
    threads = [
        threading.Thread(target=_run_lane, args=(lane, board, number), daemon=True)
        for number, lane in enumerate(lanes)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads) and not board.should_stop():
        board.wait(TICK)
        _report(board, on_progress)
        if should_stop is not None and should_stop():
            board.request_stop()
    # ways still busy must end even when the gap is closed or every other way has given up
    board.request_stop()
    end = time.monotonic() + GRACE
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _run_lane(lane: Lane, board: Board, number: int) -> None:
    seed = (board.settings.seed + SEEDS_APART * number) % (1 << 31)
    for way in lane:
        begin = time.monotonic() + way.delay
        while not board.should_stop() and time.monotonic() < begin:
            time.sleep(0.05)
        if board.should_stop():
            return
        settings = replace(board.settings, workers=way.workers, seed=seed)
        view = board.until(time.monotonic() + way.share * board.remaining())
        try:
            if way.child:
                run_in_child(way.path, board.problem, settings, view)
            else:
                load_way(way.path)(board.problem, settings, view)
        except Exception:
            # one way's failure must not take the others' results with it
            log.exception("the way %s failed", way.path)


def _report(board: Board, on_progress: Callable[[Progress], None] | None) -> None:
    for step in board.steps():
        if on_progress is not None:
            on_progress(step)


def _finish(board: Board, until: float) -> Schedule:
    """The result; reasons are worked out until the given moment."""
    problem, settings = board.problem, board.settings
    proof = board.proof()
    found = _verified(board)
    if found is None:
        status = Status.UNKNOWN if proof is None else Status.INFEASIBLE
        sentences = proof or ("No schedule that holds every rule was found in the time.",)
        return Schedule(
            problem=problem.name,
            status=status,
            score=None,
            bound=None,
            seconds=board.elapsed(),
            seed=settings.seed,
            workers=settings.workers,
            unscheduled=unexplained(problem, status, sentences[0]),
            findings=sentences,
        )
    assignments, verdict = found
    bound = board.bound()
    if bound is not None and bound < verdict.score:
        log.error("the bound %s lies below the score %s and is left out", bound, verdict.score)
        bound = None
    status = Status.OPTIMAL if bound == verdict.score else Status.FEASIBLE
    unscheduled = explain(
        problem, assignments, proven=status is Status.OPTIMAL, until=lambda: time.monotonic() > until
    )
    return Schedule(
        problem=problem.name,
        status=status,
        score=verdict.score,
        bound=None if bound is None else float(bound),
        seconds=board.elapsed(),
        seed=settings.seed,
        workers=settings.workers,
        meetings=assignments,
        unscheduled=unscheduled,
        measures=verdict.measures,
    )


def _verified(board: Board) -> tuple[tuple[Assignment, ...], Verdict] | None:
    """The best schedule on the board that holds every rule, with its true score."""
    for incumbent in board.candidates():
        assignments = tuple(incumbent.make())
        verdict = check(board.problem, assignments)
        if verdict.clean:
            if verdict.score != incumbent.score:
                log.error("%s claimed %s, the score is %s", incumbent.source, incumbent.score, verdict.score)
            return assignments, verdict
        board.withdraw(incumbent, verdict.violations[0])
    return None
