"""The board on which the methods of solving post what they found, safe to use from several threads.

Scores are integers, so bounds are rounded down. The board keeps the best schedule, the tightest proven bound,
and says when to stop.
"""

from __future__ import annotations

import copy
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from solver.findings import Finding
from solver.problem import Problem
from solver.schedule import Assignment, Progress
from solver.sentences import violation_sentence
from solver.settings import Settings
from solver.violations import Rule, Violation

log = logging.getLogger(__name__)

Offer = Sequence[Assignment] | Callable[[], Sequence[Assignment]]

BOUND_TOLERANCE = 1e-6

FIRST_SCHEDULE = "greedy"
"""The source of a schedule made in a hurry, which a search need not go on from."""


@dataclass(frozen=True, slots=True)
class Incumbent:
    """A schedule on the board: its score, who found it, and a function that makes its assignments."""

    score: int
    source: str
    make: Callable[[], Sequence[Assignment]]


@dataclass(frozen=True, slots=True)
class Rejection:
    """What a method posted and the board did not believe: a mistake of ours. `violation` says what is wrong with it."""

    source: str
    violation: Violation


class _Shared:
    """What a board and its narrower views have in common."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.best: list[Incumbent] = []
        self.bound: int | None = None
        self.proof: tuple[Finding, ...] | None = None
        self.stop = threading.Event()
        self.steps: deque[Progress] = deque()
        self.listeners: list[Callable[[str], None]] = []
        self.rejections: list[Rejection] = []


class Board:
    """Shared memory of one solve.

    Methods call `offer`, `tighten` and `infeasible`, and poll `should_stop` at least every half second.
    `deadline` is a moment of `time.monotonic()`. `start` is what the caller wants to begin with; it may break
    rules, so that a method takes from it what it can.
    """

    def __init__(self, problem: Problem, settings: Settings, deadline: float | None = None) -> None:
        self.problem = problem
        self.settings = settings
        self.began = time.monotonic()
        self.deadline = self.began + settings.time_limit if deadline is None else deadline
        self.start: tuple[Assignment, ...] = ()
        self._shared = _Shared()

    def until(self, deadline: float) -> Board:
        """The same board with an earlier deadline, for a method that gets a part of the time."""
        view = copy.copy(self)
        view.deadline = min(self.deadline, deadline)
        return view

    @property
    def rejections(self) -> list[Rejection]:
        """What methods posted and the board refused."""
        return self._shared.rejections

    def offer(self, assignments: Offer, score: int, source: str = "") -> bool:
        """Post a schedule. Returns whether it is now the best.

        `assignments` is a sequence, or for big schedules a function that makes one when it is asked for; it
        may be called later and from another thread, so it must not read what the method goes on changing.
        Up to `settings.check_limit` meetings a schedule is checked here and refused when it breaks a
        rule; beyond that it is checked when the result is handed out.
        """
        with self._shared.lock:
            if self._shared.best and score <= self._shared.best[-1].score:
                return False
        make = assignments if callable(assignments) else partial(tuple, tuple(assignments))
        if len(self.problem.meetings) <= self.settings.check_limit and not self._holds(make(), score, source):
            return False
        with self._shared.changed:
            if self._shared.best and score <= self._shared.best[-1].score:
                return False
            self._shared.best.append(Incumbent(score, source, make))
            del self._shared.best[:-3]
            self._note(source)
        self._tell(source)
        return True

    def tighten(self, bound: float, source: str = "") -> bool:
        """Post a proven upper bound on the score of any schedule. Returns whether it is now the tightest."""
        if not math.isfinite(bound):
            return False
        whole = math.floor(bound + BOUND_TOLERANCE)
        with self._shared.changed:
            if self._shared.bound is not None and whole >= self._shared.bound:
                return False
            self._shared.bound = whole
            self._note(source)
        self._tell(source)
        return True

    def infeasible(self, proof: Sequence[Finding] = (), source: str = "") -> None:
        """Post a proof that no schedule exists: findings, or none from a method that knows no more than that and runs
        in a child process, which finds the words."""
        with self._shared.changed:
            if self._shared.best:
                self.rejections.append(Rejection(source, Violation(Rule.HELD_THOUGH_INFEASIBLE)))
                log.error(
                    "%s: called infeasible, but %s has a schedule", source, self._shared.best[-1].source
                )
                return
            self._shared.proof = tuple(proof)
            self._note(source)
        self._tell(source)

    def request_stop(self) -> None:
        """Ask every method to end soon."""
        self._shared.stop.set()
        with self._shared.changed:
            self._shared.changed.notify_all()
        self._tell("stop")

    def best(self) -> Incumbent | None:
        """The best schedule posted so far."""
        with self._shared.lock:
            return self._shared.best[-1] if self._shared.best else None

    def beginning(self) -> Sequence[Assignment]:
        """What to begin from: the best schedule if it holds anything, else the caller's start."""
        best = self.best()
        return (tuple(best.make()) if best is not None else ()) or self.start

    def candidates(self) -> tuple[Incumbent, ...]:
        """The last few best schedules, best first."""
        with self._shared.lock:
            return tuple(reversed(self._shared.best))

    def bound(self) -> int | None:
        """The tightest proven bound so far."""
        with self._shared.lock:
            return self._shared.bound

    def proof(self) -> tuple[Finding, ...] | None:
        """Why there is no schedule, when that is proven."""
        with self._shared.lock:
            return self._shared.proof

    def closed(self) -> bool:
        """Whether nothing is left to find: infeasible, or the gap is closed to what the settings ask for."""
        with self._shared.lock:
            if self._shared.proof is not None:
                return True
            if not self._shared.best or self._shared.bound is None:
                return False
            gap = self._shared.bound - self._shared.best[-1].score
            return gap <= self.settings.relative_gap * max(1, abs(self._shared.bound))

    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self._shared.stop.is_set()

    def should_stop(self) -> bool:
        """True at the deadline, at a stop request, and when the gap is closed."""
        return self._shared.stop.is_set() or time.monotonic() >= self.deadline or self.closed()

    def remaining(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(0.0, self.deadline - time.monotonic())

    def elapsed(self) -> float:
        """Seconds since the board was made."""
        return time.monotonic() - self.began

    def wait(self, timeout: float) -> None:
        """Sleep until something is posted, a stop is asked for, or the seconds have passed."""
        with self._shared.changed:
            if not self._shared.steps and not self._shared.stop.is_set():
                self._shared.changed.wait(timeout)

    def steps(self) -> list[Progress]:
        """The progress since the last call, oldest first."""
        with self._shared.lock:
            steps = list(self._shared.steps)
            self._shared.steps.clear()
        return steps

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener(source)` after every change, in the thread that made it."""
        with self._shared.lock:
            self._shared.listeners.append(listener)

    def withdraw(self, incumbent: Incumbent, violation: Violation) -> None:
        """Take a schedule down again that turned out to break a rule."""
        with self._shared.changed:
            self._shared.best = [kept for kept in self._shared.best if kept is not incumbent]
            self.rejections.append(Rejection(incumbent.source, violation))
        log.error("schedule of %s withdrawn: %s", incumbent.source, violation_sentence(violation))

    def _holds(self, assignments: Sequence[Assignment], score: int, source: str) -> bool:
        from solver.judge.check import check

        verdict = check(self.problem, assignments)
        if verdict.violations:
            violation = verdict.violations[0]
        elif verdict.score != score:
            violation = Violation(Rule.SCORE, numbers=(score, verdict.score))
        else:
            return True
        with self._shared.lock:
            self.rejections.append(Rejection(source, violation))
        log.error("schedule of %s refused: %s", source, violation_sentence(violation))
        return False

    def _note(self, source: str) -> None:
        score = self._shared.best[-1].score if self._shared.best else None
        bound = None if self._shared.bound is None else float(self._shared.bound)
        self._shared.steps.append(Progress(self.elapsed(), score, bound, source))
        self._shared.changed.notify_all()

    def _tell(self, source: str) -> None:
        with self._shared.lock:
            listeners = tuple(self._shared.listeners)
        for listener in listeners:
            listener(source)
