"""Learning from interest already given: one logistic model of both directions, with everything shrunk to
the profile.

The model is the social relations model (Kenny and La Voie 1984) on the logit scale: how readily one says
yes, how readily others say yes to one (the two may go together), what the two profiles say, and low-rank
tastes. Strengths of the priors come from the data (empirical Bayes, MacKay 1992), so a table without signal
leaves the cold model as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from scheduler.matching.describe import Description, describe
from scheduler.matching.model import BASE, COLD, Model, chance, cold
from scheduler.matching.profile import Decision
from scheduler.matching.signals import Signals

TRUST = 0.35
"""Standard deviation, per weight, by which decisions may move the weights of the cold model before they
must argue.
"""
ROUNDS = 4
FEWEST = 20
ENOUGH = 20_000
"""Decisions that teach the weights; what is one person's own is learned from all."""
"""Decisions below which nothing is learned."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Decisions as arrays: who, about whom, yes (1) or no (0), with what weight."""

    sources: np.ndarray
    targets: np.ndarray
    yes: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, decisions: Sequence[Decision]) -> Lessons:
        """Arrays of the decisions."""
        return cls(
            np.array([d.source for d in decisions], dtype=np.int64),
            np.array([d.target for d in decisions], dtype=np.int64),
            np.array([d.yes for d in decisions], dtype=np.float64),
            np.array([d.weight for d in decisions], dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.sources)

    def only(self, rows: np.ndarray) -> Lessons:
        """Some of the lessons."""
        return Lessons(self.sources[rows], self.targets[rows], self.yes[rows], self.weight[rows])

    def answers(self, people: int, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """What the targets said about the sources: 1 yes, -1 no, 0 not known."""
        own = self.sources * people + self.targets
        order = np.argsort(own, kind="stable")
        asked = targets * people + sources
        place = np.minimum(np.searchsorted(own[order], asked), max(len(own) - 1, 0))
        if len(own) == 0:
            return np.zeros(len(asked))
        found = own[order][place] == asked
        return np.where(found, 2.0 * self.yes[order][place] - 1.0, 0.0)


def learn(signals: Signals, lessons: Lessons) -> Model:
    """The model after the decisions; the cold one when there are too few, or all of one kind."""
    people = len(signals)
    if len(lessons) < FEWEST or lessons.yes.min() == lessons.yes.max():
        return cold(people)
    some = lessons
    if len(lessons) > ENOUGH:
        some = lessons.only(np.sort(np.random.default_rng(5).choice(len(lessons), ENOUGH, replace=False)))
    # The products are small: several threads would spend their time waiting for each other.
    with threadpool_limits(limits=1, user_api="blas"):
        fit = _Fit(signals, some, describe(signals))
        for _ in range(ROUNDS):
            fit.maximise()
            fit.adapt()
        model = fit.model()
        return model if some is lessons else _persons(signals, lessons, model, fit)


class _Fit:
    """Maximum a posteriori by L-BFGS, in units of the prior's standard deviations, and updates of those."""

    def __init__(self, signals: Signals, lessons: Lessons, description: Description) -> None:
        self.lessons = lessons
        self.description = description
        a, b = lessons.sources, lessons.targets
        self.present = np.unique(np.concatenate([a, b]))
        self.a, self.b = np.searchsorted(self.present, a), np.searchsorted(self.present, b)
        people = len(signals)
        self.signals = signals.of_pairs(a, b)
        answers = lessons.answers(people, a, b)
        alone, paired = description.alone, description.paired
        products = (paired[a][:, :, None] * paired[b][:, None, :]).reshape(len(a), -1)
        self.design = np.hstack(
            [np.ones((len(a), 1)), answers[:, None], self.signals, alone[b], alone[a], products]
        )
        k, m, p = self.signals.shape[1], alone.shape[1], products.shape[1]
        edges = np.cumsum([2, k, m, m, p])
        self.parts = [slice(low, high) for low, high in zip(np.r_[0, edges[:-1]], edges, strict=True)]
        self.mean = np.concatenate([[BASE, 0.3], COLD, np.zeros(2 * m + p)])
        self.spread = np.concatenate([[2.0, 0.5], np.full(k, TRUST), np.full(2 * m, 0.1), np.full(p, 0.03)])
        self.both = np.array([[0.3, 0.0], [0.0, 0.3]])
        self.fixed = np.zeros(self.design.shape[1])
        self.person = np.zeros((len(self.present), 2))

    def maximise(self) -> None:
        """Most probable parameters under the present priors."""
        width = self.design.shape[1]
        root = np.linalg.cholesky(self.both)
        scaled = self.design * self.spread
        start = scaled @ np.zeros(width) + self.design @ self.mean
        a, b, yes, weight = self.a, self.b, self.lessons.yes, self.lessons.weight
        people = len(self.present)

        def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
            fixed, person = x[:width], x[width:].reshape(-1, 2) @ root.T
            logit = start + scaled @ fixed + person[a, 0] + person[b, 1]
            value = float(weight @ (np.logaddexp(0.0, logit) - yes * logit) + 0.5 * x @ x)
            error = weight * (chance(logit) - yes)
            gives = np.bincount(a, error, people)
            gets = np.bincount(b, error, people)
            slope = np.concatenate([scaled.T @ error, (np.column_stack([gives, gets]) @ root).ravel()])
            return value, slope + x

        first = np.concatenate([self.fixed, np.linalg.solve(root, self.person.T).T.ravel()])
        found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 20, "maxcor": 6})
        self.fixed = found.x[:width]
        self.person = found.x[width:].reshape(-1, 2) @ root.T

    def adapt(self) -> None:
        """Prior strengths from the parameters and their uncertainty (expectation-maximisation, Laplace)."""
        a, b, people = self.a, self.b, len(self.present)
        logit = self.design @ (self.mean + self.spread * self.fixed) + self.person[a, 0] + self.person[b, 1]
        p = chance(logit)
        curve = self.lessons.weight * p * (1 - p)
        scaled = self.design * self.spread
        covariance = np.linalg.inv((scaled * curve[:, None]).T @ scaled + np.eye(scaled.shape[1]))
        uncertain = np.diag(covariance)
        for part in self.parts[2:]:
            if part.stop > part.start:
                second = float(np.mean(self.fixed[part] ** 2 + uncertain[part]))
                self.spread[part] = np.clip(self.spread[part] * np.sqrt(second), 0.003, 1.5)
                self.fixed[part] /= np.sqrt(max(second, 1e-9))
        tight = np.tile(np.linalg.inv(self.both), (people, 1, 1))
        tight[:, 0, 0] += np.bincount(a, curve, people)
        tight[:, 1, 1] += np.bincount(b, curve, people)
        spread = self.person.T @ self.person + np.linalg.inv(tight).sum(axis=0)
        self.both = spread / people + 1e-3 * np.eye(2)

    def everybody(self) -> np.ndarray:
        """Readiness and charm of all people, nothing for those of whom nothing was decided."""
        own = np.zeros((len(self.description.alone), 2))
        own[self.present] = self.person
        return own

    def model(self) -> Model:
        """The parameters in the form that scores pairs."""
        value = self.mean + self.spread * self.fixed
        alone, paired = self.description.alone, self.description.paired
        width = paired.shape[1]
        own = self.everybody()
        gets, gives = alone @ value[self.parts[2]], alone @ value[self.parts[3]]
        bilinear = value[self.parts[4]].reshape(width, width)
        return Model(
            value[self.parts[1]],
            float(value[0]),
            gives + own[:, 0],
            gets + own[:, 1],
            paired @ bilinear,
            paired,
            float(value[1]),
        )


