"""What a ranking has learned, kept in a file, so that one person can be ranked again without reading
everybody.
"""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from scheduler.matching.model import Model
from scheduler.matching.profile import Rules
from scheduler.matching.reader import Reader
from scheduler.matching.signals import Signals
from scheduler.matching.taxonomy import Taxonomy, TopicNode
from scheduler.matching.text import Scale

VERSION = 1


@dataclass(frozen=True, slots=True)
class Ranking:
    """Signals without the profiles they were read from, the model, the rules, and whose rows these are."""

    ids: tuple[int, ...]
    signals: Signals
    model: Model
    rules: Rules


def packed(ranking: Ranking) -> bytes:
    """A ranking as the content of a file."""
    signals, model, reader = ranking.signals, ranking.model, ranking.signals.reader
    arrays: dict[str, np.ndarray] = {
        "ids": np.asarray(ranking.ids, dtype=np.int64),
        "barred": np.asarray(sorted(ranking.rules.barred), dtype=np.int64).reshape(-1, 2),
        "rare": reader.rare,
        "term_weight": reader.term_weight,
        "whole_weight": reader.whole_weight,
        "weights": model.weights,
        "base_and_echo": np.array([model.base, model.echo]),
        "gives": model.gives,
        "gets": model.gets,
        "tastes": model.tastes,
        "charms": model.charms,
    }
    for name in _VECTORS:
        arrays[name] = getattr(signals, name)
    for name, matrix in [
        ("near", reader.near),
        *_numbered("looks", signals.looks),
        *_numbered("shows", signals.shows),
    ]:
        arrays.update(_parts(name, matrix))
    words = {
        "version": VERSION,
        "tree": [[topic.id, topic.label, topic.parent] for topic in reader.tree.topics.values()],
        "scales": {label: list(scale.values) for label, scale in reader.scales.items()},
        "may_ask": None if ranking.rules.may_ask is None else sorted(ranking.rules.may_ask),
        **{name: getattr(reader, name) for name in _COLUMNS},
    }
    arrays["words"] = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)  # type: ignore[arg-type]
    return content.getvalue()


def save(path: Path, content: bytes) -> None:
    """Write a packed ranking; a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    draft.write_bytes(content)
    draft.replace(path)


def load(path: Path) -> Ranking | None:
    """Read a ranking; None when there is none, or one of another version."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except FileNotFoundError:
        return None
    words: dict[str, Any] = json.loads(arrays["words"].tobytes())
    if words["version"] != VERSION:
        return None
    reader = Reader(
        tree=Taxonomy.of(TopicNode(*topic) for topic in words["tree"]),
        near=_matrix("near", arrays),
        rare=arrays["rare"],
        scales={label: Scale(tuple(values)) for label, values in words["scales"].items()},
        term_weight=arrays["term_weight"],
        whole_weight=arrays["whole_weight"],
        **{name: words[name] for name in _COLUMNS},
    )
    signals = Signals(
        profiles=(),
        reader=reader,
        looks=tuple(_matrix(f"looks{k}", arrays) for k in range(4)),
        shows=tuple(_matrix(f"shows{k}", arrays) for k in range(4)),
        **{name: arrays[name] for name in _VECTORS},
    )
    base, echo = arrays["base_and_echo"].tolist()
    model = Model(
        arrays["weights"], base, arrays["gives"], arrays["gets"], arrays["tastes"], arrays["charms"], echo
    )
    may_ask = None if words["may_ask"] is None else frozenset((one, other) for one, other in words["may_ask"])
    barred = frozenset((int(one), int(other)) for one, other in arrays["barred"])
    return Ranking(tuple(arrays["ids"].tolist()), signals, model, Rules(may_ask, barred))


_VECTORS = ("scale", "kinds", "organisations", "languages", "countries", "demand", "supply")
_COLUMNS = ("topics", "terms", "wholes", "wishes", "kinds", "organisations", "countries", "languages")


def _numbered(name: str, matrices: Sequence[sparse.csr_matrix]) -> list[tuple[str, sparse.csr_matrix]]:
    return [(f"{name}{place}", matrix) for place, matrix in enumerate(matrices)]


def _parts(name: str, matrix: sparse.csr_matrix) -> dict[str, np.ndarray]:
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        f"{name}.shape": np.asarray(matrix.shape),
    }


def _matrix(name: str, arrays: dict[str, np.ndarray]) -> sparse.csr_matrix:
    content = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    rows, columns = arrays[f"{name}.shape"].tolist()
    return sparse.csr_matrix(content, shape=(rows, columns))
