"""What a worker tells the child process of a run. Apart from it, so that a worker stays small."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What the worker wants done: a run's attempt, and the database that holds it."""

    database_url: str
    run_id: int
    attempt: int

    def line(self) -> bytes:
        """The order as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class QuestionOrder:
    """What the worker wants answered, and the database that holds it."""

    database_url: str
    inquiry_id: int

    def line(self) -> bytes:
        """The order as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"
