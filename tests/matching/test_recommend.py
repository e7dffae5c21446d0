from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scheduler.matching.exposure import Balance
from scheduler.matching.learn import Lessons, learn
from scheduler.matching.model import Model, cold, mutual
from scheduler.matching.profile import Profile, Rules
from scheduler.matching.recommend import mutual_with_all, recommend, recommend_one
from scheduler.matching.signals import Signals, read
from tests.matching.people import crowd

PLAIN = Balance(slope=0.0, turns=0.0, guests=0)


@pytest.fixture(scope="module")
def signals() -> Signals:
    return read(crowd(80))


@pytest.fixture(scope="module")
def learned(signals: Signals) -> Model:
    rng = np.random.default_rng(2)
    a, b = rng.integers(80, size=400), rng.integers(80, size=400)
    return learn(signals, Lessons(a, b, (rng.random(400) < 0.3 + 0.4 * (b % 2)) * 1.0, np.ones(400)))


@pytest.mark.parametrize("taught", [False, True])
def test_compiled_and_plain_ways_agree_on_every_pair(signals: Signals, learned: Model, taught: bool) -> None:
    model = learned if taught else cold(80)
    lists = recommend(signals, model, Rules(), length=79, balance=PLAIN)
    for person in (0, 17, 79):
        expected = mutual_with_all(signals, model, person)
        shown = lists.who[person][lists.who[person] >= 0]
        assert set(shown) == {p for p in range(80) if p // 2 != person // 2}
        assert np.allclose(lists.score[person][: len(shown)], expected[shown], atol=1e-5)
        pairs = mutual(model, signals, np.full(80, person), np.arange(80))
        others = np.arange(80) != person
        assert np.allclose(pairs[others], expected[others], atol=1e-6)


def test_lists_are_ranked_and_the_same_when_made_for_one_person(signals: Signals) -> None:
    everybody = recommend(signals, cold(80), Rules(), length=10, balance=PLAIN)
    one = recommend_one(signals, cold(80), Rules(), 5, length=10)
    assert np.all(np.diff(everybody.score, axis=1) <= 0)
    assert np.allclose(one.score[0], everybody.score[5], atol=1e-5)


def test_nobody_is_listed_whom_the_rules_forbid(signals: Signals) -> None:
    rules = Rules(may_ask=frozenset({("city", "supplier")}), barred=frozenset({(0, 1), (3, 20), (21, 3)}))
    lists = recommend(signals, cold(80), rules, length=30)
    one = recommend_one(signals, cold(80), rules, 3, length=30)
    for person, row in enumerate([*lists.who, one.who[0]]):
        asker = signals.profiles[person if person < 80 else 3]
        for other in row[row >= 0]:
            assert (asker.kind, signals.profiles[other].kind) == ("city", "supplier")
            assert signals.profiles[other].organisation != asker.organisation
    assert not {20, 21} & set(lists.who[3])
    assert not {20, 21} & set(one.who[0])
    assert 3 not in lists.who[20]
    assert 3 not in lists.who[21]


def test_a_match_must_serve_both_sides() -> None:
    me = Profile("me", offers=("a",), seeks=("b",))
    both = Profile("both", offers=("b",), seeks=("a",))
    only_me = Profile("only me", offers=("b",), seeks=("c",))
    only_them = Profile("only them", offers=("d",), seeks=("a",))
    nothing = [Profile(f"x{n}", offers=("e",), seeks=("f",)) for n in range(8)]
    lists = recommend_one(read([me, both, only_me, only_them, *nothing]), cold(12), Rules(), 0, length=3)
    assert lists.who[0, 0] == 1


def test_a_changed_profile_changes_the_list_at_once(signals: Signals) -> None:
    old = signals.profiles[4]
    seeks = tuple(topic for topic in ("water", "waste") if topic not in old.seeks) or ("light",)
    before = recommend_one(signals, cold(80), Rules(), 4, length=5)
    after = recommend_one(
        signals, cold(80), Rules(), 4, profile=replace(old, seeks=seeks, offers=()), length=5
    )
    assert before.who.tolist() != after.who.tolist()


def test_a_profile_with_unknown_words_and_types_is_ranked(signals: Signals) -> None:
    stranger = Profile("p4", kind="astronaut", offers=("moon",), seeks=("mars",), languages=frozenset({"xx"}))
    assert (recommend_one(signals, cold(80), Rules(), 4, profile=stranger, length=5).who >= 0).all()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tiny_events_have_short_lists(count: int) -> None:
    people = [replace(person, organisation="") for person in crowd(count)]
    lists = recommend(read(people), cold(count), Rules(), length=5)
    assert [int((row >= 0).sum()) for row in lists.who] == [max(count - 1, 0)] * count


def test_empty_profiles_are_ranked_by_what_others_look_for() -> None:
    people = [Profile("empty"), *crowd(30)]
    lists = recommend_one(read(people), cold(31), Rules(), 0, length=10)
    assert (lists.who >= 0).all()
