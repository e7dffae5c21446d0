"""Everything that profiles say about a pair, as sparse and dense arrays over all people of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from scheduler.matching.profile import Profile
from scheduler.matching.reader import Reader
from scheduler.matching.taxonomy import Taxonomy

BLOCKS = ("topics", "words", "alike", "wants")
"""Signals that are a sparse product: what one looks for, with what the other shows."""
SIGNALS = (*BLOCKS, "languages", "country", "counterpart", "demand", "supply")
"""All signals of a directed pair, in the order of the arrays. `demand` is how far the people of the event
look for what the person shown offers; `supply` how much of what the looker seeks is on offer at all.
"""
WORDS_DEMAND = 0.65
"""How far demand that is read from words is believed, beside demand read from topics."""
FAINT_DEMAND = 0.05


@dataclass(frozen=True, slots=True)
class Signals:
    """The people of an event, ready for scoring.

    `looks[k]` and `shows[k]` are (people x columns) for block k: the signal of the pair a -> b is the
    product of row a of `looks` with row b of `shows`, divided by `scale[k]`. `kinds` and `organisations`
    hold small integers, `languages` bit sets (0: not said), `countries` small integers (0: not said),
    `demand` and `supply` standard scores, the former as far as it is to be believed.
    """

    profiles: tuple[Profile, ...]
    reader: Reader
    looks: tuple[sparse.csr_matrix, ...]
    shows: tuple[sparse.csr_matrix, ...]
    scale: np.ndarray
    kinds: np.ndarray
    organisations: np.ndarray
    languages: np.ndarray
    countries: np.ndarray
    demand: np.ndarray
    supply: np.ndarray

    @property
    def kind_names(self) -> tuple[str, ...]:
        """Types in the order of their codes; the first is the empty one."""
        return tuple(self.reader.kinds)

    def __len__(self) -> int:
        return len(self.kinds)

    def of_pairs(self, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Signals of directed pairs: (pairs x signals); the products in units of their spread, dampened."""
        columns = [dampened(self.product(k, sources, targets) / self.scale[k]) for k in range(len(BLOCKS))]
        columns.append(speak_together(self.languages[sources], self.languages[targets]))
        columns.append(
            ((self.countries[sources] == self.countries[targets]) & (self.countries[sources] > 0)) * 1.0
        )
        columns.append((self.kinds[sources] != self.kinds[targets]) * 1.0)
        columns.append(self.demand[targets])
        columns.append(self.supply[sources])
        return np.column_stack(columns)

    def part(self, people: np.ndarray) -> Signals:
        """The same for some of the people, in the given order."""
        return replace(
            self,
            profiles=tuple(self.profiles[place] for place in people) if self.profiles else (),
            looks=tuple(block[people] for block in self.looks),
            shows=tuple(block[people] for block in self.shows),
            kinds=self.kinds[people],
            organisations=self.organisations[people],
            languages=self.languages[people],
            countries=self.countries[people],
            demand=self.demand[people],
            supply=self.supply[people],
        )

    def product(self, block: int, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Plain product of one block for directed pairs."""
        return np.asarray(self.looks[block][sources].multiply(self.shows[block][targets]).sum(axis=1)).ravel()


def dampened(value: np.ndarray) -> np.ndarray:
    """Each further match adds less: sqrt(1 + 2x) - 1, near x for small x."""
    return np.asarray(np.sqrt(1.0 + 2.0 * value) - 1.0)


def speak_together(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """1 where two people share a language or either has not said, else 0."""
    return np.asarray(((one & other) != 0) | (one == 0) | (other == 0), dtype=np.float64)


def read(profiles: Sequence[Profile], taxonomy: Taxonomy | None = None) -> Signals:
    """Arrays of all profiles; linear in their total length."""
    people = tuple(profiles)
    reader, blocks = Reader.of(people, taxonomy or Taxonomy())
    scale = np.array([_spread(a, b) for a, b in zip(blocks.looks, blocks.shows, strict=True)])
    # A wish fully met counts 1 when dampened, whoever else wishes.
    scale[3] = 2.0 / 3.0
    asked = [blocks.shows[k] @ (np.asarray(blocks.looks[k].sum(axis=0)).ravel() / scale[k]) for k in (0, 1)]
    supply = np.zeros(len(people))
    for k in (0, 1):
        supply += blocks.looks[k] @ (np.asarray(blocks.shows[k].sum(axis=0)).ravel() / scale[k])
    trust = _trust(asked[0], asked[1], one_sided=(blocks.looks[0].nnz == 0) != (blocks.shows[0].nnz == 0))
    return Signals(
        people,
        reader,
        blocks.looks,
        blocks.shows,
        scale,
        reader.codes((p.kind for p in people), reader.kinds),
        reader.codes((p.organisation for p in people), reader.organisations),
        reader.language_bits(people),
        reader.codes((p.country for p in people), reader.countries),
        trust * np.clip(_standard(asked[0] + asked[1]), -2.5, 2.5),
        np.clip(_standard(supply), -2.5, 2.5),
    )


def _trust(topics: np.ndarray, words: np.ndarray, *, one_sided: bool) -> float:
    """How far demand is to be believed, from 0 to 1, by the part of it that comes from topics.

    Words tell what people write about, which is not quite what they look for. Where topics stand on one side only,
    what remains says little more than who has named many.
    """
    if one_sided or len(topics) == 0:
        return FAINT_DEMAND
    whole = float(topics.std() + words.std())
    part = float(topics.std()) / whole if whole > 0 else 0.0
    return part + WORDS_DEMAND * (1.0 - part)


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
    # What a handful of people look for says little of what is in demand.
    trust = len(values) / (len(values) + 30.0)
    return trust * (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))
