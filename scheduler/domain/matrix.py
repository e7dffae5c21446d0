"""The rules of a cell of the matching matrix, and of its requests: pure values and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from scheduler.domain.enums import CellPriority, HeldAt, RequestMode, RequestState

Value = TypeVar("Value")
TypePair = tuple[int, int]
"""The rows of the asking type and of the asked one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How participants of one type meet those of another whom they ask. None: as the round, or the event, says.

    `slot_minutes` is the length of the slots that are used; `request_cap` counts requests along this cell alone.
    """

    kind: str
    slot_minutes: int | None = None
    held_at: HeldAt | None = None
    request_mode: RequestMode | None = None
    request_cap: int | None = None
    priority: CellPriority = CellPriority.USUAL


class Side(Protocol):
    """Who asks, or is asked."""

    @property
    def type_id(self) -> int:
        """The row of their type."""


def may_ask(cells: Mapping[TypePair, Cell], asking: Side, asked: Side) -> bool:
    """Whether the matrix lets one ask another. `queries/people/may_ask.py` says the same in a statement."""
    return (asking.type_id, asked.type_id) in cells


def may_meet(cells: Mapping[TypePair, Cell], one: Side, other: Side) -> bool:
    """Whether the matrix lets either of two ask the other."""
    return may_ask(cells, one, other) or may_ask(cells, other, one)


def governing(cells: Mapping[TypePair, Value], asking: int, asked: int) -> Value | None:
    """What holds for a meeting: the cell of who asked; where they may not ask by now, that of the other way."""
    return cells.get((asking, asked), cells.get((asked, asking)))


def counts(state: RequestState, mode: RequestMode) -> bool:
    """Whether a request makes a wish. `queries/requests/counting.py` says the same in a statement."""
    return state is RequestState.ACCEPTED or (state is RequestState.OPEN and mode is RequestMode.OPT_OUT)
