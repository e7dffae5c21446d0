"""Compile the kernels, ahead of time or beside a run that does not wait for them.

A new installation compiles for a quarter of a minute. A process of its own does that, so that nobody is held up,
and goes on to the end when the run that started it is over: the next one finds all there is.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from solver.incumbents import Board
from solver.jit import cache
from solver.problem import Commitment, Meeting, Participant, Pavilion, Place, Problem, Slot, Walk, Weights
from solver.schedule import Assignment
from solver.settings import Settings

log = logging.getLogger(__name__)

_lock = threading.Lock()
_children: list[subprocess.Popen[bytes]] = []


def precompile() -> None:
    """Make all kernels ready, here and now: up to a minute at first, about a second from then on."""
    from solver.instance.arrays import arrays_of
    from solver.lagrangian import run as bounds
    from solver.lns import annealing as search

    cache.folder().mkdir(parents=True, exist_ok=True)
    with (cache.folder() / "lock").open("w") as lock:
        # two at once would do everything twice
        fcntl.flock(lock, fcntl.LOCK_EX)
        problem, settings = _example(), Settings(workers=1)
        bounds.run(problem, settings, _Brief(problem, settings))
        bounds.agree_on_places(arrays_of(problem), _Brief(problem, settings))
        board = _Brief(problem, settings)
        board.start = (Assignment("meeting", "early", "west", ("one", "other")),)
        search.run(problem, settings, board)
        cache.mark_complete()


class _Brief(Board):
    """A board that says stop after some looks at it, however long what happens between them takes."""

    looks = 12

    def should_stop(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def begin_compiling() -> None:
    """See to it that the kernels get compiled, unless they are or somebody is at it; returns at once."""
    with _lock:
        if _children or cache.complete() or not sys.executable:
            return
        paths = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        # nothing is inherited: whoever waits for the end of our output must not wait for the compiler
        child = subprocess.Popen(
            [sys.executable, "-c", "from solver.portfolio.precompile import main; main()"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, PYTHONPATH=paths),
            start_new_session=True,
        )
        _children.append(child)


def wait_for_kernels(stop: Callable[[], bool]) -> bool:
    """Wait until the kernels are there, or whoever compiled them has failed. False when told to stop before."""
    begin_compiling()
    while _children and not cache.complete():
        if stop():
            return False
        if _children[0].poll() is not None:
            if not cache.complete():
                log.warning("compiling beside the run failed and is done in it")
            break
        time.sleep(0.05)
    return not stop()


def main() -> None:
    """The process beside: it takes second place once the run it was started for is over."""
    parent = os.getppid()

    def yield_when_alone() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os.nice(10)

    threading.Thread(target=yield_when_alone, daemon=True).start()
    precompile()


def _example() -> Problem:
    """A problem small enough to be solved at once that asks for every kernel."""
    return Problem(
        name="warm",
        timezone="UTC",
        slots=(Slot("early", 0, 20), Slot("late", 30, 50)),
        pavilions=(Pavilion("west"), Pavilion("east")),
        walking=(Walk("west", "east", 5),),
        places=(Place("west", "west"), Place("east", "east")),
        participants=(
            Participant("one", commitments=(Commitment(60, 70, "west"),)),
            Participant("other"),
            Participant("third"),
        ),
        meetings=(
            Meeting("meeting", (("one",), ("other",)), places=("west",)),
            Meeting("second", (("one",), ("third",)), places=("east",)),
            Meeting("third", (("one",), ("other",))),
        ),
        weights=Weights(value=10, breaks=1, walking=1),
    )
