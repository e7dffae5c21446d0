"""Invented events with a hidden truth, for judging rankings: people, what their profiles reveal, what they
decided.

Every shape is a different belief about why people say yes. A ranking that wins on one shape only is tuned
to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

BRANCHES = 12
LEAVES = 8
TOPICS = BRANCHES * LEAVES
SYLLABLES = ("ba", "ko", "ri", "mu", "te", "lo", "sa", "ni", "ve", "du", "pi", "go", "za", "fe", "hu", "my")


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the profiles table."""

    id: str
    type: str
    offers: tuple[str, ...]
    seeks: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of the decisions table: one direction of one meeting."""

    group: str
    source: str
    target: str
    yes: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """Why people of an event say yes, in logits per standard deviation, and how much their profiles say of
    it.
    """

    name: str
    fit: float = 1.2
    alike: float = 0.0
    popularity: float = 0.6
    pickiness: float = 0.6
    chance: float = 0.6
    reveal: float = 0.6
    noise: float = 0.15
    silent: float = 0.05
    yes_rate: float = 0.3
    planted: int = 3
    groups: int = 6
    size: int = 80
    types: tuple[str, ...] = ("city", "supplier", "cluster", "investor")
    crossed: bool = False
    """Only people of different types meet."""
    counterparts: float = 0.0
    """How much more people say yes to the type that their own type looks for."""
    famous_profile: float = 0.3
    """How far popularity can be read from the profile: popular people offer what many seek."""
    words: bool = True
    paths: bool = False
    numbers: bool = False
    told: tuple[str, ...] = ("offers", "seeks")
    """The lists of topics that profiles have; without one of them the topics said there go into the text."""
    met: float = 1.0
    """Share of the group that each pair of people met."""


SHAPES = (
    Shape("planted", fit=1.6, famous_profile=0.3),
    Shape("popular", fit=0.6, popularity=1.5, famous_profile=0.4),
    Shape("alike", fit=0.2, alike=1.3, popularity=0.4),
    Shape("counterparts", fit=0.8, counterparts=1.2, popularity=0.5),
    Shape("sparse", fit=1.2, reveal=0.3, noise=0.3, silent=0.4, words=False),
    Shape(
        "evenings",
        fit=0.3,
        alike=0.25,
        popularity=0.9,
        pickiness=0.9,
        chance=1.0,
        reveal=0.5,
        yes_rate=0.42,
        planted=0,
        groups=18,
        size=32,
        types=("0", "1"),
        crossed=True,
        numbers=True,
        famous_profile=0.25,
    ),
    Shape("tree", fit=1.4, reveal=0.5, noise=0.05, paths=True, words=False),
    Shape("fair", fit=1.2, groups=1, size=600, met=0.08, yes_rate=0.25),
    Shape("tiny", fit=1.6, groups=40, size=8, planted=1),
    Shape("types", fit=0.3, counterparts=2.5, popularity=0.3),
    Shape("rare", fit=1.6, yes_rate=0.1),
    Shape("offers-only", fit=1.6, told=("offers",)),
    Shape("text-only", fit=1.2, alike=0.4, told=()),
)


@dataclass(frozen=True, slots=True)
class Event:
    """People and what they decided."""

    people: tuple[Person, ...]
    verdicts: tuple[Verdict, ...] = field(repr=False)


def generate(shape: Shape, seed: int) -> Event:
    """An event of the given shape, the same for the same seed."""
    rng = np.random.default_rng([seed, sum(map(ord, shape.name))])
    people: list[Person] = []
    verdicts: list[Verdict] = []
    labels = _labels(rng, paths=shape.paths)
    demand = rng.dirichlet(np.full(TOPICS, 0.4)) * TOPICS
    for number in range(shape.groups):
        size = int(shape.size * rng.uniform(0.7, 1.3)) if shape.groups > 1 else shape.size
        group, rows = _group(shape, rng, labels, demand, f"g{number + 1}", size)
        people.extend(group)
        verdicts.extend(rows)
    return Event(tuple(people), tuple(verdicts))


def people_only(count: int, seed: int) -> tuple[Person, ...]:
    """Profiles of a large event, without decisions (for measuring time and memory)."""
    rng = np.random.default_rng([seed, count])
    shape = replace(SHAPES[0], size=count)
    labels = _labels(rng, paths=False)
    demand = rng.dirichlet(np.full(TOPICS, 0.4)) * TOPICS
    types, offers, seeks = _truth(shape, rng, demand, count)
    return tuple(
        _people(shape, rng, labels, "p", types, offers, seeks, np.zeros(count), np.zeros((count, 4)))
    )


def _labels(rng: np.random.Generator, *, paths: bool) -> list[str]:
    names = ["".join(rng.choice(SYLLABLES, 4)) for _ in range(TOPICS + BRANCHES)]
    if paths:
        return [f"{names[TOPICS + t // LEAVES]} / {names[t]}" for t in range(TOPICS)]
    return names[:TOPICS]


def _truth(
    shape: Shape, rng: np.random.Generator, demand: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Types, and the true strengths (people x topics) of what everybody offers and seeks."""
    types = rng.integers(len(shape.types), size=size)
    offers, seeks = np.zeros((size, TOPICS)), np.zeros((size, TOPICS))
    for person in range(size):
        home = rng.integers(BRANCHES)
        wish = home if rng.random() < 0.4 else rng.integers(BRANCHES)
        for strengths, branch in ((offers, home), (seeks, wish)):
            inside = np.arange(branch * LEAVES, (branch + 1) * LEAVES)
            chance = demand[inside] + 0.3
            chosen = rng.choice(inside, size=int(rng.integers(2, 5)), replace=False, p=chance / chance.sum())
            outside = rng.choice(
                TOPICS, size=int(rng.integers(1, 4)), p=(demand + 0.3) / (demand + 0.3).sum()
            )
            strengths[person, chosen] = rng.uniform(0.5, 1.0, len(chosen))
            strengths[person, outside] = rng.uniform(0.3, 0.9, len(outside))
    return types, offers, seeks


