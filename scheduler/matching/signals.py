"""Everything that profiles say about a pair, as sparse and dense arrays over all people of an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scheduler.matching import text as texts
from scheduler.matching.profile import Profile
from scheduler.matching.taxonomy import Taxonomy, nearness

BLOCKS = ("topics", "words", "alike", "wants")
"""Signals that are a sparse product: what one looks for, with what the other shows."""
SIGNALS = (*BLOCKS, "languages", "country", "counterpart", "demand", "supply")
"""All signals of a directed pair, in the order of the arrays. `demand` is how far the people of the event look for
what the person shown offers; `supply` how much of what the looker seeks is on offer at all."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The people of an event, ready for scoring.

    `looks[k]` and `shows[k]` are (people x columns) for block k: the signal of the pair a -> b is the product of row
    a of `looks` with row b of `shows`, divided by `scale[k]`. `kinds` and `organisations` hold small integers,
    `languages` bit sets (0: not said), `countries` small integers (0: not said), `demand` and `supply` standard scores.
    """

    profiles: tuple[Profile, ...]
    looks: tuple[sparse.csr_matrix, ...]
    shows: tuple[sparse.csr_matrix, ...]
    scale: np.ndarray
    kinds: np.ndarray
    kind_names: tuple[str, ...]
    organisations: np.ndarray
    languages: np.ndarray
    countries: np.ndarray
    demand: np.ndarray
    supply: np.ndarray
    topics: tuple[str, ...]
    near: sparse.csr_matrix

    def __len__(self) -> int:
        return len(self.profiles)

    def of_pairs(self, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Signals of directed pairs: (pairs x signals); the products in units of their spread, dampened by a log."""
        columns = [
            np.log1p(self.product(k, sources, targets) / self.scale[k]) for k in range(len(BLOCKS))
        ]
        columns.append(speak_together(self.languages[sources], self.languages[targets]))
        columns.append(((self.countries[sources] == self.countries[targets]) & (self.countries[sources] > 0)) * 1.0)
        columns.append((self.kinds[sources] != self.kinds[targets]) * 1.0)
        columns.append(self.demand[targets])
        columns.append(self.supply[sources])
        return np.column_stack(columns)

    def product(self, block: int, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Plain product of one block for directed pairs."""
        return np.asarray(self.looks[block][sources].multiply(self.shows[block][targets]).sum(axis=1)).ravel()


def speak_together(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """1 where two people share a language or either has not said, else 0."""
    return (((one & other) != 0) | (one == 0) | (other == 0)) * 1.0


def read(profiles: Sequence[Profile], taxonomy: Taxonomy | None = None) -> Signals:
    """Arrays of all profiles; linear in their total length."""
    people = tuple(profiles)
    tree = taxonomy or Taxonomy()
    topics, offers, seeks = _topic_matrices(people)
    near = nearness(topics, tree, sparse.vstack([offers, seeks]).tocsr())
    rare = _topic_rarity(offers, seeks)
    wanted = _balanced(sparse.csr_matrix(seeks @ sparse.diags(rare)))
    reach = _reach(offers, near)
    give, want, alike = _bags(people, tree)
    wished, traits = _wants(people)
    looks = [wanted, want, alike, wished]
    shows = [_softened(reach), give, alike, traits]
    kinds, kind_names = _codes([p.kind for p in people])
    organisations, _ = _codes([p.organisation for p in people])
    countries, _ = _codes([p.country for p in people])
    scale = np.array([_spread(a, b) for a, b in zip(looks, shows, strict=True)])
    # A wish fully met counts 1 after the log, whoever else wishes.
    scale[3] = 1.0 / (np.e - 1.0)
    demand, supply = np.zeros(len(people)), np.zeros(len(people))
    for look, show, unit in zip(looks[:2], shows[:2], scale[:2], strict=True):
        demand += show @ (np.asarray(look.sum(axis=0)).ravel() / unit)
        supply += look @ (np.asarray(show.sum(axis=0)).ravel() / unit)
    return Signals(
        people,
        tuple(m.astype(np.float32).tocsr() for m in looks),
        tuple(m.astype(np.float32).tocsr() for m in shows),
        scale,
        kinds,
        kind_names,
        organisations,
        _language_bits(people),
        countries,
        np.clip(_standard(demand), -2.5, 2.5),
        np.clip(_standard(supply), -2.5, 2.5),
        topics,
        near,
    )


def _topic_matrices(people: Sequence[Profile]) -> tuple[tuple[str, ...], sparse.csr_matrix, sparse.csr_matrix]:
    column: dict[str, int] = {}
    built = []
    for lists in ([p.weighted_offers() for p in people], [p.weighted_seeks() for p in people]):
        rows, columns, values = [], [], []
        for row, pairs in enumerate(lists):
            for topic, weight in pairs:
                rows.append(row)
                columns.append(column.setdefault(topic, len(column)))
                values.append(weight)
        built.append((values, rows, columns))
    shape = (len(people), max(len(column), 1))
    offers, seeks = (
        sparse.csr_matrix((np.asarray(v, dtype=np.float32), (r, c)), shape=shape) for v, r, c in built
    )
    return tuple(column), offers, seeks


def _topic_rarity(offers: sparse.csr_matrix, seeks: sparse.csr_matrix) -> np.ndarray:
    named = np.asarray((offers > 0).sum(axis=0) + (seeks > 0).sum(axis=0)).ravel() / 2.0
    return np.log1p(offers.shape[0] / np.maximum(named, 1.0))


def _balanced(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Long lists count more than short ones, but far less than in proportion: rows divided by their root length."""
    return texts.unit_rows(matrix)


def _reach(offers: sparse.csr_matrix, near: sparse.csr_matrix) -> sparse.csr_matrix:
    """Strength at which each topic is met by the nearest of one's offers (a maximum, so that many offers don't add)."""
    result: sparse.csr_matrix = sparse.csr_matrix(offers.shape, dtype=np.float32)
    depth = int(np.diff(offers.indptr).max(initial=0))
    for place in range(depth):
        filled = np.flatnonzero(np.diff(offers.indptr) > place)
        at = offers.indptr[filled] + place
        one = sparse.csr_matrix((offers.data[at], (filled, offers.indices[at])), shape=offers.shape)
        result = result.maximum(one @ near)
    return result.tocsr()


def _bags(
    people: Sequence[Profile], tree: Taxonomy
) -> tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]:
    scales = texts.scales([f"{p.text} {p.offer_text} {p.seek_text}" for p in people])
    labels: dict[str, Counter[str]] = {}

    def words_of(topics: tuple[str, ...]) -> Counter[str]:
        total: Counter[str] = Counter()
        for topic in topics:
            if topic not in labels:
                labels[topic] = texts.bag(tree.label(topic), {})
            total.update(labels[topic])
        return total

    gives, wants, wholes = [], [], []
    for person in people:
        general = texts.bag(person.text, scales)
        give = texts.bag(person.offer_text, scales) + words_of(person.offers) + general
        want = texts.bag(person.seek_text, scales) + words_of(person.seeks) + general
        whole = Counter(general)
        for topic in {*person.offers, *person.seeks}:
            whole[f"={topic}"] += 1
        gives.append(give)
        wants.append(want)
        wholes.append(whole)
    crossed = texts.collect(gives + wants).counts
    weight = texts.rarity(crossed)
    ready = texts.weigh(crossed, weight)
    whole_counts = texts.collect(wholes).counts
    return (
        ready[: len(people)],
        ready[len(people) :],
        texts.weigh(whole_counts, texts.rarity(whole_counts)),
    )


