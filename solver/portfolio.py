"""Which ways of solving work on a problem, chosen by its size and structure."""

from __future__ import annotations

from dataclasses import dataclass

from solver.problem import Problem
from solver.settings import Settings


@dataclass(frozen=True, slots=True)
class Way:
    """A way of solving by its path "package.module:function", with the share of the workers it may use.

    `child`: whether it runs in a process of its own, since it could hold up the others or overrun.
    """

    path: str
    workers: int
    child: bool


Lane = tuple[Way, ...]
"""Ways that run one after the other. Lanes run side by side."""


def choose(problem: Problem, settings: Settings) -> tuple[Lane, ...]:
    """The lanes for a problem."""
    return ((Way("solver.cpsat:run", settings.workers, child=True),),)