def _spread(strengths: np.ndarray) -> np.ndarray:
    """Near topics count: a third of a strength reaches the other topics of its branch."""
    by_branch = strengths.reshape(len(strengths), BRANCHES, LEAVES)
    reached = np.repeat(by_branch.max(axis=2), LEAVES, axis=1) * 0.35
    return np.maximum(strengths, reached)


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / (spread if spread > 0 else 1.0)


def _group(
    shape: Shape, rng: np.random.Generator, labels: list[str], demand: np.ndarray, group: str, size: int
) -> tuple[list[Person], list[Verdict]]:
    types, offers, seeks = _truth(shape, rng, demand, size)
    if shape.crossed:
        types = np.arange(size) % len(shape.types)
    for person in range(size):
        for partner in rng.choice(size, size=shape.planted, replace=False):
            # Planted partners: each truly offers what the other truly seeks.
            topic = int(rng.choice(np.flatnonzero(seeks[person])))
            offers[partner, topic] = max(offers[partner, topic], 0.9)
            back = int(rng.choice(np.flatnonzero(offers[person])))
            seeks[partner, back] = max(seeks[partner, back], 0.9)
    fit = _standard(seeks @ _spread(offers).T)
    whole = np.hstack([_spread(offers), _spread(seeks)])
    whole /= np.linalg.norm(whole, axis=1, keepdims=True)
    traits = rng.normal(size=(size, 4))
    alike = _standard(whole @ whole.T) - 0.3 * _standard(np.abs(traits[:, None, 0] - traits[None, :, 0]))
    wanted = _standard((seeks.mean(axis=0) @ offers.T)[None, :])[0]
    popular = shape.famous_profile**0.5 * wanted + (1 - shape.famous_profile) ** 0.5 * rng.normal(size=size)
    picky = rng.normal(size=size) + 0.3 * popular
    other = (types[:, None] + 1) % len(shape.types) == types[None, :]
    logit = (
        shape.fit * fit
        + shape.alike * alike
        + shape.popularity * popular[None, :]
        - shape.pickiness * picky[:, None]
        + shape.counterparts * (other | other.T)
        + shape.chance * rng.normal(size=(size, size))
    )
    floor = np.quantile(logit, 1 - shape.yes_rate)
    says_yes = rng.random((size, size)) < 1 / (1 + np.exp(-2.0 * (logit - floor)))
    met = np.triu(rng.random((size, size)) < shape.met, 1)
    met |= met.T
    if shape.crossed:
        met &= types[:, None] != types[None, :]
    people = _people(shape, rng, labels, group, types, offers, seeks, popular, traits)
    verdicts = [
        Verdict(group, people[i].id, people[j].id, bool(says_yes[i, j]))
        for i, j in zip(*np.nonzero(met), strict=True)
    ]
    return people, verdicts


def _people(
    shape: Shape,
    rng: np.random.Generator,
    labels: list[str],
    group: str,
    types: np.ndarray,
    offers: np.ndarray,
    seeks: np.ndarray,
    popular: np.ndarray,
    traits: np.ndarray,
) -> list[Person]:
    people = []
    for place in range(len(types)):
        silent = rng.random() < shape.silent
        shown = [() if silent else _revealed(shape, rng, labels, row[place]) for row in (offers, seeks)]
        text = ""
        for side, name in enumerate(("offers", "seeks")):
            if name not in shape.told:
                text += " ".join(shown[side]) + " "
                shown[side] = ()
        if shape.words and not silent:
            hidden = np.flatnonzero(offers[place] + seeks[place])
            told = [labels[t] for t in hidden if rng.random() < 0.35]
            text += " ".join(told + [str(w) for w in rng.choice(SYLLABLES, 6)])
        if shape.numbers:
            text += f" age {int(26 + 3.5 * traits[place, 0])} fun {_rating(rng, popular[place])}"
            text += f" sport {_rating(rng, traits[place, 1])} music {_rating(rng, traits[place, 2])}"
        people.append(Person(f"{group}-{place + 1}", shape.types[types[place]], shown[0], shown[1], text))
    return people


def _rating(rng: np.random.Generator, truth: float) -> int:
    return int(np.clip(round(7 + 0.5 * truth + 1.3 * rng.normal()), 1, 10))


def _revealed(
    shape: Shape, rng: np.random.Generator, labels: list[str], strengths: np.ndarray
) -> tuple[str, ...]:
    said: set[int] = set()
    for topic in np.flatnonzero(strengths):
        if rng.random() < shape.reveal * (0.5 + 0.7 * strengths[topic]):
            branch = topic // LEAVES * LEAVES
            said.add(int(branch + rng.integers(LEAVES)) if rng.random() < shape.noise else int(topic))
    if rng.random() < shape.noise:
        said.add(int(rng.integers(TOPICS)))
    return tuple(labels[t] for t in sorted(said))
