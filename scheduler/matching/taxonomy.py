"""Topics as a tree, and how near two topics are to each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

import numpy as np
from scipy import sparse

from scheduler.matching.text import words

PARENT = 0.6
"""Nearness of a topic and the one right above or below it."""
SIBLING = 0.35
"""Nearness of two topics under one parent."""
WORDS = 0.5
"""Most that shared words in two labels can add up to."""
COMPANY = 0.6
"""Most that keeping the same company in profiles can add up to."""
FAINT = 0.12
"""Nearness below this is dropped: it only makes every profile alike."""
NEIGHBOURS = 12
"""Near topics kept per topic."""

PATH = re.compile(r"\s*(?:/|>|::|\|)\s*")


@dataclass(frozen=True, slots=True)
class TopicNode:
    """One node: a stable id, a label for people, the id of the node above (empty at the top)."""

    id: str
    label: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A tree of topics; topics outside the tree are welcome and stand alone."""

    topics: Mapping[str, TopicNode] = field(default_factory=dict)

    @classmethod
    def of(cls, topics: Iterable[TopicNode]) -> Taxonomy:
        """A tree of the given topics. Raises ValueError for a double id, an unknown parent or a circle."""
        tree: dict[str, TopicNode] = {}
        for topic in topics:
            if topic.id in tree:
                raise ValueError(f"Topic '{topic.id}' is listed twice.")
            tree[topic.id] = topic
        for topic in tree.values():
            seen = {topic.id}
            above = topic.parent
            while above:
                if above not in tree:
                    raise ValueError(f"Topic '{topic.id}' stands under '{above}', which does not exist.")
                if above in seen:
                    raise ValueError(f"Topic '{topic.id}' stands under itself.")
                seen.add(above)
                above = tree[above].parent
        return cls(tree)

    def label(self, topic: str) -> str:
        """The words for a topic; its id where it stands outside the tree."""
        known = self.topics.get(topic)
        return known.label if known else topic

    def path(self, topic: str) -> tuple[str, ...]:
        """From the top of the tree down to the topic. A label such as `Mobility / Traffic` is read as a
        path.
        """
        if topic not in self.topics:
            parts = [part for part in PATH.split(topic) if part]
            return tuple("/".join(parts[: end + 1]) for end in range(len(parts))) or (topic,)
        steps = [topic]
        while (above := self.topics[steps[-1]].parent) and len(steps) < 32:
            steps.append(above)
        return tuple(reversed(steps))

    def near(self, one: str, other: str) -> float:
        """Nearness in the tree, from 0 (other branch) to 1 (the same)."""
        return _path_nearness(self.path(one), self.path(other))


def _path_nearness(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    common = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        common += 1
    if common == 0:
        return 0.0
    up, down = len(a) - common, len(b) - common
    if up == 0 or down == 0:
        return float(PARENT ** (up + down))
    return float(SIBLING * PARENT ** (up + down - 2))


def nearness(
    topics: Sequence[str], taxonomy: Taxonomy, company: sparse.csr_matrix | None = None
) -> sparse.csr_matrix:
    """How near each two of the topics are: a sparse (topics x topics) matrix with ones on the diagonal.

    The tree speaks first; beside it count shared words in the labels, and `company`: a (lists x topics)
    matrix of which topics people name together. The last two make free tags and flat lists useful.
    """
    size = max(len(topics), 1)
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    by_top: dict[str, list[int]] = {}
    paths = [taxonomy.path(topic) for topic in topics]
    for position, path in enumerate(paths):
        by_top.setdefault(path[0], []).append(position)
    for branch in by_top.values():
        if len(branch) > 2000:
            continue
        for i in branch:
            for j in branch:
                value = _path_nearness(paths[i], paths[j])
                if value >= FAINT:
                    rows.append(i)
                    columns.append(j)
                    values.append(value)
    tree = sparse.csr_matrix((values, (rows, columns)), shape=(size, size))
    result = tree.maximum(_shared_words([taxonomy.label(topic) for topic in topics] or [""]))
    if company is not None:
        result = result.maximum(_same_company(company))
    return _strongest(result.maximum(sparse.identity(size, format="csr")))


def _shared_words(labels: Sequence[str]) -> sparse.csr_matrix:
    vocabulary: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, label in enumerate(labels):
        for word in set(words(label)):
            rows.append(row)
            columns.append(vocabulary.setdefault(word, len(vocabulary)))
    bags = sparse.csr_matrix(
        (np.ones(len(rows)), (rows, columns)), shape=(len(labels), max(len(vocabulary), 1))
    )
    return _cosine(bags, rare_first=True) * WORDS


def _same_company(lists: sparse.csr_matrix) -> sparse.csr_matrix:
    """Topics that the same people name: cosine, less what two topics of that popularity share by chance."""
    named = (lists > 0).astype(np.float64)
    often = np.asarray(named.sum(axis=0)).ravel()
    people = max(named.shape[0], 1)
    together = (named.T @ named).tocoo()
    expected = often[together.row] * often[together.col] / people
    spread = np.sqrt(np.maximum(often[together.row] * often[together.col], 1.0))
    # Three common lists prove nothing: the surplus must exceed twice its own standard deviation.
    surplus = np.maximum(together.data - expected - 2.0 * np.sqrt(expected + 1.0), 0.0) / spread
    keep = (together.row != together.col) & (surplus > 0)
    return sparse.csr_matrix(
        (np.minimum(surplus[keep], 1.0) * COMPANY, (together.row[keep], together.col[keep])),
        shape=together.shape,
    )


def _cosine(bags: sparse.csr_matrix, *, rare_first: bool) -> sparse.csr_matrix:
    if rare_first:
        often = np.asarray((bags > 0).sum(axis=0)).ravel()
        bags = bags @ sparse.diags(np.log1p(bags.shape[0] / np.maximum(often, 1)))
    norm = np.sqrt(np.asarray(bags.multiply(bags).sum(axis=1)).ravel())
    scaled = sparse.diags(1.0 / np.maximum(norm, 1e-9)) @ bags
    return sparse.csr_matrix(scaled @ scaled.T)


def _strongest(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    matrix = matrix.tocsr()
    matrix.data[matrix.data < FAINT] = 0.0
    matrix.eliminate_zeros()
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        data = matrix.data[part]
        if len(data) > NEIGHBOURS:
            floor = np.partition(data, -NEIGHBOURS)[-NEIGHBOURS]
            data[data < floor] = 0.0
    matrix.eliminate_zeros()
    return matrix


def default_taxonomy() -> Taxonomy:
    """The smart-city topics that a new event starts with (`scheduler/data/topics.json`)."""
    text = resources.files("scheduler.data").joinpath("topics.json").read_text(encoding="utf-8")
    topics: list[TopicNode] = []

    def walk(nodes: list[dict[str, object]], parent: str) -> None:
        for node in nodes:
            topic = TopicNode(str(node["id"]), str(node["label"]), parent)
            topics.append(topic)
            below = node.get("topics", [])
            if isinstance(below, list):
                walk(below, topic.id)

    walk(json.loads(text)["topics"], "")
    return Taxonomy.of(topics)