def _wants(people: Sequence[Profile]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Wishes as shares of one's wished dimensions, and traits as marks."""
    column: dict[str, int] = {}
    wished: list[tuple[int, int, float]] = []
    for row, person in enumerate(people):
        dimensions = {want.partition(":")[0] for want in person.wants}
        for want in sorted(person.wants):
            wished.append((row, column.setdefault(want, len(column)), 1.0 / len(dimensions)))
    shown = [
        (row, column[trait], 1.0) for row, p in enumerate(people) for trait in sorted(p.all_traits()) if trait in column
    ]
    shape = (len(people), max(len(column), 1))

    def build(entries: list[tuple[int, int, float]]) -> sparse.csr_matrix:
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        return sparse.csr_matrix((np.asarray(values, dtype=np.float32), (rows, columns)), shape=shape)

    return build(wished), build(shown)


def _codes(values: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Small integers for names, 0 for an empty one."""
    names: dict[str, int] = {"": 0}
    codes = np.array([names.setdefault(value, len(names)) for value in values], dtype=np.int32)
    return codes, tuple(names)


def _language_bits(people: Sequence[Profile]) -> np.ndarray:
    often = Counter(language for p in people for language in p.languages)
    # The 62 commonest get a bit each; rarer ones share the last, which errs on the friendly side.
    bit = {language: min(place, 62) for place, (language, _) in enumerate(sorted(often.items(), key=lambda x: -x[1]))}
    return np.array([sum({1 << bit[language] for language in p.languages}) for p in people], dtype=np.int64)


def _spread(looks: sparse.csr_matrix, shows: sparse.csr_matrix, pairs: int = 40_000) -> float:
    """Standard deviation of the signal over random pairs, never below a small floor."""
    rng = np.random.default_rng(7)
    people = looks.shape[0]
    if people == 0:
        return 1.0
    a, b = rng.integers(people, size=pairs), rng.integers(people, size=pairs)
    values = np.asarray(looks[a].multiply(shows[b]).sum(axis=1)).ravel()
    return float(max(values[a != b].std() if (a != b).any() else 0.0, 0.04))


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std() if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))


def _softened(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows divided by the root of their length: who ticks every box gains less than they hope."""
    norm = np.sqrt(np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()))
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(norm, 1e-9)) @ matrix)
