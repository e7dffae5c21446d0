from __future__ import annotations

import numpy as np

from scheduler.matching.exposure import Balance, spread
from scheduler.matching.model import cold
from scheduler.matching.profile import Profile, Rules
from scheduler.matching.recommend import recommend
from scheduler.matching.signals import read


def one_star(people: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Everybody's best is person 0; the rest is nearly equal."""
    rng = np.random.default_rng(3)
    who = np.array([[0, *rng.choice(np.arange(1, people), width - 1, replace=False)] for _ in range(people)])
    return who, np.tile(np.r_[0.5, np.linspace(0.4, 0.35, width - 1)], (people, 1))


def test_spread_shows_everybody_to_somebody() -> None:
    who, score = one_star(200, 40)
    who[:, 1:][who[:, 1:] > 150] = 1
    lists, _ = spread(who, score, 200, Balance(length=5), np.ones(who.shape, dtype=bool))
    assert set(lists[:, :5].ravel()) >= set(range(200))


def test_spread_shows_a_star_to_fewer_when_others_are_nearly_as_good() -> None:
    who, score = one_star(200, 40)
    score[:, 0] = 0.41
    before = int((who[:, :5] == 0).sum())
    lists, _ = spread(who, score, 200, Balance(length=5))
    assert int((lists[:, :5] == 0).sum()) < before


def test_spread_keeps_a_partner_who_is_clearly_better() -> None:
    who, score = one_star(200, 40)
    score[:, 0] = 0.95
    lists, _ = spread(who, score, 200, Balance(length=5))
    assert (lists[:, 0] == 0).all()


def test_spread_keeps_every_candidate_and_its_chance() -> None:
    who, score = one_star(60, 20)
    lists, chances = spread(who, score, 60, Balance(length=5))
    for row in range(60):
        assert dict(zip(lists[row], chances[row], strict=True)) == dict(
            zip(who[row], score[row], strict=True)
        )


def test_recommendations_show_silent_newcomers_to_somebody() -> None:
    said = [Profile(f"p{n}", offers=("a", "b"), seeks=("b", "c")) for n in range(300)]
    silent = [Profile(f"s{n}") for n in range(30)]
    lists = recommend(read([*said, *silent]), cold(330), Rules())
    seen = set(lists.who[:, :10].ravel())
    assert len(set(range(300, 330)) & seen) == 30
