"""Words out of free text in any language, and their weights."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from scipy import sparse

STEM = 6
"""Letters kept of a word. Cutting works in every language that writes endings, and needs no dictionary."""
LONGEST = 20_000
"""Characters read of one text; the rest says nothing new."""
TERMS = 96
"""Terms kept of one profile, the rarest first."""
STEPS = 5
"""Overlapping ranges into which a labelled number is sorted."""

WORD = re.compile(r"[^\W_]+")
FIGURE = r"(-?\d+(?:[.,]\d+)?)(?![.,]?\w)"
FIGURES = re.compile(r"\d")
STATED = re.compile(r"([^\W\d]\w*)\s*[:=]\s*" + FIGURE)
BESIDE = re.compile(r"([^\W\d_]+)[\s_]*" + FIGURE)
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def plain(text: str) -> str:
    """Lower case without accents, so that `Móvil` and `movil` are one word."""
    lower = text[:LONGEST].casefold()
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFKD", lower)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def words(text: str) -> Iterator[str]:
    """Stems of the words of a text; pairs of characters where a script writes no spaces."""
    return chain.from_iterable(map(_stems, WORD.findall(plain(text))))


@lru_cache(maxsize=1 << 16)
def _stems(word: str) -> tuple[str, ...]:
    if not word.isascii() and UNSPACED.search(word):
        return tuple(word[place : place + 2] for place in range(max(len(word) - 1, 1)))
    if len(word) < 2:
        return ()
    return (word,) if any(c.isdigit() for c in word) else (word[:STEM],)


def numbers(text: str) -> Iterator[tuple[str, float]]:
    """Numbers with the label before them: `age 27`, `staff: 120`, `fun=8`."""
    if not FIGURES.search(text):
        return
    rest = plain(text)
    for pattern in (STATED, BESIDE):
        for match in pattern.finditer(rest):
            yield match.group(1)[:24], float(match.group(2).replace(",", "."))
        rest = pattern.sub(" ", rest)


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a labelled number stands among all numbers of that label, as a share from 0 to 1."""

    values: tuple[float, ...]

    def share(self, value: float) -> float:
        """The middle rank of the value."""
        low, high = bisect_left(self.values, value), bisect_right(self.values, value)
        return (low + high) / (2 * len(self.values))

    def marks(self, label: str, value: float) -> Iterator[tuple[str, float]]:
        """Two neighbouring range terms, so that near numbers share a term and far ones do not."""
        place = self.share(value) * (STEPS - 1)
        low = min(int(place), STEPS - 2)
        yield f"{label}#{low}", 1.0 - (place - low)
        yield f"{label}#{low + 1}", place - low


def scales(texts: Iterable[str]) -> dict[str, Scale]:
    """Scales of all labels that carry at least three different numbers in at least eight texts."""
    found: dict[str, list[float]] = {}
    for text in texts:
        for label, value in numbers(text):
            found.setdefault(label, []).append(value)
    return {
        label: Scale(_thinned(sorted(values)))
        for label, values in found.items()
        if len(values) >= 8 and len(set(values)) >= 3
    }


def _thinned(values: list[float]) -> tuple[float, ...]:
    """At most a few hundred of the values: enough to say where a number stands."""
    return tuple(values[:: len(values) // 300 + 1])


def bag(text: str, known: dict[str, Scale]) -> Counter[str]:
    """How often each term stands in a text, numbers on a known scale as ranges. Values may be fractions."""
    found: Counter[str] = Counter(words(text))
    measured: set[str] = set()
    for label, value in numbers(text) if known else ():
        if label in known:
            measured.add(label)
            for mark, share in known[label].marks(label, value):
                if share > 0:
                    found[mark] += share  # type: ignore[assignment]
    if measured:
        # The label and its plain figure say nothing beside the range.
        for word in list(found):
            if any(word == label[:STEM] or word.rstrip("0123456789") == label for label in measured):
                del found[word]
    return found


def vocabulary(bags: Iterable[Counter[str]]) -> dict[str, int]:
    """Columns for the terms of many bags. A term that stands in one of them only links nobody and is left
    out.
    """
    spread: Counter[str] = Counter()
    for one in bags:
        spread.update(one.keys())
    return {
        term: place for place, term in enumerate(sorted(term for term, often in spread.items() if often > 1))
    }


def counts(bags: Sequence[Counter[str]], columns: Mapping[str, int]) -> sparse.csr_matrix:
    """Term counts as a sparse (bags x terms) matrix; unknown terms are passed over."""
    indptr = [0]
    indices: list[int] = []
    data: list[float] = []
    for one in bags:
        kept = sorted((columns[term], count) for term, count in one.items() if term in columns)
        indices.extend(place for place, _ in kept)
        data.extend(count for _, count in kept)
        indptr.append(len(indices))
    content = (np.asarray(data, dtype=np.float32), np.asarray(indices, dtype=np.int32), np.asarray(indptr))
    return sparse.csr_matrix(content, shape=(len(bags), max(len(columns), 1)))


def rarity(found: sparse.csr_matrix) -> np.ndarray:
    """Inverse document frequency per column; in large collections zero for what half of the texts have."""
    often = np.bincount(found.indices, minlength=found.shape[1]).astype(np.float64)
    filled = max(int((np.diff(found.indptr) > 0).sum()), 1)
    weight = np.log((1.0 + filled) / np.maximum(often, 1.0))
    if filled > 1000:
        # What nearly everybody writes tells nobody apart, and its lists are the costly ones.
        weight[often > 0.5 * filled] = 0.0
    return weight.astype(np.float32)


def weigh(found: sparse.csr_matrix, weight: np.ndarray) -> sparse.csr_matrix:
    """TF-IDF rows of length 1, at most `TERMS` terms each: (1 + log count) x rarity."""
    matrix = found.astype(np.float32).copy()
    matrix.data = np.where(matrix.data >= 1.0, 1.0 + np.log(np.maximum(matrix.data, 1.0)), matrix.data)
    matrix.data *= weight[matrix.indices]
    matrix.eliminate_zeros()
    for row in np.flatnonzero(np.diff(matrix.indptr) > TERMS):
        data = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        data[data < np.partition(data, -TERMS)[-TERMS]] = 0.0
    matrix.eliminate_zeros()
    return unit_rows(matrix)


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same rows at length 1; empty rows stay empty."""
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    result = sparse.csr_matrix(sparse.diags(1.0 / np.maximum(norm, 1e-9)) @ matrix)
    result.data = result.data.astype(np.float32)
    return result
