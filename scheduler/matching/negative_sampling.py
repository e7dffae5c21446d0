"""What was not said: interests in an event are nearly all positive, so the passed over stand in for a weak
no.
"""

from __future__ import annotations

import numpy as np

from scheduler.matching.learn import Lessons

PER_YES = 2
"""Passed-over people drawn for each yes."""
WEIGHT = 0.3
"""Weight of a passed-over person beside a stated decision: most were never looked at."""
FAME = 0.75
"""Power of their popularity with which they are drawn."""


def with_silence(lessons: Lessons, people: int, seed: int = 1) -> Lessons:
    """The lessons, and for each yes a few people whom the same person passed over, as weak no.

    They are drawn in proportion to how often they were chosen by others (to the power FAME): who is shown
    to many is also passed over by many. Without that, a much shown person would look much liked for being
    shown (popularity correction by sampling, Rendle and Freudenthaler 2014).
    """
    liked = lessons.yes > 0
    if not liked.any():
        return lessons
    rng = np.random.default_rng(seed)
    fame = (np.bincount(lessons.targets[liked], minlength=people) + 0.5) ** FAME
    sources = np.repeat(lessons.sources[liked], PER_YES)
    targets = rng.choice(people, size=len(sources), p=fame / fame.sum())
    said = set((lessons.sources * people + lessons.targets).tolist())
    fresh = np.array([key not in said for key in (sources * people + targets).tolist()]) & (
        sources != targets
    )
    count = int(fresh.sum())
    return Lessons(
        np.concatenate([lessons.sources, sources[fresh]]),
        np.concatenate([lessons.targets, targets[fresh]]),
        np.concatenate([lessons.yes, np.zeros(count)]),
        np.concatenate([lessons.weight, np.full(count, WEIGHT)]),
    )
