"""Which methods of solving work on a problem, chosen by its size and by how many workers there are.

Every method that takes part is right for every feature of the contract, or declines by a test of its own and
ends at once, so that the next method of its lane follows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from solver.instance.place_groups import seats
from solver.maxsat.scope import suits
from solver.problem import Problem
from solver.settings import Settings


@dataclass(frozen=True, slots=True)
class Method:
    """A method of solving by its path "package.module:function", with the workers it may use.

    `child`: whether it runs in a process of its own, since it could hold up the others or overrun.
    `delay`: seconds that others get to finish without it. `share`: the part of the time left when it begins
    that it may take. `beside`: the path of a method that begins beside it, in one of its workers.
    """

    path: str
    child: bool
    workers: int = 1
    delay: float = 0.0
    share: float = 1.0
    beside: str = ""


Lane = tuple[Method, ...]
"""Methods that run one after the other. Lanes run side by side, each with a seed of its own."""

EXACT = Method("solver.maxsat.run:run", child=True)
DESCENT = Method("solver.maxsat.run:descend", child=True, delay=0.5)
MODEL = Method("solver.cpsat.run:run", child=True)
SEARCH = Method("solver.lns.annealing:run", child=False)
BOUNDS = Method("solver.lagrangian.run:run", child=False)

SMALL = 20_000
"""Seats up to which one worker alone proves more with the complete model than a search finds."""

SELDOM = 0.15
"""The part of the time that the complete model gets on larger problems where people walk: there it is weak."""

PATIENCE = 1.5
"""Seconds that proof gets on small problems before a search is started beside it."""


def choose(problem: Problem, settings: Settings) -> tuple[Lane, ...]:
    """The lanes for a problem."""
    if not problem.meetings:
        return ()
    size = seats(problem)
    if size > settings.model_limit:
        return _large(settings)
    counts = suits(problem)
    if settings.workers == 1:
        if counts:
            # a core-guided proof has no schedule before its end, so the descent goes first
            return ((replace(DESCENT, delay=0.0, share=0.25), replace(EXACT, share=0.8), MODEL, SEARCH),)
        if size <= SMALL:
            return ((MODEL, SEARCH),)
        return ((Method(BOUNDS.path, child=False, share=0.3), SEARCH),)
    model = Method(MODEL.path, child=True, workers=settings.workers - 1)
    if counts:
        return ((EXACT, model, BOUNDS), (DESCENT, SEARCH))
    if size <= SMALL:
        return ((model, BOUNDS), (replace(SEARCH, delay=PATIENCE),))
    # which meetings to hold is a question of prices first; the model then gets a chance to prove more
    proof = replace(model, share=SELDOM if any(walk.minutes for walk in problem.walking) else 1.0)
    return ((replace(BOUNDS, share=0.5), proof, SEARCH), (SEARCH,))


def _large(settings: Settings) -> tuple[Lane, ...]:
    if settings.workers == 1:
        return (
            (
                Method(SEARCH.path, child=False, share=0.5),
                Method(BOUNDS.path, child=False, share=0.5),
                SEARCH,
            ),
        )
    # the search runs the bounds beside itself and takes their worker over once they have settled
    return ((replace(SEARCH, workers=settings.workers, beside=BOUNDS.path),),)
