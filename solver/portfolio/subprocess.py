"""A method in a process of its own: it can't hold up the others, and ends when it must.

The parent starts a Python that runs `main` below and sends the problem; both sides then exchange pickled
messages, each with its length in front. Processes are started afresh rather than forked, since a fork beside
threads can hang. The child ends by itself when the parent's end of its input closes, so that a
killed parent leaves nothing behind.
"""

from __future__ import annotations

import importlib
import logging
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, cast

from solver.findings import Finding
from solver.incumbents import Board, Offer
from solver.problem import Problem
from solver.reasons.infeasible_subset import infeasibility
from solver.schedule import Assignment
from solver.settings import Settings

log = logging.getLogger(__name__)

GRACE = 1.5
"""Seconds that a child may take to end after it was told to."""

WORDING = 1.5
"""Seconds to find out which requirements contradict each other once it is proven that some do."""

_LENGTH = struct.Struct("!Q")

Run = Callable[..., None]
"""Takes problem, settings and board; one that shares its workers also the thread to begin beside it."""


@dataclass(frozen=True, slots=True)
class _Task:
    method: str
    problem: Problem
    settings: Settings
    remaining: float
    best: tuple[tuple[Assignment, ...], int] | None
    bound: int | None
    start: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class _News:
    """What one side tells the other: a schedule with its score, a bound, a proof, a stop."""

    source: str
    assignments: tuple[Assignment, ...] | None = None
    score: int = 0
    bound: int | None = None
    proof: tuple[Finding, ...] | None = None
    stop: bool = False


def load_method(path: str) -> Run:
    """The function that "package.module:function" names."""
    module, _, name = path.partition(":")
    return cast(Run, getattr(importlib.import_module(module), name))


def run_in_child(method: str, problem: Problem, settings: Settings, board: Board) -> None:
    """Run a method in a child process until it returns, or the board says stop. Nothing it posted is lost."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(entry or os.getcwd() for entry in sys.path))
    process = subprocess.Popen(
        [sys.executable, "-c", "from solver.portfolio.subprocess import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    try:
        _Link(process, board).serve(method, problem, settings)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


class _Link:
    """The parent's side of one child."""

    def __init__(self, process: subprocess.Popen[bytes], board: Board) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._board = board
        self._input = process.stdin
        self._output = process.stdout
        self._heard: int | None = None
        self._told_score: int | None = None
        self._told_bound: int | None = None
        self._over = threading.Event()

    def serve(self, method: str, problem: Problem, settings: Settings) -> None:
        """Send the task, then relay both ways until the child ends or has to be ended."""
        board = self._board
        best = board.best()
        known = None if best is None else (tuple(best.make()), best.score)
        self._told_score, self._told_bound = None if known is None else known[1], board.bound()
        task = _Task(method, problem, settings, board.remaining(), known, board.bound(), board.start)
        listener = threading.Thread(target=self._listen, args=(method,), daemon=True)
        # a thread of its own: writing to a child that does not read would hold up its end
        speaker = threading.Thread(target=self._speak, args=(task,), daemon=True)
        listener.start()
        speaker.start()
        while not self._over.wait(0.05):
            if board.should_stop():
                self._over.wait(GRACE)
                break
        if not self._over.is_set():
            self._process.kill()
        listener.join(5)
        speaker.join(5)

    def _speak(self, task: _Task) -> None:
        self._send(task)
        while not self._board.should_stop():
            if self._over.wait(0.05):
                return
            self._tell()
        self._send(_News("stop", stop=True))

    def _tell(self) -> None:
        """Tell the child what others have found since."""
        best, bound = self._board.best(), self._board.bound()
        if bound is not None and bound != self._told_bound:
            self._told_bound = bound
            self._send(_News("bound", bound=bound))
        if best is not None and best.score != self._told_score:
            self._told_score = best.score
            if best.score != self._heard:
                self._send(_News(best.source, tuple(best.make()), best.score))

    def _listen(self, method: str) -> None:
        try:
            while (message := _receive(self._output)) is not None:
                self._hear(cast(_News, message))
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            log.warning("the child of %s ended in the middle of a message: %s", method, error)
        finally:
            self._over.set()
        code = self._process.wait()
        if code not in (0, -signal.SIGKILL):
            log.error("the child of %s ended with code %s", method, code)

    def _hear(self, news: _News) -> None:
        if news.assignments is not None:
            self._heard = news.score
            self._board.offer(news.assignments, news.score, news.source)
        if news.bound is not None:
            self._told_bound = news.bound
            self._board.tighten(news.bound, news.source)
        if news.proof is not None:
            self._board.infeasible(news.proof, news.source)

    def _send(self, message: object) -> None:
        try:
            _send(self._input, message)
        except (BrokenPipeError, ValueError) as error:
            log.debug("the child no longer listens: %s", error)


