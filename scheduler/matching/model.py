"""The chance that one person says yes to another, as a sum of what profiles say and what decisions have
taught.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scheduler.matching.signals import SIGNALS, Signals

COLD = np.array([0.45, 0.20, 0.15, 0.60, 0.40, 0.0, 0.10, 0.80, 0.25])
"""Weights before anybody has decided anything, in the order of SIGNALS; chosen on invented events of many
shapes (docs/matching.md), in logits per unit.
"""
BASE = -1.5
"""Logit of a yes between two people about whom nothing is known."""

assert len(COLD) == len(SIGNALS)


@dataclass(frozen=True, slots=True)
class Model:
    """Logit of a -> b = base + weights . signals + gives[a] + gets[b] + tastes[a] . charms[b].

    `gives` says how readily a says yes, `gets` how readily others say yes to b; `tastes` and `charms`
    (people x factors) hold what only the two together decide. `echo` is what the answer of the other side
    adds.
    """

    weights: np.ndarray
    base: float
    gives: np.ndarray
    gets: np.ndarray
    tastes: np.ndarray
    charms: np.ndarray
    echo: float = 0.0

    def part(self, people: np.ndarray) -> Model:
        """The same for some of the people, in the given order."""
        return replace(
            self,
            gives=self.gives[people],
            gets=self.gets[people],
            tastes=self.tastes[people],
            charms=self.charms[people],
        )

    def logits(self, signals: Signals, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Logits of yes for directed pairs."""
        return np.asarray(
            self.base
            + signals.of_pairs(sources, targets) @ self.weights
            + self.gives[sources]
            + self.gets[targets]
            + np.einsum("ij,ij->i", self.tastes[sources], self.charms[targets])
        )


def cold(people: int) -> Model:
    """The model that knows profiles only."""
    nothing = np.zeros((people, 0))
    return Model(COLD, BASE, np.zeros(people), np.zeros(people), nothing, nothing)


def chance(logit: np.ndarray) -> np.ndarray:
    """Logits to probabilities."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logit)))


def mutual(model: Model, signals: Signals, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Chance that both say yes: the product of both directions, so that a match must serve both sides."""
    forth = chance(model.logits(signals, sources, targets))
    return np.asarray(forth * chance(model.logits(signals, targets, sources)))
