"""What a worker tells the child process of a run or of a question. Apart from it, so that a worker stays small."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What the worker wants done: a run's attempt, and the database that holds it."""

    database_url: str
    run_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class QuestionOrder:
    """What the worker wants answered, and the database that holds it."""

    database_url: str
    inquiry_id: int


def as_line(order: Order | QuestionOrder) -> bytes:
    """An order as one line of JSON."""
    return json.dumps(asdict(order)).encode() + b"\n"