class _ChildBoard(Board):
    """The board inside the child: what is better there is sent to the parent at once."""

    def __init__(self, problem: Problem, settings: Settings, deadline: float, output: IO[bytes]) -> None:
        super().__init__(problem, settings, deadline)
        self._output = output
        self._sending = threading.Lock()

    def offer(self, assignments: Offer, score: int, source: str = "") -> bool:
        rows = tuple(assignments() if callable(assignments) else assignments)
        better = super().offer(rows, score, source)
        if better:
            self._post(_News(source, rows, score))
        return better

    def tighten(self, bound: float, source: str = "") -> bool:
        better = super().tighten(bound, source)
        if better:
            self._post(_News(source, bound=self.bound()))
        return better

    def infeasible(self, proof: Sequence[Finding] = (), source: str = "") -> None:
        # worked out here and before anything is posted: the parent ends the child as soon as it hears of a proof
        proof = proof or infeasibility(self.problem, min(WORDING, self.remaining()))
        super().infeasible(proof, source)
        self._post(_News(source, proof=self.proof()))

    def learn(self, news: _News) -> None:
        """Take in what the parent tells, without telling it back."""
        if news.assignments is not None:
            super().offer(news.assignments, news.score, news.source)
        if news.bound is not None:
            super().tighten(news.bound, news.source)
        if news.stop:
            self.request_stop()

    def _post(self, news: _News) -> None:
        with self._sending:
            _send(self._output, news)


def _send(stream: IO[bytes], message: object) -> None:
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> object | None:
    """The next message; None at the end. Raises EOFError when it ends inside a message."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise EOFError("no whole length")
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError("no whole message")
    # both ends are this package's own processes, joined by an anonymous pipe
    message: object = pickle.loads(data)  # noqa: S301
    return message


def main() -> None:
    """The child: read the task, run the method, end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source = os.fdopen(os.dup(0), "rb")
    output = os.fdopen(os.dup(1), "wb")
    # what a library prints must not get between the messages
    os.dup2(2, 1)
    task = cast(_Task, _receive(source))
    if task is None:
        return
    board = _ChildBoard(task.problem, task.settings, time.monotonic() + task.remaining, output)
    if task.bound is not None:
        board.learn(_News("start", bound=task.bound))
    board.start = task.start
    if task.best is not None:
        board.learn(_News("start", *task.best))
    if task.settings.memory_limit is not None:
        _limit_memory(task.settings.memory_limit)

    def follow() -> None:
        while True:
            try:
                message = _receive(source)
            except (EOFError, OSError):
                message = None
            if message is None:
                os._exit(1)
            board.learn(cast(_News, message))

    threading.Thread(target=follow, daemon=True).start()
    load_method(task.method)(
        task.problem, replace(task.settings, time_limit=max(0.001, task.remaining)), board
    )
    output.flush()
    # threads of libraries may still run; nothing of theirs is wanted
    sys.stderr.flush()
    os._exit(0)


def _limit_memory(limit: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
