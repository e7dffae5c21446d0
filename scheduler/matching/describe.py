"""Profiles condensed to short dense rows, for learning who is liked, who likes many, and who goes with
whom.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from scheduler.matching import text as texts
from scheduler.matching.signals import Signals

DIMENSIONS = 16
"""Directions kept of topics and words."""
PAIRED = 4
"""How many of them, beside the figures, may combine with those of the partner."""
FIGURES = 12
"""Labelled numbers kept, the commonest first."""


@dataclass(frozen=True, slots=True)
class Description:
    """`alone` (people x m) for effects of one person; `paired` (people x d) for effects of two together."""

    alone: np.ndarray
    paired: np.ndarray


def describe(signals: Signals) -> Description:
    """Types, labelled numbers (with squares) and the main directions of topics and words, as standard
    scores.

    With a square for each side and a product between the two, a model of sums can learn "near in age" as
    well as "the older the better".
    """
    figures = _figures(signals)
    main = _directions(signals)
    kinds = np.eye(len(signals.kind_names))[signals.kinds]
    kinds = kinds[:, kinds.std(axis=0) > 0][:, :24]
    said = np.column_stack(
        [np.log1p(np.diff(block.indptr)) for block in (*signals.looks[:2], *signals.shows[:2])]
    )
    alone = np.hstack([main, figures, figures**2, kinds, said])
    paired = np.hstack([main[:, :PAIRED], figures[:, :PAIRED], kinds[:, :PAIRED]])
    return Description(_scores(alone), _scores(paired))


def _directions(signals: Signals) -> np.ndarray:
    profile = sparse.hstack([signals.looks[0], signals.shows[0], signals.shows[2]]).tocsr().astype(np.float64)
    keep = min(DIMENSIONS, min(profile.shape) - 1)
    if keep < 1 or profile.nnz == 0:
        return np.zeros((len(signals), 0))
    start = np.full(min(profile.shape), 1.0)
    left, strength, _ = svds(profile, k=keep, v0=start)
    order = np.argsort(-strength)
    return np.asarray(left[:, order] * strength[order])


def _figures(signals: Signals) -> np.ndarray:
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for row, person in enumerate(signals.profiles):
        for label, value in texts.numbers(person.text):
            found[label].setdefault(row, value)
    common = sorted((label for label, rows in found.items() if len(rows) >= max(8, len(signals) // 4)))
    common.sort(key=lambda label: -len(found[label]))
    result = np.zeros((len(signals), min(len(common), FIGURES)))
    for place, label in enumerate(common[:FIGURES]):
        rows = np.fromiter(found[label], dtype=np.int64)
        values = np.fromiter(found[label].values(), dtype=np.float64)
        spread = values.std()
        if spread > 0:
            result[rows, place] = np.clip((values - values.mean()) / spread, -3, 3)
    return result


def _scores(values: np.ndarray) -> np.ndarray:
    spread = values.std(axis=0)
    kept = values[:, spread > 1e-9]
    return np.asarray((kept - kept.mean(axis=0)) / spread[spread > 1e-9])