def _persons(signals: Signals, lessons: Lessons, model: Model, fit: _Fit) -> Model:
    """The same weights, with each person's own readiness and charm from all decisions (Newton steps per
    person).
    """
    people, a, b = len(signals), lessons.sources, lessons.targets
    answers = lessons.answers(people, a, b)
    person = fit.everybody()
    bare = replace(model, gives=model.gives - person[:, 0], gets=model.gets - person[:, 1])
    start = bare.logits(signals, a, b) + model.echo * answers
    tight = np.linalg.inv(fit.both)
    for _ in range(6):
        p = chance(start + person[a, 0] + person[b, 1])
        error, curve = lessons.weight * (lessons.yes - p), lessons.weight * p * (1 - p)
        slope = (
            np.column_stack([np.bincount(a, error, people), np.bincount(b, error, people)]) - person @ tight
        )
        bend = np.tile(tight, (people, 1, 1))
        bend[:, 0, 0] += np.bincount(a, curve, people)
        bend[:, 1, 1] += np.bincount(b, curve, people)
        # Half steps: neighbours move at the same time.
        person += 0.5 * np.linalg.solve(bend, slope[:, :, None])[:, :, 0]
    return replace(bare, gives=bare.gives + person[:, 0], gets=bare.gets + person[:, 1])


def known(
    model: Model, signals: Signals, lessons: Lessons, sources: np.ndarray, targets: np.ndarray
) -> np.ndarray:
    """Chance of a yes for directed pairs: what was decided where it was, else what the model expects.

    A decision still unknown is read together with the other side's answer, if that is known.
    """
    people = len(signals)
    own = lessons.answers(people, targets, sources)
    other = lessons.answers(people, sources, targets)
    expected = chance(model.logits(signals, sources, targets) + model.echo * other)
    return np.where(own > 0, 1.0, np.where(own < 0, 0.0, expected))
