"""Solve a problem: run the chosen methods side by side and hand back the best schedule with its proof."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from solver.construction import greedy
from solver.findings import Bearing, Fact, Finding
from solver.incumbents import Board, Incumbent
from solver.instance.canonical import canonical
from solver.jit.cache import complete
from solver.judge.check import Verdict, check
from solver.lagrangian.root_bound import ceiling
from solver.portfolio.choose import Lane, Method, choose
from solver.portfolio.precompile import begin_compiling, wait_for_kernels
from solver.portfolio.subprocess import load_method, run_in_child
from solver.problem import Problem
from solver.reasons.precheck import precheck
from solver.reasons.unscheduled import explain, unexplained
from solver.schedule import Assignment, Progress, Schedule, Status
from solver.settings import Settings

log = logging.getLogger(__name__)

TICK = 0.1
"""Seconds between looks at the caller's stop wish."""

GRACE = 2.0
"""Seconds that the methods may take to end after they were told to."""

SHORT_GRACE = 0.7
"""The same when somebody waits for the result."""

CLOSING = 16
"""Checking and explaining a finished schedule takes at most so many times as long as checking an empty one."""

GREEDY_UP_TO = 10_000
"""Meetings up to which a first schedule is made without kernels even where these are there."""

PER_MEETING = 1e-4
"""Seconds for each meeting that a search takes to have a schedule of its own, amply counted."""

SEEDS_APART = 7919
"""How far apart the seeds of two lanes lie, so that a search in each finds something else."""

HURRY = 0.3
"""Seconds that reasons get when there is no time left, or somebody waits."""

ENOUGH = 0.7
"""The part of the time kept for closing below which it is done in a hurry."""

PER_ROW = 6e-6
"""Seconds for each held meeting before the first reason is worked out."""

LONGEST_CLOSING = 0.3
"""The part of the time limit that closing may take."""

_Judged = tuple[tuple[Assignment, ...], Verdict]
_Known = dict[Incumbent, _Judged]
"""Schedules that were judged before the end."""


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
    plain = canonical(problem)
    board = Board(plain.problem, settings)
    caller = _Caller(board, on_progress, should_stop)
    judged: _Known = {}
    with _no_collection():
        lanes = _prepare(board, tuple(start or ()), caller, judged)
    if not board.should_stop():
        _search(board, lanes, caller)
    caller.report()
    with _no_collection():
        until = board.began + settings.time_limit
        if caller.wants_to_stop():
            return plain.told(_finish(board, judged, time.monotonic() + HURRY, hurry=True))
        hurry = until - time.monotonic() < ENOUGH * (until - board.deadline)
        return plain.told(_finish(board, judged, max(time.monotonic() + HURRY, until), hurry=hurry))


class _Caller:
    """The caller's side: passes progress on, and passes a wish to stop on to the board."""

    def __init__(
        self,
        board: Board,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._board = board
        self._on_progress = on_progress
        self._should_stop = should_stop

    def wants_to_stop(self) -> bool:
        """Whether the caller wants the best there is; the board is told."""
        wanted = self._should_stop is not None and self._should_stop()
        if wanted:
            self._board.request_stop()
        return wanted

    def report(self) -> None:
        """Tell what has been found since the last time."""
        for step in self._board.steps():
            if self._on_progress is not None:
                self._on_progress(step)

    def attend(self, threads: Sequence[threading.Thread]) -> None:
        """Look after the caller until the threads have ended or are to end."""
        while any(thread.is_alive() for thread in threads) and not self._board.should_stop():
            if len(threads) == 1:
                threads[0].join(TICK / 2)
            else:
                self._board.wait(TICK)
            self.report()
            self.wants_to_stop()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without looking for garbage: millions of objects are made, next to none of them is any."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _prepare(
    board: Board, start: tuple[Assignment, ...], caller: _Caller, judged: _Known
) -> tuple[Lane, ...]:
    """What can be known and had before any method begins, with a first schedule; returns the lanes to come."""
    lanes: list[Lane] = []
    failures: list[Exception] = []

    def work() -> None:
        try:
            lanes.extend(_lanes(board, start, judged))
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            failures.append(error)

    # aside, so that a wish to stop is heard meanwhile
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    caller.attend((thread,))
    thread.join(SHORT_GRACE if caller.wants_to_stop() else GRACE)
    if failures:
        raise failures[0]
    return tuple(lanes)


