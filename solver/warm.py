"""Compile the kernels ahead of time.

What is compiled is kept on disk, but only once it is complete: short runs on a new installation would spend their
time compiling, find nothing and leave nothing behind for the next.
"""

from __future__ import annotations

from solver.board import Board
from solver.improve.way import run
from solver.problem import Meeting, Participant, Pavilion, Place, Problem, Slot
from solver.settings import Settings


def warm() -> None:
    """Make the search's kernels ready: up to a minute at first, about a second from then on."""
    problem = Problem(
        name="warm",
        timezone="UTC",
        slots=(Slot("slot", 0, 20),),
        pavilions=(Pavilion("pavilion"),),
        places=(Place("place", "pavilion"),),
        participants=(Participant("one"), Participant("other")),
        meetings=(Meeting("meeting", (("one",), ("other",))),),
    )
    settings = Settings(time_limit=0.1, workers=1)
    run(problem, settings, Board(problem, settings))
