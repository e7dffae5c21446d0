"""What the words, topics and marks of an event mean in numbers: learned once from all profiles, then read
off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from scheduler.matching import text as texts
from scheduler.matching.profile import Profile
from scheduler.matching.taxonomy import Taxonomy, nearness

LANGUAGES = 62
"""Languages that get a bit of their own; rarer ones share one, which errs on the friendly side."""


@dataclass(frozen=True, slots=True)
class Bags:
    """Words of one profile: what is offered, what is sought (both with the general text), and all topics
    and text.
    """

    gives: Counter[str]
    wants: Counter[str]
    whole: Counter[str]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Rows of profiles: what each looks for and what each shows, per block, (profiles x columns) each."""

    looks: tuple[sparse.csr_matrix, ...]
    shows: tuple[sparse.csr_matrix, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Columns and weights of an event, with which later profiles are read without a look at the others."""

    tree: Taxonomy
    topics: dict[str, int]
    near: sparse.csr_matrix
    rare: np.ndarray
    scales: dict[str, texts.Scale]
    terms: dict[str, int]
    term_weight: np.ndarray
    wholes: dict[str, int]
    whole_weight: np.ndarray
    wishes: dict[str, int]
    kinds: dict[str, int]
    organisations: dict[str, int]
    countries: dict[str, int]
    languages: dict[str, int]
    labels: dict[str, Counter[str]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, people: Sequence[Profile], tree: Taxonomy) -> tuple[Reader, Blocks]:
        """Columns and weights for these profiles, and their rows; linear in their length."""
        topics = _columns(topic for p in people for topic in (*p.offers, *p.seeks))
        offers, seeks = _topic_rows(people, topics)
        named = np.asarray((offers > 0).sum(axis=0) + (seeks > 0).sum(axis=0)).ravel() / 2.0
        spoken = Counter(language for p in people for language in p.languages)
        scales = texts.scales([f"{p.text} {p.offer_text} {p.seek_text}" for p in people])
        reader = cls(
            tree,
            topics,
            nearness(tuple(topics), tree, sparse.vstack([offers, seeks]).tocsr()),
            np.log1p(len(people) / np.maximum(named, 1.0)),
            scales,
            {},
            np.zeros(1),
            {},
            np.zeros(1),
            _columns(want for p in people for want in sorted(p.wants)),
            _columns((p.kind for p in people), first=""),
            _columns((p.organisation for p in people), first=""),
            _columns((p.country for p in people), first=""),
            {language: min(place, LANGUAGES) for place, (language, _) in enumerate(spoken.most_common())},
        )
        bags = [reader.bags(person) for person in people]
        crossed = [bag.gives for bag in bags] + [bag.wants for bag in bags]
        terms = texts.vocabulary(crossed)
        wholes = texts.vocabulary(bag.whole for bag in bags)
        ready = replace(
            reader,
            terms=terms,
            term_weight=texts.rarity(texts.counts(crossed, terms)),
            wholes=wholes,
            whole_weight=texts.rarity(texts.counts([bag.whole for bag in bags], wholes)),
        )
        return ready, ready.blocks(people, bags)

    def blocks(self, people: Sequence[Profile], bags: Sequence[Bags] | None = None) -> Blocks:
        """Rows of these profiles in the order of BLOCKS: topics, words, alike, wants."""
        offers, seeks = _topic_rows(people, self.topics)
        bags = bags or [self.bags(person) for person in people]
        gives = texts.weigh(texts.counts([bag.gives for bag in bags], self.terms), self.term_weight)
        wants = texts.weigh(texts.counts([bag.wants for bag in bags], self.terms), self.term_weight)
        whole = texts.weigh(texts.counts([bag.whole for bag in bags], self.wholes), self.whole_weight)
        wished, traits = self._wishes(people)
        # Long lists of wishes count more than short ones, but less than in proportion: rows of length 1.
        sought = texts.unit_rows(sparse.csr_matrix(seeks @ sparse.diags(self.rare)))
        return Blocks(
            (sought, wants, whole, wished), (_softened(_reach(offers, self.near)), gives, whole, traits)
        )

    def bags(self, person: Profile) -> Bags:
        """Words of one profile, the labels of its topics among them."""
        general = texts.bag(person.text, self.scales)
        whole = Counter(general)
        whole.update(f"={topic}" for topic in {*person.offers, *person.seeks})
        return Bags(
            texts.bag(person.offer_text, self.scales) + self._words(person.offers) + general,
            texts.bag(person.seek_text, self.scales) + self._words(person.seeks) + general,
            whole,
        )

    def codes(self, values: Iterable[str], known: dict[str, int]) -> np.ndarray:
        """Small integers for names: 0 for an empty or unknown one."""
        return np.array([known.get(value, 0) for value in values], dtype=np.int32)

    def language_bits(self, people: Sequence[Profile]) -> np.ndarray:
        """Languages as bit sets; 0 where none is said."""
        bits = [sum({1 << self.languages.get(word, LANGUAGES) for word in p.languages}) for p in people]
        return np.array(bits, dtype=np.int64)

    def _words(self, topics: tuple[str, ...]) -> Counter[str]:
        total: Counter[str] = Counter()
        for topic in topics:
            if topic not in self.labels:
                self.labels[topic] = texts.bag(self.tree.label(topic), {})
            total.update(self.labels[topic])
        return total

    def _wishes(self, people: Sequence[Profile]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Wishes as shares of one's wished dimensions, and traits as marks."""
        wished: list[tuple[int, int, float]] = []
        shown: list[tuple[int, int, float]] = []
        for row, person in enumerate(people):
            dimensions = {want.partition(":")[0] for want in person.wants}
            known = [want for want in sorted(person.wants) if want in self.wishes]
            wished.extend((row, self.wishes[want], 1.0 / len(dimensions)) for want in known)
            if self.wishes:
                marks = [trait for trait in sorted(person.all_traits()) if trait in self.wishes]
                shown.extend((row, self.wishes[trait], 1.0) for trait in marks)
        shape = (len(people), max(len(self.wishes), 1))
        return _matrix(wished, shape), _matrix(shown, shape)


def _columns(values: Iterable[str], first: str | None = None) -> dict[str, int]:
    found = {} if first is None else {first: 0}
    for value in values:
        found.setdefault(value, len(found))
    return found


def _topic_rows(
    people: Sequence[Profile], topics: dict[str, int]
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    shape = (len(people), max(len(topics), 1))
    offered = [(r, topics[t], w) for r, p in enumerate(people) for t, w in p.weighted_offers() if t in topics]
    sought = [(r, topics[t], w) for r, p in enumerate(people) for t, w in p.weighted_seeks() if t in topics]
    return _matrix(offered, shape), _matrix(sought, shape)


def _matrix(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> sparse.csr_matrix:
    table = np.array(entries, dtype=np.float64).reshape(-1, 3)
    places = (table[:, 0].astype(np.int32), table[:, 1].astype(np.int32))
    return sparse.csr_matrix((table[:, 2].astype(np.float32), places), shape=shape)


def _reach(offers: sparse.csr_matrix, near: sparse.csr_matrix) -> sparse.csr_matrix:
    """Strength at which each topic is met by the nearest of one's offers (a maximum, so that many offers
    don't add).
    """
    result = sparse.csr_matrix(offers * 0.0)
    depth = int(np.diff(offers.indptr).max(initial=0))
    for place in range(depth):
        filled = np.flatnonzero(np.diff(offers.indptr) > place)
        at = offers.indptr[filled] + place
        one = sparse.csr_matrix((offers.data[at], (filled, offers.indices[at])), shape=offers.shape)
        result = result.maximum(one @ near)
    return result.tocsr()


def _softened(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows divided by the root of their length: who ticks every box gains less than they hope."""
    norm = np.sqrt(np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()))
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(norm, 1e-9)) @ matrix)