def _lanes(board: Board, start: tuple[Assignment, ...], judged: _Known) -> Iterator[Lane]:
    problem, settings = board.problem, board.settings
    verdict = check(problem, ())
    closing = max(settings.reserve * min(settings.time_limit, 10.0), CLOSING * board.elapsed())
    board.deadline -= min(LONGEST_CLOSING * settings.time_limit, closing)
    if verdict.clean:
        board.offer((), verdict.score, "nothing")
        if not problem.meetings:
            board.tighten(verdict.score, "nothing")
    if board.stopped():
        return
    findings = precheck(problem)
    proof = [finding for finding in findings if finding.bearing is Bearing.INFEASIBLE]
    if proof:
        board.infeasible(proof, "precheck")
        return
    if start:
        _begin(board, start)
    impossible = [finding.meetings[0] for finding in findings if finding.bearing is Bearing.IMPOSSIBLE]
    board.tighten(ceiling(problem, impossible), "ceiling")
    lanes = choose(problem, settings)
    compiled = complete()
    if not compiled and any(not method.child for lane in lanes for method in lane):
        begin_compiling()
    size = len(problem.meetings)
    if not compiled or size <= GREEDY_UP_TO or board.remaining() < PER_MEETING * size:
        greedy.run(board, verdict.score)
        best = board.best()
        if size > settings.check_limit and best is not None and not board.should_stop():
            # the search waits for its kernels anyway, and a stop would not wait for this
            judged[best] = _judged(board, best, hurry=False)
    yield from lanes


def _begin(board: Board, start: tuple[Assignment, ...]) -> None:
    board.start = start
    verdict = check(board.problem, start)
    if verdict.clean:
        board.offer(start, verdict.score, "start")


def _search(board: Board, lanes: Sequence[Lane], caller: _Caller) -> None:
    threads = [
        threading.Thread(target=_run_lane, args=(lane, board, number), daemon=True)
        for number, lane in enumerate(lanes)
    ]
    for thread in threads:
        thread.start()
    caller.attend(threads)
    # methods still busy must end even when the gap is closed or every other method has given up
    board.request_stop()
    end = time.monotonic() + (SHORT_GRACE if caller.wants_to_stop() else GRACE)
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _run_lane(lane: Lane, board: Board, number: int) -> None:
    seed = (board.settings.seed + SEEDS_APART * number) % (1 << 31)
    for method in lane:
        begin = time.monotonic() + method.delay
        while not board.should_stop() and time.monotonic() < begin:
            time.sleep(0.05)
        if board.should_stop():
            return
        settings = replace(board.settings, workers=method.workers, seed=seed)
        view = board.until(time.monotonic() + method.share * board.remaining())
        try:
            if method.child:
                run_in_child(method.path, board.problem, settings, view)
            elif wait_for_kernels(view.should_stop):
                _run_here(method, settings, view)
        except Exception:
            # one method's failure must not take the others' results with it
            log.exception("the method %s failed", method.path)


def _run_here(method: Method, settings: Settings, view: Board) -> None:
    """Run a method in this process, with the one that shares its workers beside it."""
    if not method.beside:
        load_method(method.path)(view.problem, settings, view)
        return
    beside = threading.Thread(
        target=load_method(method.beside), args=(view.problem, settings, view), daemon=True
    )
    load_method(method.path)(view.problem, settings, view, beside)


def _finish(board: Board, judged: _Known, until: float, *, hurry: bool) -> Schedule:
    """The result; reasons are worked out until the given moment."""
    problem, settings = board.problem, board.settings
    proof = board.proof()
    found = _verified(board, judged, hurry)
    if found is None:
        status = Status.UNKNOWN if proof is None else Status.INFEASIBLE
        findings = proof or (Finding(Bearing.UNKNOWN, Fact.NOT_FOUND),)
        return Schedule(
            problem=problem.name,
            status=status,
            score=None,
            bound=None,
            seconds=board.elapsed(),
            seed=settings.seed,
            workers=settings.workers,
            unscheduled=unexplained(problem, status, findings[0]),
            findings=findings,
        )
    assignments, verdict = found
    bound = board.bound()
    if bound is not None and bound < verdict.score:
        log.error("the bound %s lies below the score %s and is left out", bound, verdict.score)
        bound = None
    status = Status.OPTIMAL if bound == verdict.score else Status.FEASIBLE
    if hurry and time.monotonic() + PER_ROW * len(assignments) > until:
        # what reasons are worked out from would take longer than there is time
        until = 0.0
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


def _verified(board: Board, judged: _Known, hurry: bool) -> _Judged | None:
    """The best schedule on the board that holds every rule, with its true score.

    In a hurry a large one is judged by its columns, where it has any.
    """
    for incumbent in board.candidates():
        assignments, verdict = judged.get(incumbent) or _judged(board, incumbent, hurry=hurry)
        if verdict.clean:
            if verdict.score != incumbent.score:
                log.error("%s claimed %s, the score is %s", incumbent.source, incumbent.score, verdict.score)
            return assignments, verdict
        board.withdraw(incumbent, verdict.violations[0])
    return None


def _judged(board: Board, incumbent: Incumbent, *, hurry: bool) -> _Judged:
    if hurry and len(board.problem.meetings) > board.settings.check_limit:
        from solver.instance.columns import Columns
        from solver.judge.check_arrays import judge

        if isinstance(incumbent.make, Columns):
            return incumbent.make(), judge(incumbent.make)
    assignments = tuple(incumbent.make())
    return assignments, check(board.problem, assignments)
