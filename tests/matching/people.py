"""Small events for the tests of the ranking."""

from __future__ import annotations

import numpy as np

from scheduler.matching.profile import Profile

TOPICS = ("traffic", "water", "light", "data", "waste", "heat")


def crowd(count: int, seed: int = 1, kinds: tuple[str, ...] = ("city", "supplier")) -> list[Profile]:
    """People with random topics, types, languages and words."""
    rng = np.random.default_rng(seed)
    return [
        Profile(
            id=f"p{number}",
            kind=str(rng.choice(kinds)),
            organisation=f"o{number // 2}",
            offers=tuple(str(topic) for topic in rng.choice(TOPICS, 2, replace=False)),
            seeks=tuple(str(topic) for topic in rng.choice(TOPICS, 2, replace=False)),
            text=" ".join(
                str(word) for word in rng.choice(("pilot", "sensor", "harbour", "school", "bridge"), 2)
            ),
            languages=frozenset(str(code) for code in rng.choice(("en", "fr", "fi"), 2)),
            country=str(rng.choice(("FI", "FR", ""))),
            wants=frozenset({"type:city"}) if rng.random() < 0.3 else frozenset(),
        )
        for number in range(count)
    ]
