from __future__ import annotations

import numpy as np

from scheduler.matching.learn import Lessons, known, learn
from scheduler.matching.model import COLD, cold
from scheduler.matching.negative_sampling import with_silence
from scheduler.matching.profile import Decision
from scheduler.matching.signals import read
from tests.matching.people import crowd

SIGNALS = read(crowd(100))


def lessons(count: int, likes: object = None, seed: int = 4) -> Lessons:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(100, size=count), rng.integers(100, size=count)
    chance = likes(a, b) if callable(likes) else np.full(count, 0.4)
    return Lessons(a, b, (rng.random(count) < chance) * 1.0, np.ones(count))


def test_too_few_decisions_leave_the_model_as_it_was() -> None:
    assert learn(SIGNALS, lessons(5)).weights.tolist() == COLD.tolist()


def test_decisions_all_alike_leave_the_model_as_it_was() -> None:
    some = lessons(100)
    assert (
        learn(SIGNALS, Lessons(some.sources, some.targets, np.ones(100), np.ones(100))).weights.tolist()
        == COLD.tolist()
    )


def test_liked_people_and_easy_people_are_recognised() -> None:
    model = learn(SIGNALS, lessons(3000, lambda a, b: 0.15 + 0.35 * (b < 30) + 0.35 * (a < 30)))
    gets = model.logits(SIGNALS, np.full(100, 99), np.arange(100))
    gives = model.logits(SIGNALS, np.arange(100), np.full(100, 99))
    assert gets[:30].mean() > gets[30:99].mean() + 1
    assert gives[:30].mean() > gives[30:99].mean() + 1


def test_what_people_choose_moves_the_weight_of_a_signal() -> None:
    def likes(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return 0.1 + 0.8 * (SIGNALS.of_pairs(a, b)[:, 0] > 0.8)

    assert learn(SIGNALS, lessons(3000, likes)).weights[0] > 2 * COLD[0]


def test_decisions_at_random_teach_little() -> None:
    model = learn(SIGNALS, lessons(3000))
    a, b = np.arange(100), np.roll(np.arange(100), 1)
    assert np.std(model.logits(SIGNALS, a, b)) < np.std(cold(100).logits(SIGNALS, a, b))


def test_known_takes_decisions_as_they_are() -> None:
    taught = Lessons.of([Decision(1, 2, True), Decision(2, 3, False), Decision(3, 4, True)])
    chances = known(cold(100), SIGNALS, taught, np.array([1, 2, 4]), np.array([2, 3, 3]))
    assert chances[0] == 1.0
    assert chances[1] == 0.0
    assert 0.0 < chances[2] < 1.0


def test_answers_find_what_the_other_side_said() -> None:
    taught = Lessons.of([Decision(1, 2, True), Decision(2, 3, False)])
    assert taught.answers(100, np.array([2, 3, 1]), np.array([1, 2, 2])).tolist() == [1.0, -1.0, 0.0]


def test_silence_adds_weak_refusals_of_the_famous_and_keeps_what_was_said() -> None:
    taught = Lessons.of([Decision(a, b, True) for a in range(20, 60) for b in (1, a + 1)])
    full = with_silence(taught, 100)
    added = full.only(np.arange(len(taught), len(full)))
    assert (added.yes == 0).all()
    assert (added.weight < 1).all()
    assert len(added) > len(taught)
    said = set(zip(taught.sources.tolist(), taught.targets.tolist(), strict=True))
    assert not said & set(zip(added.sources.tolist(), added.targets.tolist(), strict=True))
