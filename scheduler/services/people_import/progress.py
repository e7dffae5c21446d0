"""How far storing a list is: told while it goes on, to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

PORTION = 500
"""Rows between two words about them."""
Row = TypeVar("Row")


class StoringStep(StrEnum):
    """What is done with the rows of a list, in this order."""

    CHECK = "check"
    REGISTER = "register"
    COMPLETE = "complete"
    """Answers, topics, delegations and the other rows; not counted."""


@dataclass(frozen=True, slots=True)
class StoringProgress:
    """A step, and how many of how many rows have gone through it."""

    step: StoringStep
    done: int
    total: int

    @property
    def share(self) -> float:
        """Of the whole, from 0 to 1, as long as each step usually takes."""
        begin, length = _SHARES[self.step]
        return begin + length * (self.done / self.total if self.total else 0.0)


_SHARES = {
    StoringStep.CHECK: (0.0, 0.6),
    StoringStep.REGISTER: (0.6, 0.25),
    StoringStep.COMPLETE: (0.85, 0.0),
}
"""Where each step begins, and its length."""

Tell = Callable[[StoringStep, int, int], None]
"""Takes a step, and how many of how many rows have gone through it."""


def silent(_step: StoringStep, _done: int, _total: int) -> None:
    """Nobody wants to know."""


def told(rows: Sequence[Row], step: StoringStep, tell: Tell) -> Iterator[Sequence[Row]]:
    """The rows in portions, telling before each and at the end how many are done."""
    for begin in range(0, len(rows), PORTION):
        tell(step, begin, len(rows))
        yield rows[begin : begin + PORTION]
    tell(step, len(rows), len(rows))
